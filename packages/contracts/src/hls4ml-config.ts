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
  /** Only `LineBuffer` is there. */
  ConvImplementation: z.string().optional(),
};

/** What hls4ml lets one say of a layer, or of all layers of a class. */
export const Hls4mlLayerConfig = z.strictObject({
  ...shared,
  Trace: z.boolean().optional(),
  TableSize: z.int().optional(),
});
export type Hls4mlLayerConfig = z.output<typeof Hls4mlLayerConfig>;

/** What hls4ml lets one say of all layers at once. */
export const Hls4mlModelConfig = z.strictObject({
  ...shared,
  /** Belongs beside `Backend`; accepted here since scripts put it here. */
  IOType: z.string().optional(),
  BitExact: z.boolean().nullable().optional(),
  BramFactor: z.int().optional(),
  TraceOutput: z.boolean().optional(),
  PipelineStyle: z.string().optional(),
  PipelineInterval: z.int().min(1).optional(),
});
export type Hls4mlModelConfig = z.output<typeof Hls4mlModelConfig>;

/** The `HLSConfig` of hls4ml, which its `config_from_keras_model` returns. */
export const Hls4mlHlsConfig = z.strictObject({
  Model: Hls4mlModelConfig.prefault({}),
  LayerType: z.record(z.string(), Hls4mlLayerConfig).optional(),
  LayerName: z.record(z.string(), Hls4mlLayerConfig).optional(),
});
export type Hls4mlHlsConfig = z.output<typeof Hls4mlHlsConfig>;

/** A whole `hls4ml_config.yml`, with that project's keys. */
export const Hls4mlConfig = z.strictObject({
  /** `Vitis` or `Vivado`, in any case. */
  Backend: z.string().optional(),
  ProjectName: z.string().optional(),
  OutputDir: z.string().optional(),
  Part: z.string().optional(),
  /** In nanoseconds. */
  ClockPeriod: ClockPeriodNs.optional(),
  ClockUncertainty: z.union([z.string(), z.number()]).optional(),
  /** `io_stream` or `io_parallel`. */
  IOType: z.string().optional(),
  InputData: z.string().nullable().optional(),
  OutputPredictions: z.string().nullable().optional(),
  InputShapes: z.unknown().optional(),
  OutputShapes: z.unknown().optional(),
  KerasModel: z.unknown().optional(),
  Stamp: z.unknown().optional(),
  Version: z.unknown().optional(),
  WriterConfig: z.record(z.string(), z.unknown()).optional(),
  HLSConfig: Hls4mlHlsConfig.prefault({}),
  /** What hls4ml has no words for. */
  Cnntargz: z
    .strictObject({
      Compat: z.literal("hls4ml").nullable().optional(),
      FifoDepth: z.enum(["analytic", "image"]).optional(),
      Fragmenter: FragmenterConfig.nullable().optional(),
    })
    .optional(),
});
export type Hls4mlConfig = z.output<typeof Hls4mlConfig>;
