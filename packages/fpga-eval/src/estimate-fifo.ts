import { CnntargzError, type HlsConfig } from "@cnntargz/contracts";

import { type FifoResources, fifoResources } from "./fifo.js";

/** One HLS FIFO. */
export interface FifoOptions {
  /** Elements that it holds. */
  readonly depth: number;
  /** Bits of one element. */
  readonly bits: number;
  /** Default `vivado`; block RAM is the same with both, flip-flops differ. */
  readonly backend?: HlsConfig["backend"];
}

/**
 * What HLS C-synthesis reports for one FIFO: block RAM by law, flip-flops by law in shift registers and
 * fitted in block RAM, no LUTs (its control is counted with the layers beside it).
 *
 * @throws CnntargzError `config` when depth or bits is not a whole number of at least 1.
 */
export function estimateFifo({ depth, bits, backend = "vivado" }: FifoOptions): FifoResources {
  for (const [name, value] of Object.entries({ depth, bits })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new CnntargzError("config", `${name} is ${value}; give a whole number of at least 1`);
    }
  }
  return fifoResources(depth, bits, 1, backend);
}
