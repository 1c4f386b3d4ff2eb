import { z } from "zod";

import { ClockPeriodNs, FragmenterConfig } from "./hls.js";

/**
 * One type for everything, or by role (`default`, `weight`, `bias`, `scale`, `accum`, `result`):
 * `fixed<16,6>`, `ap_ufixed<4,0,AP_RND_CONV,AP_SAT,0>`, or `auto` for the network's own.
 */
const Precision = z.union([z.string(), z.record(z.string(), z.string())]);

const shared = {
  Precision: Precision.optional(),
  ReuseFactor: z.int().min(1).optional(),
  /** `Latency` or `Resource`, in any case. */
  Strategy: z.string().optional(),
  ParallelizationFactor: z.int().min(1).optional(),
  /** `LineBuffer`, in any case; no other is there. */
  ConvImplementation: z.string().optional(),
};

/** What is said of a layer, or of all layers of a class. */
export const Hls4mlLayerConfig = z.strictObject(shared);
export type Hls4mlLayerConfig = z.output<typeof Hls4mlLayerConfig>;

/** What is said of all layers at once. */
export const Hls4mlModelConfig = z.strictObject({
  ...shared,
  /** Belongs beside `Backend`; accepted here since scripts put it here. */
  IOType: z.string().optional(),
});
export type Hls4mlModelConfig = z.output<typeof Hls4mlModelConfig>;

/** The `HLSConfig` of hls4ml, which its `config_from_keras_model` returns. */
export const Hls4mlHlsConfig = z.strictObject({
  Model: Hls4mlModelConfig.prefault({}),
  LayerType: z.record(z.string(), Hls4mlLayerConfig).optional(),
  LayerName: z.record(z.string(), Hls4mlLayerConfig).optional(),
});
export type Hls4mlHlsConfig = z.output<typeof Hls4mlHlsConfig>;

/**
 * A whole `hls4ml_config.yml`: the keys of that project that say something here. It has others, which
 * reading one leaves out or refuses by name.
 */
export const Hls4mlConfig = z.strictObject({
  /** `Vitis` or `Vivado`, in any case. */
  Backend: z.string().optional(),
  ProjectName: z.string().optional(),
  Part: z.string().optional(),
  /** `Part` in early versions. */
  XilinxPart: z.string().optional(),
  /** In nanoseconds. */
  ClockPeriod: ClockPeriodNs.optional(),
  ClockUncertainty: z.union([z.string(), z.number()]).optional(),
  /** `io_stream` or `io_parallel`. */
  IOType: z.string().optional(),
  HLSConfig: Hls4mlHlsConfig.prefault({}),
  /** What hls4ml has no words for. */
  Cnntargz: z
    .strictObject({
      Compat: z.literal("hls4ml").nullable().optional(),
      FifoDepth: z.enum(["analytic", "image"]).optional(),
      Fragmenter: FragmenterConfig.nullable().optional(),
      /**
       * While `Model.Precision` still says this, it stands for the network's own types: hls4ml wants a
       * type there, and its conversion never returns from `auto`.
       */
      DefaultPrecision: z.string().optional(),
    })
    .optional(),
});
export type Hls4mlConfig = z.output<typeof Hls4mlConfig>;
