import { CnntargzError, type Device } from "@cnntargz/contracts";

const device = (
  name: string,
  family: string,
  [lut, ff, dsp, bram18, uram]: readonly [number, number, number, number, number],
  source: string,
): Device => ({ name, family, available: { lut, ff, dsp, bram18, uram }, source });

/** FPGAs by die, each with the source of its figures; block RAM is counted in 18 Kb halves. */
export const DEVICES: readonly Device[] = [
  device(
    "xcvu13p",
    "Virtex UltraScale+",
    [1_728_000, 3_456_000, 12_288, 5_376, 1_280],
    "Available* columns of hls4ml's CI synthesis baselines (fastmachinelearning/hls4ml@ef92ebdf2f test/pytest/baselines)",
  ),
  device(
    "xcu250",
    "Alveo (VU13P die)",
    [1_728_000, 3_456_000, 12_288, 5_376, 1_280],
    "Available* columns of the wa-hls4ml table, part xcu250-figd2104-2L-e (Dendendelen/wa-hls4ml-search@8e70542108)",
  ),
  device(
    "xcvu9p",
    "Virtex UltraScale+",
    [1_182_240, 2_364_480, 6_840, 4_320, 960],
    "`Available` row of public Vivado HLS C-synthesis reports for VU9P",
  ),
  device(
    "xcku115",
    "Kintex UltraScale",
    [663_360, 1_326_720, 5_520, 4_320, 0],
    "`Available` row of a public Vivado HLS C-synthesis report for KU115; the family has no UltraRAM",
  ),
  device(
    "xczu7ev",
    "Zynq UltraScale+ MPSoC",
    [230_400, 460_800, 1_728, 624, 96],
    "AMD DS891, Zynq UltraScale+ MPSoC overview (312 block RAM tiles of 36 Kb)",
  ),
];

/**
 * The FPGA named `partOrName`: a die (`xcvu13p`) or an ordering code that begins with one
 * (`xcvu13p-flga2577-2-e`), in any case.
 *
 * @throws CnntargzError `config` for an unknown part, with the list of known ones.
 */
export function findDevice(partOrName: string): Device {
  const die = partOrName.toLowerCase().split("-", 1)[0];
  const found = DEVICES.find(({ name }) => name === die);
  if (found === undefined) {
    const known = DEVICES.map(({ name }) => name).join(", ");
    throw new CnntargzError(
      "config",
      `part "${partOrName}" is not in the device table; known: ${known}. Choose one of these.`,
    );
  }
  return found;
}
