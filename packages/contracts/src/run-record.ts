import { z } from "zod";

import { HintPlan } from "./distill.js";
import { EventSample } from "./event-sample.js";
import { NetworkProfile } from "./profile.js";
import { artifactHeader } from "./provenance.js";
import { ResourceEstimate, ResourceReport } from "./resources.js";
import { TrainedModel } from "./training.js";
import { TriggerPerformance } from "./trigger.js";
import { BitExact, Requirements, Verdict } from "./verdict.js";

/** What is known of a training without its weights. */
export const TrainingRecord = TrainedModel.omit({ weights: true });
export type TrainingRecord = z.output<typeof TrainingRecord>;

/** One model in a run's tables and figures. */
export const ModelRecord = z.strictObject({
  /** Such as `Student 4 bit, integer`; different for each model of a run. */
  label: z.string().min(1),
  /** Weights and biases; null when not known. */
  parameters: z.int().nonnegative().nullable(),
  /** The training behind it; null for a model that was not trained here. */
  training: TrainingRecord.nullable(),
  /** Its trigger performance on the test set. */
  performance: TriggerPerformance,
});
export type ModelRecord = z.output<typeof ModelRecord>;

/** A fact about a run, for people. */
export const Fact = z.strictObject({ name: z.string(), value: z.string() });
export type Fact = z.infer<typeof Fact>;

/** One run, told whole: everything that its report shows, in one file. Weights and events stay in the run directory. */
export const RunRecord = z
  .strictObject({
    ...artifactHeader("run-record"),
    /** Such as `demo, seed 1`. */
    title: z.string().min(1),
    /** What the events are, for figures, such as `toy simulation`. */
    sample: z.string(),
    /** In the order of tables and legends. */
    models: z.array(ModelRecord).min(1).readonly(),
    /** Label of the model that verdict, resources, bit-exactness and profile are about. */
    judged: z.string(),
    /** Of the judged model's weights and activations; null for floating point. */
    bits: z.int().min(1).nullable(),
    /** The hints that the judged model learned from; null without distillation. */
    hints: HintPlan.nullable(),
    requirements: Requirements,
    verdict: Verdict.nullable(),
    /** What the firmware takes, layer by layer; null when there is none. */
    resources: ResourceEstimate.nullable(),
    /** What else is said of the same firmware: by other steps of the flow, by tools. */
    otherReports: z.array(ResourceReport).readonly(),
    bitExact: BitExact.nullable(),
    /** The judged model on background at other noise. */
    atNoise: z
      .array(
        z.strictObject({
          noisePerPixel: z.number().min(0).max(1),
          performance: TriggerPerformance,
        }),
      )
      .readonly(),
    /** The judged model's values against their types. */
    profile: NetworkProfile.nullable(),
    events: EventSample.nullable(),
    /** The resolved configuration of the run. */
    config: z.json(),
    /** Command that makes the run again; null when there is none. */
    command: z.string().nullable(),
    /** Digests, backend, versions, in order. */
    provenance: z.array(Fact).readonly(),
  })
  .refine(({ models, judged }) => models.some(({ label }) => label === judged), {
    error: ({ input }) => {
      const { models, judged } = input as { models: ModelRecord[]; judged: string };
      const labels = models.map(({ label }) => label).join(", ");
      return `the judged model "${judged}" is not among the models: ${labels}`;
    },
    path: ["judged"],
  })
  .refine(({ models }) => new Set(models.map(({ label }) => label)).size === models.length, {
    error: "two models have the same label; give each its own",
    path: ["models"],
  });
export type RunRecord = z.output<typeof RunRecord>;
