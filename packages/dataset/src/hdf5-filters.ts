/** Filters of every HDF5 library, and szip: deflate, shuffle, fletcher32, szip, n-bit, scale-offset. */
const BUILT_IN = [1, 2, 3, 4, 5, 6];

/** Filters that need a plugin, by the numbers in The HDF Group's list of registered filter plugins. */
const REGISTERED: Readonly<Record<number, string>> = {
  305: "lzo",
  307: "bzip2",
  32000: "lzf",
  32001: "blosc",
  32002: "mafisc",
  32003: "snappy",
  32004: "lz4",
  32005: "apax",
  32006: "cbf",
  32007: "jpeg-xr",
  32008: "bitshuffle",
  32009: "spdp",
  32010: "lpc-rice",
  32011: "ccsds-123",
  32012: "jpeg-ls",
  32013: "zfp",
  32014: "fpzip",
  32015: "zstd",
  32016: "b3d",
  32017: "sz",
  32018: "fcidecomp",
  32019: "jpeg",
  32020: "vbz",
  32021: "fapec",
  32022: "bitgroom",
  32023: "granular bitround",
  32024: "sz3",
  32025: "delta-rice",
  32026: "blosc2",
  32027: "flac",
};

/** The filters of `ids` that this program lacks, in words: `lzf (filter 32000)`; null when it has all. */
export function missingFilters(ids: readonly number[]): string | null {
  const missing = ids.filter((id) => !BUILT_IN.includes(id));
  if (missing.length === 0) return null;
  return missing
    .map((id) => (id in REGISTERED ? `${REGISTERED[id]!} (filter ${id})` : `filter ${id}`))
    .join(" and ");
}
