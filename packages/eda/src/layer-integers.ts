import { CnntargzError, type IntegerNetwork } from "@cnntargz/contracts";
import { formatType, fractionBits } from "@cnntargz/fixed-point";

/**
 * A C-simulation's trace of one image (numbers by layer name) in integers, units of each layer's
 * result type's last bit, as `findFirstMismatch` compares them.
 *
 * @throws CnntargzError `inexact` for a layer whose results have more than the 53 bits that a trace
 * keeps.
 */
export function layerIntegers(
  network: IntegerNetwork,
  trace: ReadonlyMap<string, Float64Array>,
): Map<string, Float64Array> {
  const integers = new Map<string, Float64Array>();
  for (const { name, resultType } of network.layers) {
    const values = trace.get(name);
    if (!values) continue;
    if (resultType.width > 53) {
      throw new CnntargzError(
        "inexact",
        `layer ${name}: a trace keeps 53 bits, its results are ${formatType(resultType)}; compare the outputs instead`,
      );
    }
    const scale = 2 ** fractionBits(resultType);
    integers.set(
      name,
      values.map((value) => value * scale),
    );
  }
  return integers;
}
