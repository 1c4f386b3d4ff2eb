import type { HlsConfig } from "@cnntargz/contracts";

import { FIFO } from "./coefficients.js";

/** Storage that HLS reports for a stream. */
export interface FifoResources {
  readonly lut: number;
  readonly ff: number;
  readonly bram18: number;
}

/**
 * 18 Kb block RAMs of an HLS FIFO: none while `depth * bits <= 512` (shift registers), then one per
 * 18 bits of width down to 1,024 elements, and beyond that by capacity, rounded up to a power of
 * two, in whole blocks of 1,024 x 18 for 32 bits. Law read off HLS reports; `data/hls_fifo_resources.csv` holds them.
 */
export function fifoBram18(depth: number, bits: number): number {
  if (depth * bits <= 512) return 0;
  if (depth <= 1024) return Math.ceil(bits / 18);
  const capacity = 2 ** Math.ceil(Math.log2(depth));
  // Words of 32 bits take two columns of 1,024 x 18, whatever is left over.
  if (bits === 32) return (2 * capacity) / 1024;
  return Math.round((capacity * bits) / 18432);
}

/**
 * What one stream of `depth` elements of `widthBits` bits takes. Vitis keeps an element of an array
 * type in one FIFO, Vivado splits it into one per channel. Flip-flops of a FIFO in shift registers:
 * Vitis holds two words, padded to a power of two; in block RAM: fitted, see `FIFO`. HLS reports no
 * LUTs for a FIFO itself; what they cost is in the control of the layers beside it.
 */
export function fifoResources(
  depth: number,
  widthBits: number,
  channels: number,
  backend: HlsConfig["backend"],
): FifoResources {
  const copies = backend === "vivado" ? channels : 1;
  const bits = Math.ceil(widthBits / copies);
  const bram18 = fifoBram18(depth, bits);
  let ff: number;
  if (bram18 > 0) {
    ff =
      FIFO.blockRam.constant +
      FIFO.blockRam.perBit * bits +
      FIFO.blockRam.perAddressBit * Math.log2(depth);
  } else if (backend === "vitis") {
    ff = 2 * 2 ** Math.ceil(Math.log2(bits)) + FIFO.vitisShift.constant;
  } else {
    ff = FIFO.vivadoShift.constant;
  }
  return { lut: 0, ff: copies * Math.round(ff), bram18: copies * bram18 };
}
