import {
  BackendSpec,
  DatasetConfig,
  DatasetSplit,
  HintPlan,
  HlsConfig,
  Requirements,
  TrainConfig,
} from "@cnntargz/contracts";
import { z } from "zod";

/** The dataset of a run: its size comes from the splits, its seed from the run. */
const RunDataset = z.strictObject({
  ...DatasetConfig.omit({ events: true, seed: true }).shape,
  split: DatasetSplit,
  /** Background-only events at each extra noise level, for the `info` rows of the verdict. */
  noiseScan: z
    .strictObject({
      noisePerPixel: z.array(z.number().min(0).max(1)).readonly(),
      events: z.int().min(1),
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
  train: TrainConfig,
});

/** Everything that decides the result of a run, besides the versions of the packages. */
export const RunConfig = z.strictObject({
  name: z
    .string()
    .regex(
      /^[A-Za-z][A-Za-z0-9_-]*$/,
      "must start with a letter and hold letters, digits, _ and -",
    ),
  seed: z.int().nonnegative().default(1),
  /** `auto` takes @tensorflow/tfjs-node when it loads; presets pin `wasm` so that bytes agree everywhere. */
  backend: z.union([z.literal("auto"), BackendSpec]).default({ name: "wasm", kernels: "simd" }),
  dataset: RunDataset,
  teacher: z.strictObject({ train: TrainConfig }),
  student: z.strictObject({ train: TrainConfig }),
  quantization: RunQuantization,
  /** null trains the quantized Student without the Teacher. */
  distillation: HintPlan.nullable(),
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
