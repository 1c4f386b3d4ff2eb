import { z } from "zod";

import { artifactHeader } from "./provenance.js";

/** What firmware must hold to be accepted. */
export const Requirements = z.strictObject({
  latencyNs: z.number().positive().default(400),
  /** Upper limit (95 %, one-sided) of the fake rate. */
  fakeRate: z.number().positive().max(1).default(0.002),
  /** Lower limit (95 %, one-sided) of the plateau efficiency. */
  plateau: z.number().min(0).max(1).default(0.95),
  bunchCrossingNs: z.number().positive().default(25),
  /** Fraction of each resource of the device that the design may take, 1 when left out. */
  deviceShare: z.number().positive().max(1).optional(),
});
export type Requirements = z.output<typeof Requirements>;

/** Two computations of the same network, compared over images. */
export const BitExactPair = z.strictObject({
  reference: z.string(),
  candidate: z.string(),
  images: z.int().nonnegative(),
  mismatches: z.int().nonnegative(),
  /** Whether the pair ran over the whole test set, rather than a sample as simulations do. */
  wholeTestSet: z.boolean(),
});
export type BitExactPair = z.infer<typeof BitExactPair>;

/** Bit-exactness over a chain of computations. */
export const BitExact = z.strictObject({
  /** The smallest number of images over the pairs that compare the whole test set. */
  images: z.int().nonnegative(),
  /** Summed over all pairs. */
  mismatches: z.int().nonnegative(),
  pairs: z.array(BitExactPair).readonly(),
});
export type BitExact = z.infer<typeof BitExact>;

export const VerdictStatus = z.enum(["pass", "fail", "inconclusive", "info"]);
export type VerdictStatus = z.infer<typeof VerdictStatus>;

export const VerdictRow = z.strictObject({
  /** Such as `latency <= 400 ns`. */
  requirement: z.string(),
  /** The measured value, in `unit`; null when there is none. */
  value: z.number().nullable(),
  limit: z.number().nullable(),
  /** How far the value is on the good side of the limit, as a fraction of the limit. */
  margin: z.number().nullable(),
  unit: z.string(),
  status: VerdictStatus,
  /** One sentence for the reader: what was compared, point values, what to do. */
  note: z.string(),
});
export type VerdictRow = z.infer<typeof VerdictRow>;

/** The answer: does the firmware meet its requirements? */
export const Verdict = z.strictObject({
  ...artifactHeader("verdict"),
  rows: z.array(VerdictRow).readonly(),
  /** `pass` when every row but `info` passes; `fail` when one fails; else `inconclusive`. */
  status: z.enum(["pass", "fail", "inconclusive"]),
});
export type Verdict = z.output<typeof Verdict>;
