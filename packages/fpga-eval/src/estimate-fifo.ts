import { type HlsConfig, optionsCheck, z } from "@cnntargz/contracts";

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

const WHOLE = "give a whole number of at least 1";
const wholeNumber = z.int(WHOLE).min(1, WHOLE);
const checkOptions = optionsCheck<FifoOptions>("estimateFifo", {
  depth: wholeNumber,
  bits: wholeNumber,
  backend: z.enum(["vitis", "vivado"]).optional(),
});

/**
 * What HLS C-synthesis reports for one FIFO: block RAM by law, flip-flops by law in shift registers and
 * fitted in block RAM, no LUTs (its control is counted with the layers beside it).
 *
 * @throws CnntargzError `config` when depth or bits is not a whole number of at least 1.
 */
export function estimateFifo(options: FifoOptions): FifoResources {
  checkOptions(options);
  const { depth, bits, backend = "vivado" } = options;
  return fifoResources(depth, bits, 1, backend);
}
