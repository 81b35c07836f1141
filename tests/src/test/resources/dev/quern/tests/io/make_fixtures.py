# SPDX-License-Identifier: Apache-2.0
"""Made the files beside it, with Python 3.11, numpy 2.4.6 and safetensors 0.8.0: python3 make_fixtures.py

They hold the formats to other people's programs; the tests never run this.
Element i of an array is ((37 * i) % 101 - 50) / 8, which every format here has exactly.
"""

import math

import numpy as np
from safetensors.numpy import save_file


def numbers(*shape, dtype="<f4"):
    return (((37 * np.arange(math.prod(shape))) % 101 - 50) / 8).astype(dtype).reshape(shape)


np.save("numpy-c.npy", numbers(3, 4, 5))
np.save("numpy-fortran.npy", np.asfortranarray(numbers(3, 4, 5)))
np.save("numpy-big.npy", numbers(7, dtype=">f4"))
np.save("numpy-scalar.npy", numbers(1)[0])
np.save("numpy-double.npy", numbers(2, 3, dtype="<f8"))
arrays = {"conv/weights": numbers(3, 3, 2, 4), "conv/bias": numbers(4), "empty": numbers(0, 5)}
np.savez("numpy.npz", **arrays)
np.savez_compressed("numpy-compressed.npz", **arrays)
save_file(arrays, "f32.safetensors", metadata={"made with": "safetensors 0.8.0"})
save_file({"half": numbers(5, 3, dtype="<f2"), "whole": numbers(2, 2), "byte": np.arange(3, dtype=np.uint8)}, "mixed.safetensors")
