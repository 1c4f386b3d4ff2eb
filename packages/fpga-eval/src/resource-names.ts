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

/** What `read` says of each kind of resource. */
export const byKind = <T>(read: (kind: ResourceKind) => T): Record<ResourceKind, T> => ({
  lut: read("lut"),
  ff: read("ff"),
  dsp: read("dsp"),
  bram18: read("bram18"),
  uram: read("uram"),
});

/** A whole number with thousands separators. */
export const formatCount = (value: number): string => Math.round(value).toLocaleString("en-US");

/** A quantity in ns, to six significant digits. */
export const formatNs = (value: number): string =>
  Number(value.toPrecision(6)).toLocaleString("en-US", { maximumFractionDigits: 6 });
