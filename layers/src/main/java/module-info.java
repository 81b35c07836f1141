/** Thin neural-network layers: they own weights and shapes and call the kernels. */
module dev.quern.layers {
    requires transitive dev.quern.kernels;

    exports dev.quern.layers;
    exports dev.quern.layers.io;
}
