// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.storage.Storage;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;
import java.util.List;

/**
 * The one registry: what is listed here is used and tested. Rows of A are at a constant distance, so that tiles of any
 * height read them.
 */
public final class MicroKernels {
    /** Those of full height, widest first: the first does the work, the last what is left of the columns. */
    public static final List<MicroKernel> ALL = VectorSupport.ENABLED ? vector() : List.of(scalar());

    /** Lower ones for full panels and the last rows, lowest first; none where they would gain nothing. */
    public static final List<MicroKernel> LOW = VectorSupport.ENABLED && has32Registers() ? low() : List.of();

    /** Those that read their operands in place, widest first; none without vectors. */
    public static final List<InPlaceKernel> IN_PLACE = VectorSupport.ENABLED ? inPlace() : List.of();

    /** For one row and several full panels of a B that has to come from memory; none where they would gain nothing. */
    private static final List<PanelsKernel> PANELS = LOW.isEmpty() ? List.of() : panels();

    private static final MicroKernel WIDE = ALL.getFirst();
    private static final MicroKernel NARROW = ALL.getLast();

    /** Rows up to which low tiles serve. */
    private static final int LOW_ROWS = LOW.isEmpty() ? 0 : 2 * LOW.getLast().rows();

    /** MR. */
    static final int ROWS = WIDE.rows();

    /** Whether tiles of full height can read A where it lies. */
    static final boolean READ_IN_PLACE = WIDE.strided() != null;

    /** Whether a tile of full height can pack the panel that it reads. */
    static final boolean PACK_IN_TILES = WIDE.packing() != null;

    /** NR of full panels. */
    static final int COLUMNS = WIDE.columns();

    private static final MicroKernel BFLOAT16_ROW =
            LOW.isEmpty() ? null : new MicroKernel("1x4 of bfloat16", 1, COLUMNS, BFloat16Row::run, null, null, null);
    private static final MicroKernel FLOAT16_ROW =
            LOW.isEmpty() ? null : new MicroKernel("1x4 of binary16", 1, COLUMNS, Float16Row::run, null, null, null);

    /** Rows of the highest tile in place. */
    static final int IN_PLACE_ROWS =
            IN_PLACE.stream().mapToInt(InPlaceKernel::rows).max().orElse(0);

    /** Columns of the narrowest tile in place. */
    static final int IN_PLACE_COLUMNS =
            IN_PLACE.isEmpty() ? 0 : IN_PLACE.getLast().columns();

    /** The one that is wider than a panel. */
    static final InPlaceKernel ACROSS = IN_PLACE.size() < 3 ? null : IN_PLACE.getFirst();

    /** The one that stands beside itself instead of {@link #ACROSS}: two such tiles have fewer steps of the depth for as many rows. */
    private static final InPlaceKernel TWICE = ACROSS == null ? null : IN_PLACE.get(2);

    /** The first one that is not wider than a panel. */
    private static final int WITHIN = ACROSS == null ? 0 : 1;

    /** The highest of the narrowest tiles in place, which stands before the others. */
    private static final InPlaceKernel HIGH_IN_PLACE = IN_PLACE.stream()
            .filter(kernel -> kernel.columns() == IN_PLACE_COLUMNS)
            .findFirst()
            .orElse(null);

    /** Their sizes as constants of the JIT, which trusts no fields of classes: else it divides. */
    private static final int HIGH_IN_PLACE_ROWS = HIGH_IN_PLACE == null ? 0 : HIGH_IN_PLACE.rows();

    private static final InPlaceKernel LOW_IN_PLACE = IN_PLACE.isEmpty() ? null : IN_PLACE.getLast();
    private static final int LOW_IN_PLACE_ROWS = IN_PLACE.isEmpty() ? 0 : LOW_IN_PLACE.rows();

    private MicroKernels() {}

    private static List<MicroKernel> vector() {
        var wide = new MicroKernel(
                "6x4",
                6,
                4 * Lanes.COUNT,
                MicroKernel6x4::run,
                StridedKernel6x4::run,
                PackingKernel6x4::run,
                MicroKernel6x4.EMPTY);
        // Its strides would be on the stack with 16 registers, and half of its sums.
        MicroKernel.Strided narrowStrided = has32Registers() ? StridedKernel6x2::run : null;
        var narrow = new MicroKernel(
                "6x2", 6, 2 * Lanes.COUNT, MicroKernel6x2::run, narrowStrided, null, MicroKernel6x2.EMPTY);
        return has32Registers() ? List.of(wide, narrow) : List.of(narrow);
    }

    private static List<MicroKernel> low() {
        return List.of(
                new MicroKernel("1x4", 1, 4 * Lanes.COUNT, MicroKernel1x4::run, null, null, MicroKernel1x4.EMPTY),
                new MicroKernel("2x4", 2, 4 * Lanes.COUNT, MicroKernel2x4::run, null, null, MicroKernel2x4.EMPTY));
    }

    private static List<PanelsKernel> panels() {
        return List.of(
                new PanelsKernel("1x4 panels", Storage.FLOAT32, 1, PanelsRow::run),
                new PanelsKernel("1x4 panels of bfloat16", Storage.BFLOAT16, 8, PanelsRowBFloat16::run));
    }

    /** For several panels of a format side by side; null where there is none. */
    static PanelsKernel panelsOf(Storage storage) {
        return PANELS.isEmpty() || storage == Storage.FLOAT16 ? null : PANELS.get(storage == Storage.FLOAT32 ? 0 : 1);
    }

    /** For one row of A and a full panel of a half-size format, which it widens itself; null where there is none. */
    private static MicroKernel rowOf(Storage storage) {
        return switch (storage) {
            case FLOAT32 -> null;
            case BFLOAT16 -> BFLOAT16_ROW;
            case FLOAT16 -> FLOAT16_ROW;
        };
    }

    /** Whether a kernel reads panels in that format. */
    static boolean reads(MicroKernel kernel, Storage storage) {
        return storage == Storage.FLOAT32 || kernel == rowOf(storage);
    }

    /** The kernel for a panel that starts where so many columns are left; those that widen are for one or two rows. */
    static MicroKernel forPanel(Storage storage, int rows, int columns) {
        MicroKernel kernel = forColumns(columns);
        MicroKernel row = rowOf(storage);
        return row != null && rows <= 2 && kernel == WIDE ? row : kernel;
    }

    private static List<InPlaceKernel> inPlace() {
        var narrow = new InPlace8x1();
        var low = new InPlace4x1();
        return has32Registers()
                ? List.of(
                        new InPlace4x6(),
                        new InPlace4x4(),
                        new InPlace6x3(),
                        new InPlace8x2(),
                        new InPlaceOverlap8x2(),
                        new InPlace16x1(),
                        narrow,
                        low)
                : List.of(narrow, low);
    }

    private static MicroKernel scalar() {
        return new MicroKernel(
                "scalar", MicroKernelScalar.ROWS, MicroKernelScalar.COLUMNS, MicroKernelScalar::run, null, null, null);
    }

    /** Whether a vector is 512 bits wide. */
    static boolean has16Lanes() {
        return VectorSupport.ENABLED && Lanes.COUNT == 16;
    }

    /** AVX-512 and AArch64 have 32 vector registers, older x86 has 16: there 6×4 would spill and halve the speed. */
    private static boolean has32Registers() {
        return Lanes.COUNT == 16 || System.getProperty("os.arch").equals("aarch64");
    }

    /** The kernel for the panel that starts where {@code columns} are left. */
    static MicroKernel forColumns(int columns) {
        return columns <= NARROW.columns() ? NARROW : WIDE;
    }

    /** The kernel for a panel of {@code wide} where so many rows are left: two low tiles cost less than one of six rows. */
    static MicroKernel forRows(int rows, MicroKernel wide) {
        if (rows > LOW_ROWS || wide != WIDE) {
            return wide;
        }
        return LOW.get(rows == 1 ? 0 : 1);
    }

    /** Whether two tiles in place do for what one of full width cannot alone, and a tile of {@link #ACROSS} for their last rows. */
    static boolean inTwoTiles(int columns) {
        return ACROSS != null && columns >= ACROSS.least() && columns <= ACROSS.columns();
    }

    /**
     * The last rows of a product in two tiles that go by {@link #ACROSS}: what is not a multiple of the others' height, and one
     * such tile more where that is less than half of one.
     */
    static int rowsAcross(int rows, int columns) {
        int beyond = rows % TWICE.rows();
        if (beyond == 0 || beyond > ACROSS.rows() || rowsInPair(rows, columns) > 0) {
            return 0;
        }
        return beyond > 2 ? beyond : TWICE.rows() + beyond;
    }

    /** The last rows, one or two, that {@link NearPair} has: of up to five vectors of columns that is less work. */
    static int rowsInPair(int rows, int columns) {
        int beyond = rows % TWICE.rows();
        boolean narrow = columns <= ACROSS.columns() - Lanes.COUNT;
        return beyond <= 2 && narrow && rows >= 2 * TWICE.rows() ? beyond : 0;
    }

    /**
     * The kernel in place for tiles from column {@code j} on: as narrow as what is left allows, not wider than the product. Of the
     * narrowest the lowest one if it has rows enough, else the highest one, unless its last tile would move back over more than an
     * eighth of the rows.
     */
    static InPlaceKernel inPlaceFor(int rows, int columns, int j) {
        if (columns - j <= IN_PLACE_COLUMNS) {
            if (rows <= LOW_IN_PLACE_ROWS) {
                return LOW_IN_PLACE;
            }
            int twice = Math.floorMod(-rows, HIGH_IN_PLACE_ROWS);
            return 8 * twice <= rows ? HIGH_IN_PLACE : IN_PLACE.get(IN_PLACE.size() - 2);
        }
        if (j == 0 && inTwoTiles(columns)) {
            return TWICE;
        }
        for (int i = WITHIN; i < IN_PLACE.size() - 1; i++) {
            int narrower = IN_PLACE.get(i + 1).columns();
            if (columns >= IN_PLACE.get(i).least() && columns - j > narrower) {
                return IN_PLACE.get(i);
            }
        }
        return IN_PLACE.getLast();
    }
}
