import type { ResourceKind } from "@cnntargz/contracts";

/** What tables and sentences call the kinds of resource, in the order of columns. */
export const RESOURCE_NAMES: Readonly<Record<ResourceKind, string>> = {
  lut: "LUT",
  ff: "FF",
  dsp: "DSP",
  bram18: "BRAM18",
  uram: "URAM",
};

export const RESOURCE_KINDS = Object.keys(RESOURCE_NAMES) as readonly ResourceKind[];

/** A whole number with thousands separators. */
export const formatCount = (value: number): string => Math.round(value).toLocaleString("en-US");

/** A quantity in ns, to six significant digits. */
export const formatNs = (value: number): string =>
  Number(value.toPrecision(6)).toLocaleString("en-US", { maximumFractionDigits: 6 });
