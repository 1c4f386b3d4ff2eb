import type { Resources } from "@cnntargz/contracts";

/** Data sheets whose clock limits `CLOCK_LIMITS` holds. */
export type ClockSheet = "DS923" | "DS925";

/** One die: what it holds, who says so, and the ordering codes it is used under. */
export interface DeviceRow {
  readonly name: string;
  readonly family: string;
  /** LUTs, flip-flops, DSP blocks, 18 Kb block RAMs (a 36 Kb tile counts as two), UltraRAMs. */
  readonly available: Resources;
  readonly source: string;
  /** Ordering codes met in hls4ml, da4ml and published trigger firmware; others are accepted too. */
  readonly parts: readonly string[];
  /** Data sheet with the die's clock limits; null when none was found that could be cited. */
  readonly clockSheet: ClockSheet | null;
}

const row = (
  name: string,
  family: string,
  [lut, ff, dsp, bram18, uram]: readonly [number, number, number, number, number],
  source: string,
  parts: readonly string[],
  clockSheet: ClockSheet | null,
): DeviceRow => ({
  name,
  family,
  available: { lut, ff, dsp, bram18, uram },
  source,
  parts,
  clockSheet,
});

const CI_BASELINES =
  "Available* columns of hls4ml's CI synthesis baselines (fastmachinelearning/hls4ml@ef92ebdf2f test/pytest/baselines)";
const WA_HLS4ML =
  "Available* columns of the wa-hls4ml table, part xcu250-figd2104-2L-e (Dendendelen/wa-hls4ml-search@8e70542108)";
const RULE4ML =
  "resource limits in IMPETUS-UdeS/rule4ml@25e0a32a3d rule4ml/parsers/supported_boards.json";
const FABER = "resource limits in necst/faber_fpga src/model/boards.py";

export const DEVICE_TABLE: readonly DeviceRow[] = [
  row(
    "xcvu13p",
    "Virtex UltraScale+",
    [1_728_000, 3_456_000, 12_288, 5_376, 1_280],
    CI_BASELINES,
    ["xcvu13p-flga2577-2-e", "xcvu13p-fhga2104-2L-e"],
    "DS923",
  ),
  row(
    "xcu250",
    "Alveo (VU13P die)",
    [1_728_000, 3_456_000, 12_288, 5_376, 1_280],
    WA_HLS4ML,
    ["xcu250-figd2104-2L-e"],
    "DS923",
  ),
  row(
    "xcvu9p",
    "Virtex UltraScale+",
    [1_182_240, 2_364_480, 6_840, 4_320, 960],
    "`Available` row of public Vivado HLS C-synthesis reports for VU9P",
    ["xcvu9p-flga2104-2L-e", "xcvu9p-flgb2104-2-i"],
    "DS923",
  ),
  row(
    "xcu200",
    "Alveo (VU9P die)",
    [1_182_240, 2_364_480, 6_840, 4_320, 960],
    RULE4ML,
    ["xcu200-fsgd2104-2-e"],
    "DS923",
  ),
  row(
    "xcu280",
    "Alveo",
    [1_303_680, 2_607_360, 9_024, 4_032, 960],
    "device table of AutoBridge (UCLA-VAST) for part xcu280-fsvh2892-2L-e, agreeing with `Available` columns of Vivado utilisation reports",
    ["xcu280-fsvh2892-2L-e"],
    "DS923",
  ),
  row(
    "xcku115",
    "Kintex UltraScale",
    [663_360, 1_326_720, 5_520, 4_320, 0],
    "`Available` row of a public Vivado HLS C-synthesis report for KU115; the family has no UltraRAM",
    ["xcku115-flvb2104-2-i"],
    null,
  ),
  row(
    "xczu7ev",
    "Zynq UltraScale+ MPSoC",
    [230_400, 460_800, 1_728, 624, 96],
    `AMD DS891, Zynq UltraScale+ MPSoC overview (312 block RAM tiles of 36 Kb), agreeing with the ${FABER}`,
    ["xczu7ev-ffvc1156-2-e"],
    "DS925",
  ),
  row(
    "xczu9eg",
    "Zynq UltraScale+ MPSoC",
    [274_080, 548_160, 2_520, 1_824, 0],
    RULE4ML,
    ["xczu9eg-ffvb1156-2-e"],
    "DS925",
  ),
  row(
    "xczu3eg",
    "Zynq UltraScale+ MPSoC",
    [70_560, 141_120, 360, 432, 0],
    `\`Available\` row of a public Vitis HLS 2021.2 report for xczu3eg-sbva484-1-e, agreeing with the ${FABER}`,
    ["xczu3eg-sbva484-1-e"],
    "DS925",
  ),
  row(
    "xc7z020",
    "Zynq-7000",
    [53_200, 106_400, 220, 280, 0],
    RULE4ML,
    ["xc7z020-clg400-1", "xc7z020clg400-1"],
    null,
  ),
];

/**
 * Highest clock in MHz that a DSP48 block with all its registers takes, by speed grade; the global
 * clock tree takes as much or more. An `L` grade is run at 0.85 V or 0.72 V: the value is for 0.72 V.
 * Source: table "DSP48 Slice Switching Characteristics" of AMD DS923 1.20 (Virtex UltraScale+),
 * DS925 1.30 (Zynq UltraScale+ MPSoC).
 */
export const CLOCK_LIMITS: Record<ClockSheet, Readonly<Record<string, number>>> = {
  DS923: { "3": 891, "2": 775, "2L": 644, "1": 645 },
  DS925: { "3": 891, "2": 775, "2L": 644, "1": 645, "1L": 600 },
};
