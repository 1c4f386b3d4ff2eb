import { z } from "zod";

import { LayerName } from "./network.js";

/** One hint: the Student layer is adapted linearly to the Teacher layer's output. */
export const Hint = z.strictObject({
  /** Student layer whose activated output is tapped. */
  student: LayerName,
  /** Teacher layer whose activated output is the aim. */
  teacher: LayerName,
  /** Weight gamma of this hint in the loss. */
  gamma: z.number().nonnegative(),
});
export type Hint = z.infer<typeof Hint>;

/** How a Student learns from a Teacher: the hints, and when they count. */
export const HintPlan = z.strictObject({
  hints: z.array(Hint).readonly(),
  /** `sample`: hints count for each event on which the Teacher is better; `batch`: for the whole batch. */
  gate: z.enum(["sample", "batch"]).default("sample"),
  /** The hints' weights fall linearly to 0 over this fraction of the training. */
  fadeFraction: z.number().positive().max(1).default(1),
});
export type HintPlan = z.output<typeof HintPlan>;
