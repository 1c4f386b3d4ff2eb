import {
  anyObject,
  CnntargzError,
  FixedPointType,
  type HlsConfig,
  type HlsStrategy,
  optionsCheck,
  type ResourceKind,
  z,
} from "@cnntargz/contracts";
import { fractionBits, parseType } from "@cnntargz/fixed-point";

import type { KernelCoefficients } from "./coefficients.js";
import type { KernelClock } from "./delay.js";
import { FITTED } from "./fitted-coefficients.js";
import { type Kernel, operandBits, reachesDsp } from "./kernel.js";
import { expectedStatistics, kernelStatistics } from "./kernel-statistics.js";
import type { Cost } from "./layer-cost.js";
import { nearestReuseFactor } from "./legal-reuse-factor.js";
import { priceKernel } from "./price-kernel.js";
import { codeRange } from "./weight-distribution.js";
import { bitsOfValues, expectedBits, lastWeights } from "./weight-bits.js";

/** A fixed-point type, or its HLS spelling such as `ap_fixed<16,6>`. */
export type TypeOrText = FixedPointType | string;

/** One dense layer. */
export interface DenseOptions {
  readonly nIn: number;
  readonly nOut: number;
  readonly inputType: TypeOrText;
  readonly weightType: TypeOrText;
  /** Biases are added in the accumulator and cost nothing of their own; the type is only checked. */
  readonly biasType: TypeOrText;
  readonly reuseFactor: number;
  /** `latency` or `resource`, in any case. */
  readonly strategy: HlsStrategy | Capitalize<HlsStrategy>;
  /**
   * Trained weights, (in, out): flat or as `nIn` rows. All integers: in units of the last place of
   * `weightType`; otherwise real numbers on its grid. Without them the estimate is the expectation
   * over untrained QKeras weights (`lecun_uniform`, rounded to `weightType`).
   */
  readonly weights?: ArrayLike<number> | readonly ArrayLike<number>[];
  /** Type of the sums. Default: hls4ml's `ap_fixed<16,6>`, or `inputType` where that is wider. */
  readonly accumulatorType?: TypeOrText;
  /** Default 5. */
  readonly clockPeriodNs?: number;
  /** Default `vivado`, the tool behind the reports. */
  readonly backend?: HlsConfig["backend"];
}

const typeOrText = z.custom(
  (value) => typeof value === "string" || FixedPointType.safeParse(value).success,
  "Invalid input: expected a type such as ap_fixed<16,6>",
);
const WHOLE = "give a whole number of at least 1";
const wholeNumber = z.int(WHOLE).min(1, WHOLE);
const checkOptions = optionsCheck<DenseOptions>("estimateDense", {
  nIn: wholeNumber,
  nOut: wholeNumber,
  inputType: typeOrText,
  weightType: typeOrText,
  biasType: typeOrText,
  reuseFactor: wholeNumber,
  strategy: z.string(),
  weights: anyObject.optional(),
  accumulatorType: typeOrText.optional(),
  clockPeriodNs: z.number().positive().optional(),
  backend: z.enum(["vitis", "vivado"]).optional(),
});

/** What HLS C-synthesis would report for a dense layer with parallel inputs and outputs. */
export interface DenseEstimate {
  readonly lut: number;
  readonly ff: number;
  readonly dsp: number;
  readonly bram18: number;
  /** Clock cycles from the inputs to the last output. */
  readonly latencyCycles: number;
  /** Clock cycles between two input vectors. */
  readonly initiationInterval: number;
  /** The reuse factor that was priced: hls4ml takes the legal one nearest to the requested. */
  readonly reuseFactor: number;
  /** [low, high] that holds nine of ten reports. */
  readonly band: {
    readonly lut: readonly [number, number];
    readonly ff: readonly [number, number];
    readonly dsp: readonly [number, number];
  };
}

const asType = (type: TypeOrText): FixedPointType =>
  typeof type === "string" ? parseType(type) : type;

function positiveInteger(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new CnntargzError("config", `${name} is ${value}; give a whole number of at least 1`);
}

function strategyOf(strategy: string): HlsStrategy {
  const lower = strategy.toLowerCase();
  if (lower === "latency" || lower === "resource") return lower;
  throw new CnntargzError(
    "config",
    `strategy is "${strategy}"; the estimator knows "latency" and "resource"`,
  );
}

/** The integer weights of `options`, in units of the last place, `values[i * nOut + o]`. */
function integerWeights(
  weights: NonNullable<DenseOptions["weights"]>,
  { nIn, nOut }: DenseOptions,
  type: FixedPointType,
): Int32Array {
  const rows = Array.from<number | ArrayLike<number>>(weights);
  const flat = rows.flatMap((row) => (typeof row === "number" ? row : Array.from(row)));
  if (flat.length !== nIn * nOut) {
    throw new CnntargzError(
      "contract",
      `weights has ${flat.length} values, nIn x nOut is ${nIn} x ${nOut}; give ${nIn * nOut}, input by input`,
    );
  }
  const scale = flat.every(Number.isInteger) ? 1 : 2 ** fractionBits(type);
  const [lowest, highest] = codeRange(type);
  return Int32Array.from(flat, (weight, index) => {
    const code = weight * scale;
    if (Number.isInteger(code) && code >= lowest && code <= highest) return code;
    throw new CnntargzError(
      "contract",
      `weights[${index}] is ${weight}, which is no value of weightType; give integers from ${lowest} ` +
        `to ${highest} (units of the last place), or multiples of ${1 / scale}`,
    );
  });
}

/** The kernel of `options` at a legal reuse factor. */
export function denseKernel(options: DenseOptions): Kernel {
  const inputs = positiveInteger("nIn", options.nIn);
  const outputs = positiveInteger("nOut", options.nOut);
  const strategy = strategyOf(options.strategy);
  const requested = positiveInteger("reuseFactor", options.reuseFactor);
  const reuseFactor = nearestReuseFactor(inputs, outputs, strategy, requested);
  const inputType = asType(options.inputType);
  const weightType = asType(options.weightType);
  asType(options.biasType);
  const shape = { inputs, outputs };
  const dspCapable = reachesDsp(inputType, weightType);
  const common = {
    ...shape,
    strategy,
    reuseFactor,
    inputType,
    weightType,
    accumulatorType: asType(
      options.accumulatorType ?? (inputType.width > 16 ? inputType : "ap_fixed<16,6>"),
    ),
  };
  if (options.weights === undefined) {
    return {
      ...common,
      statistics: expectedStatistics(shape, weightType, inputType.width, dspCapable),
      lastWeightBits: expectedBits(weightType, inputs),
    };
  }
  const values = integerWeights(options.weights, options, weightType);
  const matrix = { ...shape, values, bias: new Int32Array(outputs) };
  const last = lastWeights(values, inputs, outputs, reuseFactor);
  return {
    ...common,
    statistics: kernelStatistics(matrix, inputType.width, dspCapable),
    lastWeightBits: bitsOfValues(last, weightType),
  };
}

/** Registers at the ports of a layer with parallel inputs and outputs. */
export function portBits(kernel: Kernel, computeCycles: number): number {
  const outputs = kernel.outputs * kernel.accumulatorType.width;
  // A loop keeps its result, when nothing else is registered on the way.
  if (kernel.strategy === "resource") return computeCycles === 1 ? outputs : 0;
  const isCut = kernel.reuseFactor === 1 && computeCycles > 1;
  return kernel.inputs * operandBits(kernel.inputType) + (isCut ? outputs : 0);
}

/** Price `kernel` standing alone, with other coefficients than the fitted ones where the fit is tested. */
export function estimateDenseKernel(
  kernel: Kernel,
  clock: KernelClock,
  coefficients: KernelCoefficients = FITTED,
): DenseEstimate {
  const { costs, computeCycles, intervalCycles } = priceKernel(kernel, clock, 0, coefficients);
  const ports = portBits(kernel, computeCycles);
  const sum = (resource: ResourceKind, read: (cost: Cost) => number) =>
    costs.reduce((total, cost) => (cost.resource === resource ? total + read(cost) : total), 0);
  const value = (resource: ResourceKind, fixed = 0) =>
    Math.round(sum(resource, (cost) => cost.value) + fixed);
  const band = (resource: ResourceKind, fixed = 0) =>
    [
      Math.round(sum(resource, (cost) => cost.band[0]) + fixed),
      Math.round(sum(resource, (cost) => cost.band[1]) + fixed),
    ] as const;
  return {
    lut: value("lut"),
    ff: value("ff", ports),
    dsp: value("dsp"),
    bram18: value("bram18"),
    latencyCycles: computeCycles - 1,
    initiationInterval: intervalCycles,
    reuseFactor: kernel.reuseFactor,
    band: { lut: band("lut"), ff: band("ff", ports), dsp: band("dsp") },
  };
}

/**
 * Estimate what HLS C-synthesis reports for one dense layer of hls4ml (`io_parallel`, no activation):
 * the laws and where they hold are in docs/resource-estimates.md. The defaults are those of the dense
 * reports that the coefficients come from: Vivado HLS, 5 ns, sums in `ap_fixed<16,6>`; elsewhere the
 * band is wider.
 *
 * @throws CnntargzError `config` for sizes, strategies or reuse factors that can not be, `contract`
 * for types that can not be read and weights that are not of `weightType`.
 */
export function estimateDense(options: DenseOptions): DenseEstimate {
  checkOptions(options);
  const { clockPeriodNs = 5, backend = "vivado" } = options;
  return estimateDenseKernel(denseKernel(options), { clockPeriodNs, backend });
}
