import type { HlsConfig } from "@cnntargz/contracts";

import { blockRam18 } from "./block-ram.js";
import { FIFO } from "./coefficients.js";

/** Storage that HLS reports for a stream. */
export interface FifoResources {
  readonly lut: number;
  readonly ff: number;
  readonly bram18: number;
}

/**
 * 18 Kb block RAMs of an HLS FIFO: none while `depth * bits <= 512` (shift registers), then columns of
 * 18 bits down to 1,024 elements; deeper see `blockRam18`. Law read off HLS reports;
 * `data/hls_fifo_resources.csv` holds them.
 */
export function fifoBram18(depth: number, bits: number): number {
  return depth * bits <= 512 ? 0 : blockRam18(depth, bits, 18);
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
