import type {
  FixedPointType,
  HlsConfig,
  HlsFifo,
  HlsPlan,
  HlsPlanLayer,
  IntegerLayer,
  IntegerNetwork,
} from "@cnntargz/contracts";

const type = (signed: boolean, width: number, integer: number): FixedPointType => ({
  signed,
  width,
  integer,
  rounding: "TRN",
  overflow: "WRAP",
});

/** Integers from -2^(bits-1) to 2^(bits-1) - 1, always the same ones. */
function codes(count: number, bits: number, salt: number): Int32Array<ArrayBuffer> {
  let state = salt + 1;
  return Int32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> (32 - bits)) - 2 ** (bits - 1);
  });
}

const LAYERS = [
  { name: "conv1", kernel: 3, outputs: 1 },
  { name: "conv2", kernel: 3, outputs: 1 },
  { name: "conv3", kernel: 3, outputs: 6 },
  { name: "conv4", kernel: 3, outputs: 6 },
  { name: "dense1", kernel: 0, outputs: 10 },
  { name: "dense2", kernel: 0, outputs: 10 },
  { name: "out", kernel: 0, outputs: 2 },
] as const;

/** hls4ml's accumulators for the student: its inputs are 16 bits wide whatever the images are. */
function hls4mlAccumulator(name: string, bits: number, inputBits: number, inputs: number) {
  return type(true, inputBits + bits + Math.ceil(Math.log2(inputs)) + 1, name === "conv1" ? 12 : 8);
}

/** The student of 9x16 images with `bits`-bit weights, planned as streaming firmware. */
export function studentDesign(
  bits: number,
  config: Partial<HlsConfig> = {},
  typeRule: "interval" | "hls4ml" = "interval",
): { plan: HlsPlan; network: IntegerNetwork } {
  const inputType = typeRule === "hls4ml" ? type(true, 16, 6) : type(false, 2, 1);
  const isParallel = config.ioType === "io_parallel";
  const layers: IntegerLayer[] = [];
  const plan: HlsPlanLayer[] = [];
  let shape: readonly [number, number, number] = [9, 16, 1];
  let from = inputType;
  const input: HlsFifo = { name: "input_1", depth: 144, widthBits: inputType.width };
  for (const [salt, { name, kernel, outputs }] of LAYERS.entries()) {
    const isConv = kernel > 0;
    const inputs: number = isConv ? 9 * shape[2] : shape[0] * shape[1] * shape[2];
    if (!isConv && shape[0] * shape[1] > 1) {
      const flat = {
        kind: "flatten" as const,
        name: "flatten",
        inputShape: shape,
        outputShape: [1, 1, inputs] as const,
        resultType: from,
      };
      layers.push(flat);
      plan.push({
        ...flat,
        index: plan.length + 2,
        identifier: "flatten",
        resultOf: "flatten",
        inputType: from,
        output: plan.at(-1)!.output,
        initiationInterval: 1,
      });
      shape = flat.outputShape;
    }
    const outputShape = isConv
      ? ([shape[0] - 2, shape[1] - 2, outputs] as const)
      : ([1, 1, outputs] as const);
    const isLast = name === "out";
    const weights = codes(inputs * outputs, bits, salt);
    const common = {
      name,
      inputShape: shape,
      outputShape,
      resultType: isLast
        ? type(true, 13, 6)
        : ({ ...type(false, bits, 1), rounding: "RND_CONV", overflow: "SAT" } as const),
      weightType: type(true, bits, 1),
      biasType: type(true, bits, 1),
      accumulatorType:
        typeRule === "hls4ml"
          ? hls4mlAccumulator(name, bits, from.width, inputs)
          : type(true, 2 * bits + Math.ceil(Math.log2(inputs + 1)), 8),
      activation: isLast ? ("linear" as const) : ("relu" as const),
    };
    const tensors = {
      weights: {
        dtype: "int32" as const,
        shape: isConv ? [3, 3, shape[2], outputs] : [inputs, outputs],
        values: weights,
      },
      bias: { dtype: "int32" as const, shape: [outputs], values: codes(outputs, bits, salt + 50) },
    };
    const window = {
      kernelSize: [3, 3] as const,
      strides: [1, 1] as const,
      pads: { top: 0, bottom: 0, left: 0, right: 0 },
    };
    layers.push(
      isConv
        ? { kind: "conv2d", ...common, ...window, ...tensors }
        : { kind: "dense", ...common, ...tensors },
    );
    const planned = {
      index: plan.length + 2,
      identifier: name,
      resultOf: name,
      ...common,
      inputType: from,
      output: {
        name: `layer${plan.length + 2}_out`,
        depth: isParallel ? 1 : outputShape[0] * outputShape[1],
        widthBits:
          (isParallel ? outputShape[0] * outputShape[1] : 1) * outputs * common.resultType.width,
      },
      initiationInterval: config.reuseFactor ?? 1,
      strategy: config.strategy ?? ("latency" as const),
      reuseFactor: config.reuseFactor ?? 1,
      inputs,
      outputs,
      nonZeroWeights: weights.filter((weight) => weight !== 0).length,
      sourceLayer: layers.length - 1,
    };
    plan.push(
      isConv
        ? {
            kind: "conv2d",
            ...planned,
            ...window,
            parallelizationFactor: config.parallelizationFactor ?? 1,
            lineBuffer: isParallel ? { rows: 0, length: 0 } : { rows: 2, length: shape[1] },
          }
        : { kind: "dense", ...planned },
    );
    shape = outputShape;
    from = common.resultType;
  }
  return {
    plan: {
      kind: "hls-plan",
      schemaVersion: 1,
      config: {
        projectName: "myproject",
        backend: "vitis",
        ioType: "io_stream",
        strategy: "latency",
        reuseFactor: 1,
        parallelizationFactor: 1,
        compat: null,
        fifoDepth: "image",
        fragmenter: null,
        clockPeriodNs: 2,
        part: "xcvu13p-flga2577-2-e",
        ...config,
      },
      network: "student",
      pipelineStyle: "dataflow",
      input,
      inputShape: [9, 16, 1],
      inputType,
      layers: plan,
    },
    network: {
      kind: "integer-network",
      schemaVersion: 1,
      name: "student",
      typeRule,
      inputShape: [9, 16, 1],
      inputType,
      layers,
      labelScaling: { ptScaleGeV: 20, eta: "window" },
      provenance: { stage: "test", packages: {}, seed: 0, inputs: {}, config: null },
    },
  };
}
