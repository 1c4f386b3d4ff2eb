import type {
  FixedPointType,
  IntegerLayer,
  IntegerNetwork,
  OverflowMode,
  RoundingMode,
} from "@cnntargz/contracts";

/** What a random network may contain. */
export interface RandomNetworkOptions {
  /** Convolution and pooling layers before the dense ones, at most; 3 when left out. */
  readonly imageLayers?: number;
  /** Largest height and width of the input, at least 3; 7 when left out. */
  readonly imageSize?: number;
  /** Largest number of channels or units; 4 when left out. */
  readonly channels?: number;
  /** Largest width of weights, biases, inputs and results in bits, 2 to 32; 6 when left out. */
  readonly bits?: number;
  /** Zeros around convolutions; true when left out. */
  readonly padding?: boolean;
  /** Strides other than 1 in convolutions, and pools that overlap or leave gaps; true when left out. */
  readonly strides?: boolean;
  /** Which pools may occur; all when left out. */
  readonly pools?: readonly ("maxPool2d" | "averagePool2d")[];
  /** Activations and scales on their own among the other layers; false when left out. */
  readonly elementwise?: boolean;
  /**
   * `exact`: worst-case accumulators, which no sum ever overflows (the default).
   * `any`: also too narrow ones, that wrap, saturate or round on the way.
   */
  readonly accumulators?: "exact" | "any";
  /**
   * `common`: results are cast as firmware does, AP_RND_CONV and AP_SAT, or AP_TRN and AP_WRAP (the
   * default). `any`: all rounding and overflow modes.
   */
  readonly modes?: "common" | "any";
}

type Shape = readonly [number, number, number];

const ROUNDING: readonly RoundingMode[] = [
  "TRN",
  "TRN_ZERO",
  "RND",
  "RND_ZERO",
  "RND_MIN_INF",
  "RND_INF",
  "RND_CONV",
];
const OVERFLOW: readonly OverflowMode[] = ["WRAP", "SAT", "SAT_ZERO", "SAT_SYM"];

/** Small draws from a 32-bit state (a Weyl sequence mixed as in Murmur3's finalizer). */
class Draws {
  private state: number;
  constructor(seed: number) {
    this.state = Math.imul(seed, 0x9e3779b1) | 0;
  }
  /** An integer in low..high, both included. */
  integer(low: number, high: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    const unit = ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
    return low + Math.floor(unit * (high - low + 1));
  }
  chance(probability: number): boolean {
    return this.integer(0, 9999) < probability * 10_000;
  }
  pick<T>(from: readonly T[]): T {
    return from[this.integer(0, from.length - 1)]!;
  }
}

const plain = (signed: boolean, width: number, integer: number): FixedPointType => ({
  signed,
  width,
  integer,
  rounding: "TRN",
  overflow: "WRAP",
});
const ceilLog2 = (n: number): number => (n <= 1 ? 0 : (n - 1).toString(2).length);
const magnitudeBits = ({ signed, integer }: FixedPointType): number => integer - (signed ? 1 : 0);
const fraction = ({ width, integer }: FixedPointType): number => width - integer;

/** A random valid integer network: a pure function of its arguments. */
class NetworkMaker {
  private readonly draws: Draws;
  private readonly options: Required<RandomNetworkOptions>;
  private readonly layers: IntegerLayer[] = [];
  private shape: Shape;
  private type: FixedPointType;

  constructor(seed: number, options: RandomNetworkOptions) {
    this.draws = new Draws(seed);
    this.options = {
      imageLayers: 3,
      imageSize: 7,
      channels: 4,
      bits: 6,
      padding: true,
      strides: true,
      pools: ["maxPool2d", "averagePool2d"],
      elementwise: false,
      accumulators: "exact",
      modes: "common",
      ...options,
    };
    const { draws, options: o } = this;
    this.shape = [
      draws.integer(3, o.imageSize),
      draws.integer(3, o.imageSize),
      draws.integer(1, o.channels),
    ];
    this.type = this.valueType(draws.chance(0.3));
  }

  make(): IntegerNetwork {
    const { shape: inputShape, type: inputType } = this;
    const count = this.draws.integer(0, this.options.imageLayers);
    for (let i = 0; i < count; i += 1) {
      const pool = this.options.pools.length > 0 && this.draws.chance(0.35);
      if (pool) this.addPool();
      else this.addConvolution();
      this.addElementwise();
    }
    this.addFlatten();
    const units = this.draws.integer(1, 2);
    for (let i = 0; i < units; i += 1) this.addDense(i === units - 1);
    return {
      kind: "integer-network",
      schemaVersion: 1,
      name: "random_network",
      typeRule: "hls4ml",
      inputShape,
      inputType,
      layers: this.layers,
      labelScaling: { ptScaleGeV: 20, eta: "window" },
      provenance: { stage: "random-network", packages: {}, seed: 0, inputs: {}, config: {} },
    };
  }

  private name(kind: string): string {
    return `${kind}${this.layers.length + 1}`;
  }

  /** Filters or units: seldom one, since a single rectified channel often is zero for every image. */
  private size(): number {
    const most = this.options.channels;
    return Math.max(this.draws.integer(1, most), this.draws.integer(1, most));
  }

  /** A type of weights or inputs: up to `bits` wide, the binary point in or near the word. */
  private valueType(signed: boolean): FixedPointType {
    // Weights are stored in int32, which an unsigned 32-bit weight exceeds.
    const widest = Math.min(this.options.bits, signed ? 32 : 31);
    const width = this.draws.integer(signed ? 2 : 1, widest);
    return plain(signed, width, this.draws.integer(-1, width + 1));
  }

  /** A type of results that values of about `typical` integer bits neither all saturate nor all round to zero. */
  private resultType(signed: boolean, typical: number): FixedPointType {
    const { draws, options } = this;
    const width = draws.integer(signed ? 2 : 1, options.bits);
    const integer = Math.round(typical) + (signed ? 1 : 0) + draws.integer(-1, 1);
    if (options.modes === "any") {
      const rounding = draws.pick(ROUNDING);
      return { signed, width, integer, rounding, overflow: draws.pick(OVERFLOW) };
    }
    return draws.chance(0.8)
      ? { signed, width, integer, rounding: "RND_CONV", overflow: "SAT" }
      : plain(signed, width, integer);
  }

  private values(count: number, type: FixedPointType): Int32Array<ArrayBuffer> {
    const low = type.signed ? -(2 ** (type.width - 1)) : 0;
    const high = 2 ** (type.signed ? type.width - 1 : type.width) - 1;
    return Int32Array.from({ length: count }, () =>
      this.draws.chance(0.2) ? 0 : this.draws.integer(low, high),
    );
  }

  private accumulatorType(
    terms: number,
    weightType: FixedPointType,
    biasType: FixedPointType,
  ): FixedPointType {
    const { draws, type, options } = this;
    const signed = weightType.signed || type.signed || biasType.signed;
    const products = weightType.integer + type.integer + ceilLog2(terms);
    // One bit for a sign that only one of the two has, one for the sum of both.
    const integer = Math.max(products, biasType.integer) + 2;
    const exactFraction = Math.max(fraction(weightType) + fraction(type), fraction(biasType));
    const exact = plain(signed, integer + exactFraction, integer);
    if (options.accumulators === "exact" || draws.chance(0.3)) return exact;
    const cut = draws.integer(0, Math.min(5, exact.width - 2));
    const drop = draws.chance(0.5) ? 0 : draws.integer(-1, Math.min(4, exact.width - cut - 2));
    return {
      signed: draws.chance(0.9) ? signed : !signed,
      width: exact.width - cut - drop,
      integer: exact.integer - cut,
      rounding: draws.chance(0.5) ? "TRN" : draws.pick(ROUNDING),
      overflow: draws.chance(0.5) ? "WRAP" : draws.pick(OVERFLOW),
    };
  }

  /** The fields that convolutions and dense layers share. */
  private arithmetic(terms: number, shape: readonly number[], outputs: number, linear: boolean) {
    const { draws } = this;
    const weightType = this.valueType(draws.chance(0.9));
    // Weights and inputs fill about half of their ranges, and sums grow as the root of their number.
    const typical = magnitudeBits(weightType) + magnitudeBits(this.type) - 2 + Math.log2(terms) / 2;
    // A bias of the sums' size, lest it decides them all.
    const biasWord = this.valueType(draws.chance(0.9));
    const biasType = { ...biasWord, integer: Math.round(typical) + draws.integer(-1, 1) };
    const accumulatorType = this.accumulatorType(terms, weightType, biasType);
    const activation = linear || draws.chance(0.3) ? ("linear" as const) : ("relu" as const);
    const signed = draws.chance(activation === "linear" ? 0.9 : 0.1);
    const resultType =
      linear && draws.chance(0.5) ? accumulatorType : this.resultType(signed, typical);
    const bias = {
      dtype: "int32" as const,
      shape: [outputs],
      values: this.values(outputs, biasType),
    };
    const weights = {
      dtype: "int32" as const,
      shape,
      values: this.values(terms * outputs, weightType),
    };
    return { weightType, biasType, accumulatorType, activation, resultType, weights, bias };
  }

  private add(layer: IntegerLayer): void {
    this.layers.push(layer);
    this.shape = layer.outputShape;
    this.type = layer.resultType;
  }

  private addConvolution(): void {
    const { draws, options, shape: inputShape } = this;
    const pad = (): number => (options.padding && draws.chance(0.4) ? draws.integer(0, 2) : 0);
    const pads = { top: pad(), bottom: pad(), left: pad(), right: pad() };
    const stride = (): number => (options.strides && draws.chance(0.3) ? draws.integer(1, 3) : 1);
    const strides = [stride(), stride()] as const;
    const height = inputShape[0] + pads.top + pads.bottom;
    const width = inputShape[1] + pads.left + pads.right;
    const kernelSize = [
      draws.integer(1, Math.min(3, height)),
      draws.integer(1, Math.min(3, width)),
    ] as const;
    const filters = this.size();
    const terms = kernelSize[0] * kernelSize[1] * inputShape[2];
    this.add({
      kind: "conv2d",
      name: this.name("conv"),
      inputShape,
      outputShape: [
        Math.floor((height - kernelSize[0]) / strides[0]) + 1,
        Math.floor((width - kernelSize[1]) / strides[1]) + 1,
        filters,
      ],
      kernelSize,
      strides,
      pads,
      ...this.arithmetic(terms, [...kernelSize, inputShape[2], filters], filters, false),
    });
  }

  private addPool(): void {
    const { draws, options, shape: inputShape, type } = this;
    const poolSize = [
      draws.integer(1, Math.min(3, inputShape[0])),
      draws.integer(1, Math.min(3, inputShape[1])),
    ] as const;
    const strides = options.strides
      ? ([draws.integer(1, 3), draws.integer(1, 3)] as const)
      : poolSize;
    const common = {
      name: this.name("pool"),
      inputShape,
      outputShape: [
        Math.floor((inputShape[0] - poolSize[0]) / strides[0]) + 1,
        Math.floor((inputShape[1] - poolSize[1]) / strides[1]) + 1,
        inputShape[2],
      ] as const,
      poolSize,
      strides,
    };
    if (draws.pick(options.pools) === "maxPool2d") {
      this.add({ kind: "maxPool2d", ...common, resultType: type });
      return;
    }
    const growth = ceilLog2(poolSize[0] * poolSize[1]);
    const accumulatorType = plain(type.signed, type.width + growth, type.integer + growth);
    const resultType = this.resultType(type.signed, magnitudeBits(type));
    this.add({ kind: "averagePool2d", ...common, accumulatorType, resultType });
  }

  private addElementwise(): void {
    const { draws, shape: inputShape } = this;
    if (!this.options.elementwise || draws.chance(0.4)) return;
    const shapes = { inputShape, outputShape: inputShape };
    const activation = draws.chance(0.5) ? ("relu" as const) : ("linear" as const);
    const typical = magnitudeBits(this.type);
    const signed = this.type.signed && activation === "linear";
    if (draws.chance(0.5)) {
      const resultType = this.resultType(signed, typical);
      this.add({ kind: "activation", name: this.name("act"), ...shapes, activation, resultType });
      return;
    }
    const channels = inputShape[2];
    const scaleType = this.valueType(true);
    const biasType = this.valueType(true);
    const tensor = (type: FixedPointType) => ({
      dtype: "int32" as const,
      shape: [channels],
      values: this.values(channels, type),
    });
    this.add({
      kind: "scale",
      name: this.name("scale"),
      ...shapes,
      activation,
      scaleType,
      biasType,
      scale: tensor(scaleType),
      bias: tensor(biasType),
      resultType: this.resultType(activation === "linear", typical + magnitudeBits(scaleType) - 1),
    });
  }

  private addFlatten(): void {
    const { shape: inputShape, type: resultType } = this;
    const size = inputShape[0] * inputShape[1] * inputShape[2];
    const name = this.name("flatten");
    this.add({ kind: "flatten", name, inputShape, outputShape: [1, 1, size], resultType });
  }

  private addDense(last: boolean): void {
    const inputs = this.shape[2];
    const units = this.size();
    this.add({
      kind: "dense",
      name: this.name("dense"),
      inputShape: [1, 1, inputs],
      outputShape: [1, 1, units],
      ...this.arithmetic(inputs, [inputs, units], units, last),
    });
  }
}

/**
 * A small random integer network, valid by construction: convolutions and pools, a flatten, one or
 * two dense layers. A pure function of `seed` (any 32-bit integer) and `options`, so that a failing
 * test is repeated from its seed alone.
 */
export function randomNetwork(seed: number, options: RandomNetworkOptions = {}): IntegerNetwork {
  return new NetworkMaker(seed, options).make();
}

/** `count` random images of a network: integers over the whole range of its input type (up to 53 bits), many of them zero. */
export function randomImages(network: IntegerNetwork, seed: number, count: number): Float64Array {
  const draws = new Draws(seed ^ 0x5bd1e995);
  const { signed, width } = network.inputType;
  const low = signed ? -(2 ** (width - 1)) : 0;
  const high = 2 ** (signed ? width - 1 : width) - 1;
  const [rows, columns, channels] = network.inputShape;
  return Float64Array.from({ length: count * rows * columns * channels }, () =>
    draws.chance(0.3) ? 0 : draws.integer(low, high),
  );
}
