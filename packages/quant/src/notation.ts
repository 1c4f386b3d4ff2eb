import { CnntargzError } from "@cnntargz/contracts";
import { closest } from "fastest-levenshtein";

import { CallArguments, pythonLiteral } from "./call-arguments.js";
import { parseCall } from "./call-notation.js";
import type { Quantizer } from "./quantizer.js";

/** Constructor arguments of each quantizer, in QKeras' order. */
const signatures = {
  quantized_bits:
    "bits integer symmetric keep_negative alpha use_stochastic_rounding scale_axis qnoise_factor var_name use_ste use_variables elements_per_scale min_po2_exponent max_po2_exponent post_training_scale",
  quantized_linear:
    "bits integer symmetric keep_negative alpha use_stochastic_rounding scale_axis qnoise_factor var_name use_variables",
  quantized_relu:
    "bits integer use_sigmoid negative_slope use_stochastic_rounding relu_upper_bound is_quantized_clip qnoise_factor var_name use_ste use_variables",
  binary: "use_01 alpha use_stochastic_rounding",
  ternary: "alpha threshold use_stochastic_rounding number_of_unrolls",
  quantized_relu_po2:
    "bits max_value negative_slope use_stochastic_rounding quadratic_approximation log2_rounding qnoise_factor var_name use_ste use_variables",
  quantized_tanh: "bits use_stochastic_rounding symmetric use_real_tanh",
  quantized_sigmoid: "bits symmetric use_real_sigmoid use_stochastic_rounding",
} as const satisfies Record<Quantizer["kind"], string>;

/** Names of the quantizers that {@link parseQuantizer} knows. */
export const quantizerNames = Object.keys(signatures) as Quantizer["kind"][];

/**
 * Parse a quantizer in QKeras' notation, such as `quantized_bits(4,0,1,alpha='auto_po2')`.
 *
 * Arguments left out take QKeras' defaults for a quantizer called on its own: `alpha` None is 1,
 * also on kernels, where QKeras' own layers would silently make it 'auto_po2'.
 *
 * @throws CnntargzError `config` when the text is malformed, the name or an argument is unknown
 * (with the nearest known one), or a value is out of range or not implemented.
 */
export function parseQuantizer(text: string): Quantizer {
  const call = parseCall(text);
  const kind = quantizerNames.find((name) => name === call.name);
  if (kind === undefined) {
    throw new CnntargzError(
      "config",
      `unknown quantizer ${call.name} in \`${text}\`; did you mean ${closest(call.name, quantizerNames)}? Known: ${quantizerNames.join(", ")}`,
    );
  }
  const given = new CallArguments(text, call, signatures[kind].split(" "));
  switch (kind) {
    case "quantized_bits":
    case "quantized_linear": {
      const alpha = given.alpha();
      const symmetric = given.flag("symmetric", kind === "quantized_linear");
      return {
        kind,
        bits: given.bits(1),
        integer: given.integer("integer", 0, -64, 64),
        // As in QKeras, an automatic quantized_bits is always symmetric.
        symmetric: symmetric || (kind === "quantized_bits" && typeof alpha === "string"),
        keepNegative: given.flag("keep_negative", true),
        alpha,
        ...given.stochastic(),
      };
    }
    case "quantized_relu": {
      const negativeSlope = given.number("negative_slope", 0);
      if (
        negativeSlope !== 0 &&
        !(negativeSlope > 0 && Number.isInteger(Math.log2(negativeSlope)))
      ) {
        throw given.error("negative_slope", negativeSlope, "is neither 0 nor a power of two");
      }
      return {
        kind,
        bits: given.bits(negativeSlope === 0 ? 1 : 2),
        integer: given.integer("integer", 0, -64, 64),
        negativeSlope,
        reluUpperBound: given.numberOrNone("relu_upper_bound", null),
        quantizedClip: given.flag("is_quantized_clip", true),
        ...given.stochastic(),
      };
    }
    case "binary":
      return {
        kind,
        use01: given.flag("use_01", false),
        alpha: given.alpha(),
        ...given.stochastic(),
      };
    case "ternary": {
      const alpha = given.alpha();
      const threshold = given.numberOrNone("threshold", null);
      if (typeof alpha === "string" && threshold !== null) {
        throw given.error("threshold", threshold, `goes with a fixed alpha only, not '${alpha}'`);
      }
      const stochastic = given.stochastic();
      if (typeof alpha !== "string" && stochastic.stochastic) {
        throw given.error(
          "use_stochastic_rounding",
          true,
          "goes with alpha='auto' or 'auto_po2' only; leave it out",
        );
      }
      const unrolls = given.integer("number_of_unrolls", 5, 1, 100);
      return { kind, alpha, threshold, unrolls, ...stochastic };
    }
    case "quantized_relu_po2": {
      const slope = given.number("negative_slope", 0);
      if (slope !== 0) throw given.error("negative_slope", slope, "is not implemented, only 0");
      return {
        kind,
        bits: given.bits(1, 8),
        maxValue: given.numberOrNone("max_value", null),
        ...given.stochastic(),
      };
    }
    case "quantized_tanh":
      return {
        kind,
        bits: given.bits(2),
        symmetric: given.flag("symmetric", false),
        useRealTanh: given.flag("use_real_tanh", false),
        ...given.stochastic(),
      };
    case "quantized_sigmoid":
      return {
        kind,
        bits: given.bits(1),
        symmetric: given.flag("symmetric", false),
        useRealSigmoid: given.flag("use_real_sigmoid", false),
        ...given.stochastic(),
      };
  }
}

/**
 * Write a quantizer in QKeras' notation, arguments at their defaults left out;
 * `parseQuantizer(formatQuantizer(q))` is `q`.
 */
export function formatQuantizer(quantizer: Quantizer): string {
  const words: string[] = [];
  const unless = (left: unknown, name: string, value: number | string | boolean | null): void => {
    if (value !== left) words.push(`${name}=${pythonLiteral(value)}`);
  };
  switch (quantizer.kind) {
    case "quantized_bits":
    case "quantized_linear":
      words.push(
        String(quantizer.bits),
        String(quantizer.integer),
        String(Number(quantizer.symmetric)),
      );
      unless(true, "keep_negative", quantizer.keepNegative);
      unless(null, "alpha", quantizer.alpha);
      break;
    case "quantized_relu":
      words.push(String(quantizer.bits), String(quantizer.integer));
      unless(0, "negative_slope", quantizer.negativeSlope);
      unless(null, "relu_upper_bound", quantizer.reluUpperBound);
      unless(true, "is_quantized_clip", quantizer.quantizedClip);
      break;
    case "binary":
      unless(false, "use_01", quantizer.use01);
      unless(null, "alpha", quantizer.alpha);
      break;
    case "ternary":
      unless(null, "alpha", quantizer.alpha);
      unless(null, "threshold", quantizer.threshold);
      unless(5, "number_of_unrolls", quantizer.unrolls);
      break;
    case "quantized_relu_po2":
      words.push(String(quantizer.bits));
      unless(null, "max_value", quantizer.maxValue);
      break;
    case "quantized_tanh":
      words.push(String(quantizer.bits));
      unless(false, "symmetric", quantizer.symmetric);
      unless(false, "use_real_tanh", quantizer.useRealTanh);
      break;
    case "quantized_sigmoid":
      words.push(String(quantizer.bits));
      unless(false, "symmetric", quantizer.symmetric);
      unless(false, "use_real_sigmoid", quantizer.useRealSigmoid);
      break;
  }
  unless(false, "use_stochastic_rounding", quantizer.stochastic ?? false);
  return `${quantizer.kind}(${words.join(",")})`;
}
