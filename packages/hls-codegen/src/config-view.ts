import type { HlsConfig, HlsPlanLayer } from "@cnntargz/contracts";
import { fixedType, formatType, fractionBits } from "@cnntargz/fixed-point";

/** The struct of compile-time constants that a layer's kernel takes. */
export interface ConfigView {
  /** Such as `config2`. */
  readonly name: string;
  readonly constants: readonly { readonly name: string; readonly value: number }[];
  readonly typedefs: readonly { readonly name: string; readonly type: string }[];
  readonly functions: readonly {
    readonly name: string;
    readonly type: string;
    readonly value: string;
  }[];
}

type Conv2d = Extract<HlsPlanLayer, { kind: "conv2d" }>;
type Dense = Extract<HlsPlanLayer, { kind: "dense" }>;
type Pool = Extract<HlsPlanLayer, { kind: "maxPool2d" | "averagePool2d" }>;
type Elementwise = Extract<HlsPlanLayer, { kind: "activation" | "scale" }>;

const constants = (values: Record<string, number>): { name: string; value: number }[] =>
  Object.entries(values).map(([name, value]) => ({ name, value }));

const typedefs = (types: Record<string, string>): { name: string; type: string }[] =>
  Object.entries(types).map(([name, type]) => ({ name, type }));

const NO_PADS = { top: 0, bottom: 0, left: 0, right: 0 } as const;

/** What a sliding window needs: the image with its padding, the window, the line buffers. */
function windowConstants(layer: Conv2d | Pool, streams: boolean): Record<string, number> {
  const [height, width, channels] = layer.inputShape;
  const [outHeight, outWidth] = layer.outputShape;
  const pads = layer.kind === "conv2d" ? layer.pads : NO_PADS;
  const [windowHeight, windowWidth] = layer.kind === "conv2d" ? layer.kernelSize : layer.poolSize;
  return {
    in_height: height,
    in_width: width,
    n_chan: channels,
    pad_top: pads.top,
    pad_left: pads.left,
    win_height: windowHeight,
    win_width: windowWidth,
    win_size: windowHeight * windowWidth,
    stride_height: layer.strides[0],
    stride_width: layer.strides[1],
    ...(streams
      ? {
          n_rows: pads.top + height + pads.bottom,
          row_length: pads.left + width + pads.right,
          // C++ has no empty arrays.
          n_lines: Math.max(layer.lineBuffer.rows, 1),
        }
      : { out_width: outWidth, n_pixels: outHeight * outWidth }),
  };
}

/** hls4ml's limit: products per cycle, less the zeros that all share. */
function multiplierLimit({ inputs, outputs, nonZeroWeights, reuseFactor }: Conv2d | Dense): number {
  const products = inputs * outputs;
  const zeros = Math.floor((products - nonZeroWeights) / reuseFactor);
  return Math.max(Math.ceil(products / reuseFactor) - zeros, 1);
}

function productConstants(layer: Conv2d | Dense, config: HlsConfig): Record<string, number> {
  const block = Math.ceil((layer.inputs * layer.outputs) / layer.reuseFactor);
  const perPass =
    config.compat === "hls4ml"
      ? {
          inputs_per_pass: Math.max(Math.floor(layer.inputs / layer.reuseFactor), 1),
          outputs_step: Math.max(Math.floor(layer.reuseFactor / layer.inputs), 1),
        }
      : { inputs_per_block: Math.max(Math.floor(block / layer.outputs), 1) };
  return {
    n_in: layer.inputs,
    n_out: layer.outputs,
    reuse_factor: layer.reuseFactor,
    multiplier_limit: multiplierLimit(layer),
    block_factor: block,
    ...perPass,
  };
}

function productTypes(layer: Conv2d | Dense): Record<string, string> {
  return {
    weight_t: `weight${layer.index}_t`,
    bias_t: `bias${layer.index}_t`,
    accum_t: `${layer.identifier}_accum_t`,
    activation: `nnet::${layer.activation}`,
  };
}

/** 2^exponent as C++ text: a decimal literal that a double holds exactly, in a one-bit type. */
function powerOfTwo(name: string, exponent: number) {
  return {
    name,
    type: formatType(fixedType(false, 1, exponent + 1)),
    value: exponent >= 0 ? `${String(2n ** BigInt(exponent))}.0` : String(2 ** exponent),
  };
}

/**
 * The types of an exactly rounded mean. The sum, scaled to an integer with two bits more than the
 * result keeps, is divided as an integer; a last bit marks a remainder.
 */
function meanView(layer: Pool): Pick<ConfigView, "typedefs" | "functions"> {
  const sum = layer.accumulatorType;
  if (!sum) return { typedefs: [], functions: [] };
  const fraction = Math.max(fractionBits(layer.resultType) + 2, fractionBits(sum));
  // A sign for unsigned sums, the mark, and room for the divisor.
  const divisorBits = Math.ceil(Math.log2(layer.poolSize[0] * layer.poolSize[1] + 1));
  const width = Math.max(sum.integer + fraction, divisorBits) + 3;
  return {
    typedefs: typedefs({
      accum_t: `${layer.identifier}_accum_t`,
      integer_t: `ap_int<${width}>`,
      exact_t: formatType(fixedType(true, width, width)),
    }),
    functions: [powerOfTwo("to_integer", fraction), powerOfTwo("from_integer", -fraction - 1)],
  };
}

function elementwiseView(layer: Elementwise): Omit<ConfigView, "name"> {
  const [height, width, channels] = layer.inputShape;
  const types: Record<string, string> =
    layer.kind === "scale"
      ? { scale_t: `scale${layer.index}_t`, bias_t: `bias${layer.index}_t` }
      : {};
  return {
    constants: constants({ n_elements: height * width, n_chan: channels }),
    typedefs: typedefs({ ...types, activation: `nnet::${layer.activation}` }),
    functions: [],
  };
}

/**
 * The constants and types of a layer's kernel, or null for a flatten, which has none.
 *
 * @throws CnntargzError `contract` when an average pool's mean needs more than 128 bits.
 */
export function configOf(layer: HlsPlanLayer, config: HlsConfig): ConfigView | null {
  const name = `config${layer.index}`;
  const streams = config.ioType === "io_stream";
  switch (layer.kind) {
    case "conv2d":
      return {
        name,
        constants: constants({
          ...windowConstants(layer, streams),
          ...productConstants(layer, config),
          ...(streams ? {} : { pixels_per_pass: layer.parallelizationFactor }),
        }),
        typedefs: typedefs(productTypes(layer)),
        functions: [],
      };
    case "dense":
      return {
        name,
        constants: constants(productConstants(layer, config)),
        typedefs: typedefs(productTypes(layer)),
        functions: [],
      };
    case "maxPool2d":
    case "averagePool2d":
      return { name, constants: constants(windowConstants(layer, streams)), ...meanView(layer) };
    case "activation":
    case "scale":
      return { name, ...elementwiseView(layer) };
    case "zeroPad2d": {
      const [height, width, channels] = layer.inputShape;
      const { top, bottom, left, right } = layer.pads;
      return {
        name,
        constants: constants({
          in_height: height,
          in_width: width,
          n_chan: channels,
          pad_top: top,
          pad_left: left,
          n_rows: top + height + bottom,
          row_length: left + width + right,
        }),
        typedefs: [],
        functions: [],
      };
    }
    case "flatten":
      return null;
  }
}
