import { CnntargzError, type FixedPointType } from "@cnntargz/contracts";
import { fixedType } from "@cnntargz/fixed-point";

import { formatQuantizer } from "./notation.js";
import type { Quantizer } from "./quantizer.js";

/**
 * The fixed-point type whose cast is an activation quantizer: quantized_relu(b,i) is
 * ap_ufixed<b,i,AP_RND_CONV,AP_SAT>, quantized_bits(b,i) is ap_fixed<b,i+1,AP_RND_CONV,AP_SAT>
 * (AP_SAT_SYM when symmetric). `where` names the layer in errors.
 *
 * @throws CnntargzError `config` when no type has the same arithmetic.
 */
export function activationType(quantizer: Quantizer, where: string): FixedPointType {
  const refuse = (why: string): CnntargzError =>
    new CnntargzError(
      "config",
      `${where}: the activation ${formatQuantizer(quantizer)} ${why}; use quantized_relu(bits,integer) or quantized_bits(bits,integer,alpha=1)`,
    );
  switch (quantizer.kind) {
    case "quantized_relu":
      if (quantizer.negativeSlope !== 0) throw refuse("has a negative slope");
      if (!quantizer.quantizedClip && quantizer.reluUpperBound !== null) {
        throw refuse("is bounded below the range of its bits");
      }
      return fixedType(false, quantizer.bits, quantizer.integer, "RND_CONV", "SAT");
    case "quantized_bits":
    case "quantized_linear": {
      const { bits, integer, keepNegative, symmetric, alpha } = quantizer;
      if (alpha !== null && alpha !== 1) throw refuse("is scaled");
      if (!keepNegative) return fixedType(false, bits, integer, "RND_CONV", "SAT");
      if (bits === 1) throw refuse("is a sign");
      return fixedType(true, bits, integer + 1, "RND_CONV", symmetric ? "SAT_SYM" : "SAT");
    }
    case "binary":
    case "ternary":
    case "quantized_relu_po2":
    case "quantized_tanh":
    case "quantized_sigmoid":
      throw refuse("is no cast to a fixed-point type");
  }
}
