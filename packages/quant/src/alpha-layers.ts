import type {
  FixedPointType,
  FloatTensor,
  IntegerConv2d,
  IntegerDense,
  IntegerLayer,
  IntegerScale,
} from "@cnntargz/contracts";
import { fixedType, inferAccumulator, sameType } from "@cnntargz/fixed-point";

import { unscaledWeights } from "./integer-weights.js";
import type { Quantizer } from "./quantizer.js";

/** What hls4ml's inference gives a scale layer. */
const ALPHA_RESULT = fixedType(true, 16, 6);

/** 2^exponent of each channel as integers of the smallest unsigned type that holds them all. */
function powersOfTwo(exponents: readonly number[]): Pick<IntegerScale, "scale" | "scaleType"> {
  const least = Math.min(...exponents);
  const most = Math.max(...exponents);
  const values = Int32Array.from(exponents, (exponent) => 2 ** (exponent - least));
  return {
    scaleType: fixedType(false, most - least + 1, most + 1),
    scale: { dtype: "int32", shape: [exponents.length], values },
  };
}

/**
 * A layer whose weights carry the power-of-two scales of their quantizer, taken apart as hls4ml does:
 * the product with unscaled weights and no bias, the scales with the bias in a layer `<name>_alpha`
 * whose results are ap_fixed<16,6>, and the activation on its own. Without scales and biases there is
 * nothing to take apart.
 */
export function withoutScales(
  layer: IntegerConv2d | IntegerDense,
  quantizer: Quantizer,
  kernel: FloatTensor,
  inputType: FixedPointType,
  where: string,
): IntegerLayer[] {
  const hasAlpha = "alpha" in quantizer && quantizer.alpha !== null && quantizer.alpha !== 1;
  if (!hasAlpha) return [layer];
  const { weights, exponents } = unscaledWeights(quantizer, kernel, where);
  const isIdle = exponents.every((exponent) => exponent === 0);
  if (isIdle && layer.bias.values.every((bias) => bias === 0)) return [layer];

  const { name, outputShape, bias, biasType, activation, resultType } = layer;
  const terms = weights.values.length / bias.values.length;
  const accumulatorType = inferAccumulator({
    rule: "hls4ml",
    inputType,
    weightType: weights.type,
    biasType,
    terms,
  });
  const product: IntegerLayer = {
    ...layer,
    weightType: weights.type,
    weights: { ...layer.weights, values: weights.values },
    bias: { ...bias, values: new Int32Array(bias.values.length) },
    accumulatorType,
    activation: "linear",
    resultType: accumulatorType,
  };
  const alpha: IntegerScale = {
    kind: "scale",
    name: `${name}_alpha`,
    inputShape: outputShape,
    outputShape,
    activation: "linear",
    ...powersOfTwo(exponents),
    biasType,
    bias,
    resultType: ALPHA_RESULT,
  };
  // Without a quantizer, a linear layer gives on what its scales give.
  const isPlain = activation === "linear" && sameType(resultType, layer.accumulatorType);
  if (isPlain) return [product, alpha];
  return [
    product,
    alpha,
    {
      kind: "activation",
      name: `${name}_${activation}`,
      inputShape: outputShape,
      outputShape,
      activation,
      resultType,
    },
  ];
}
