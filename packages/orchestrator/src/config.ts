import {
  BackendSpec,
  DatasetConfig,
  DatasetSplit,
  HintPlan,
  HlsConfig,
  Requirements,
  TrainConfig,
  type TrainConfigInput,
} from "@cnntargz/contracts";
import { z } from "zod";

/**
 * How a network of a run is trained: as `recipe` when nothing is said. In a block that is given, epochs
 * and batch size are the recipe's and the rest TrainConfig's own defaults when left out.
 */
const trainedAs = (recipe: TrainConfigInput) =>
  z
    .strictObject({
      ...TrainConfig.shape,
      epochs: TrainConfig.shape.epochs.default(recipe.epochs),
      batchSize: TrainConfig.shape.batchSize.default(recipe.batchSize),
    })
    .prefault(recipe);

/** Why these figures: docs/training-recipe.md. */
const TEACHER_RECIPE = {
  epochs: 3,
  batchSize: 128,
  learningRate: 0.002,
  finalLearningRateFraction: 0.02,
  etaWeight: 0.3,
};
const STUDENT_RECIPE = {
  epochs: 10,
  batchSize: 256,
  learningRate: 0.004,
  finalLearningRateFraction: 0.01,
  etaWeight: 0.3,
};
const QUANTIZED_RECIPE = {
  epochs: 15,
  batchSize: 256,
  learningRate: 0.008,
  finalLearningRateFraction: 0.02,
  etaWeight: 0.3,
};
const HINTS: z.input<typeof HintPlan> = {
  hints: [
    { student: "conv1b", teacher: "conv1b", gamma: 0.01 },
    { student: "conv2b", teacher: "conv2c", gamma: 0.01 },
    { student: "dense2", teacher: "dense2", gamma: 0.01 },
  ],
  fadeFraction: 0.7,
};

/** Every split of a run is used: the test set by the verdict, the validation set by the trainings. */
const MOST_EVENTS = 100_000_000;
const splitOf = (events: number) => z.int().min(1).max(MOST_EVENTS).default(events);

/** The dataset of a run: its size comes from the splits, its seed from the run. */
const RunDataset = z.strictObject({
  ...DatasetConfig.omit({ events: true, seed: true }).shape,
  split: z
    .strictObject({
      train: splitOf(100_000),
      validation: splitOf(10_000),
      test: splitOf(40_000),
    } satisfies Record<keyof DatasetSplit, z.ZodType>)
    .refine(({ train, validation, test }) => train + validation + test <= MOST_EVENTS, {
      message: `train + validation + test must be at most ${MOST_EVENTS}`,
    })
    .prefault({}),
  /** Background-only events at each extra noise level, for the `info` rows of the verdict. */
  noiseScan: z
    .strictObject({
      noisePerPixel: z.array(z.number().min(0).max(1)).readonly(),
      events: z.int().min(1).max(MOST_EVENTS),
    })
    .prefault({ noisePerPixel: [3e-3, 4.5e-3], events: 10_000 }),
});

/** How the Student becomes a quantized network. */
const RunQuantization = z.strictObject({
  /** Bits of weights and activations. */
  bits: z.int().min(2).max(8).default(4),
  /**
   * Activation ranges reach this fraction of the float Student's positive activations on
   * `calibrationEvents` training events; what lies above saturates.
   */
  calibrationPercentile: z.number().min(0.5).max(1).default(0.99),
  calibrationEvents: z.int().min(1).default(4096),
  train: trainedAs(QUANTIZED_RECIPE),
});

/**
 * Everything that decides the result of a run, besides the versions of the packages. Each field has a
 * default: together they are the preset `demo`.
 */
export const RunConfig = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_-]*$/, "must start with a letter and hold letters, digits, _ and -")
    .default("run"),
  seed: z.int().nonnegative().default(1),
  /** `auto` takes @tensorflow/tfjs-node when it loads; presets pin `wasm` so that bytes agree everywhere. */
  backend: z.union([z.literal("auto"), BackendSpec]).default({ name: "wasm", kernels: "simd" }),
  dataset: RunDataset.prefault({}),
  teacher: z.strictObject({ train: trainedAs(TEACHER_RECIPE) }).prefault({}),
  student: z.strictObject({ train: trainedAs(STUDENT_RECIPE) }).prefault({}),
  quantization: RunQuantization.prefault({}),
  /** The Teacher's hints for the quantized Student; null trains it without the Teacher. */
  distillation: HintPlan.nullable().prefault(HINTS),
  hls: HlsConfig.prefault({}),
  verification: z
    .strictObject({
      /** Test images through the compiled firmware. */
      csimImages: z.int().min(1).default(1000),
      /** Test images through the slow reference interpreter. */
      referenceImages: z.int().min(1).default(200),
      compiler: z.enum(["auto", "g++", "clang++", "@yowasp/clang"]).default("auto"),
    })
    .prefault({}),
  requirements: Requirements.prefault({}),
});
export type RunConfig = z.output<typeof RunConfig>;
/** {@link RunConfig} as a user writes it: defaults may be left out. */
export type RunConfigInput = z.input<typeof RunConfig>;
