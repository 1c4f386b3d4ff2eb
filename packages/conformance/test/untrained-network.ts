import type { IntegerNetwork, NamedWeights, NetworkSpec, Rng } from "@cnntargz/contracts";
import { inputType9x16, labelScaling9x16 } from "@cnntargz/dataset";
import { layerShapes } from "@cnntargz/models";
import { freezeOutput, nBitScheme, toIntegerNetwork } from "@cnntargz/quant";
import { createRng, deriveKey } from "@cnntargz/stage-kit";

const IMAGES = 16;

/** `count` numbers from 0 to 1, of a stream of their own. */
function uniform(rng: Rng, stream: string, count: number): Float32Array {
  const words = new Uint32Array(4);
  const own = rng.derive(stream);
  return Float32Array.from({ length: count }, (_, at) => {
    own.block(at, 0, words);
    return words[0]! / 2 ** 32;
  });
}

/** A 9x16 network with random weights of `bits` bits: firmware cares little for what it learned. */
export function untrainedNetwork(spec: NetworkSpec, bits: number): IntegerNetwork {
  const rng = createRng(deriveKey(bits, spec.name));
  const weights: NamedWeights = {};
  for (const { name, kernelShape } of layerShapes(spec)) {
    if (kernelShape === null) continue;
    for (const [role, shape] of [
      ["kernel", kernelShape],
      ["bias", [kernelShape.at(-1)!]],
    ] as const) {
      const key = `${name}/${role}`;
      const size = shape.reduce((count, n) => count * n, 1);
      const values = uniform(rng, key, size).map((value) => 1.6 * value - 0.8);
      weights[key] = { dtype: "float32", shape: [...shape], values };
    }
  }
  const pixels = spec.inputShape.reduce((count, n) => count * n, 1);
  const images = Int32Array.from(uniform(rng, "images", IMAGES * pixels), (value) =>
    value > 0.95 ? 2 : 0,
  );
  const { model } = freezeOutput(
    {
      kind: "trained-model",
      schemaVersion: 1,
      spec,
      quantScheme: nBitScheme(spec, bits),
      inputType: inputType9x16,
      labelScaling: labelScaling9x16,
      weights,
      metrics: { epochs: [], constantLoss: 0, restarts: 0 },
      provenance: { stage: "test", packages: {}, seed: bits, inputs: {}, config: null },
    },
    images,
    IMAGES,
  );
  return toIntegerNetwork(model, { typeRule: "interval" });
}
