import { CnntargzError, type Device, type HlsConfig } from "@cnntargz/contracts";

import { CLOCK_LIMITS, DEVICE_TABLE, type DeviceRow } from "./device-table.js";

const ofRow = ({ name, family, available, source }: DeviceRow): Device => ({
  name,
  family,
  available,
  source,
});

/** FPGAs by die, each with the source of its figures; block RAM is counted in 18 Kb halves. */
export const DEVICES: readonly Device[] = DEVICE_TABLE.map(ofRow);

/** A device as it is ordered: package, speed grade and the clock that the grade allows. */
export interface DevicePart {
  readonly device: Device;
  /** Such as `flga2577`; null when only the die was named. */
  readonly package: string | null;
  /** Such as `2` or `2L`; null when it was not named. */
  readonly speedGrade: string | null;
  /**
   * Highest clock of a DSP block with all registers, in MHz; null when the speed grade is not named
   * or the data sheet's figure is not in the table.
   */
  readonly maxClockMHz: number | null;
  /** Where `maxClockMHz` comes from. */
  readonly maxClockSource: string | null;
  /** Ordering codes of this die met in hls4ml, da4ml and published trigger firmware. */
  readonly knownParts: readonly string[];
}

const ORDERING_CODE = /^(?:-?(?<pack>[a-z]+\d+))?(?:-(?<grade>[123]l?v?)(?:-[a-z])?)?$/;

/**
 * The device behind `partOrName`: a die (`xcvu13p`) or an ordering code that begins with one
 * (`xcvu13p-flga2577-2-e`, `xc7z020clg400-1`), in any case.
 *
 * @throws CnntargzError `config` for an unknown part, with the list of known ones.
 */
export function findPart(partOrName: string): DevicePart {
  const code = partOrName.toLowerCase();
  for (const row of DEVICE_TABLE) {
    const match = code.startsWith(row.name)
      ? ORDERING_CODE.exec(code.slice(row.name.length))
      : null;
    if (match === null) continue;
    const grade = match.groups!["grade"]?.toUpperCase() ?? null;
    const limit =
      grade === null || row.clockSheet === null ? undefined : CLOCK_LIMITS[row.clockSheet][grade];
    return {
      device: ofRow(row),
      package: match.groups!["pack"] ?? null,
      speedGrade: grade,
      maxClockMHz: limit ?? null,
      maxClockSource:
        limit === undefined ? null : `AMD ${row.clockSheet}, DSP48 slice switching characteristics`,
      knownParts: row.parts,
    };
  }
  const known = DEVICES.map(({ name }) => name).join(", ");
  throw new CnntargzError(
    "config",
    `part "${partOrName}" is not in the device table; known: ${known}. Choose one of these, an ` +
      `ordering code that begins with one, such as xcvu13p-flga2577-2-e, or give what the part holds: ` +
      `device: { lut, ff, dsp, bram18, uram } in the HLS configuration, --device on the command line.`,
  );
}

/**
 * The FPGA named `partOrName`; see `findPart`.
 *
 * @throws CnntargzError `config` for an unknown part, with the list of known ones.
 */
export function findDevice(partOrName: string): Device {
  return findPart(partOrName).device;
}

/**
 * The FPGA of a configuration: with the figures that are given there, or those of the table.
 *
 * @throws CnntargzError `config` for a part that is not in the table and has no figures.
 */
export function deviceOf({ part, device }: Pick<HlsConfig, "part" | "device">): Device {
  if (device === undefined) return findDevice(part);
  return { name: part, family: "given", available: device, source: "given in the configuration" };
}
