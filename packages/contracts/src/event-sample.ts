import { z } from "zod";

import { FULL_WIDTH, LAYERS } from "./dataset.js";
import { artifactHeader } from "./provenance.js";

/**
 * Why an event is shown: the random ones are what the detector sees, the others are the mistakes of
 * the judged model, of which a random sample would hold none.
 */
export const SampleReason = z.enum(["random muon", "random background", "missed muon", "fake"]);
export type SampleReason = z.infer<typeof SampleReason>;

/** One event to look at: what the detector saw, what it was, and what each model said. */
export const SampledEvent = z.strictObject({
  /** Number of the event in its dataset. */
  event: z.int().nonnegative(),
  reason: SampleReason,
  /** The muon; null for background. */
  truth: z
    .strictObject({
      ptGeV: z.number(),
      eta: z.number(),
      /** 0 where it is not known. */
      charge: z.union([z.literal(-1), z.literal(0), z.literal(1)]),
    })
    .nullable(),
  /** Hit strips of the 9x384 image as `384 layer + strip`, ascending, innermost layer 0; null when only 9x16 is known. */
  hits: z
    .array(
      z
        .int()
        .min(0)
        .max(LAYERS * FULL_WIDTH - 1),
    )
    .nullable(),
  /** Left edge of the chosen window of 32 strips; null without one. */
  windowStart: z
    .int()
    .min(0)
    .max(FULL_WIDTH - 1)
    .nullable(),
  /** The 9x16 image row by row, innermost layer first, one digit per pixel in units of 1/2; null without one. */
  pixels: z
    .string()
    .regex(/^[012]{144}$/, "must be 9 x 16 digits 0, 1 or 2")
    .nullable(),
  /** One entry per model of the sample, in its order. */
  predictions: z
    .array(z.strictObject({ ptGeV: z.number(), eta: z.number().nullable() }))
    .readonly(),
});
export type SampledEvent = z.output<typeof SampledEvent>;

/** Events to look at, drawn with a seed from a test set. */
export const EventSample = z
  .strictObject({
    ...artifactHeader("event-sample"),
    /** Trigger threshold on predicted pT, in GeV. */
    thresholdGeV: z.number(),
    /** Who predicted, by label. */
    models: z.array(z.string()).readonly(),
    /** Index in `models` of the one whose mistakes are shown. */
    judged: z.int().nonnegative(),
    events: z.array(SampledEvent).readonly(),
  })
  .refine(
    ({ models, events }) => events.every((each) => each.predictions.length === models.length),
    { error: "every event needs one prediction per model", path: ["events"] },
  );
export type EventSample = z.output<typeof EventSample>;
