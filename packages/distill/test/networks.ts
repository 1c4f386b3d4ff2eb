import { createHash } from "node:crypto";

import {
  type BatchSource,
  parseContract,
  type NetworkSpec,
  type Rng,
  TrainConfig,
  type TrainedModel,
} from "@cnntargz/contracts";
import {
  buildModel,
  floatLayers,
  getNamedWeights,
  student9x16,
  type TrainRequest,
} from "@cnntargz/models";

/** A generator for tests: SHA-256 of the key and the counter. */
export function seededRng(key: string): Rng {
  const hash = (text: string): Buffer => createHash("sha256").update(`${key}/${text}`).digest();
  return {
    block(a, b, out) {
      const bytes = hash(`${a}/${b}`);
      for (let word = 0; word < 4; word++) out[word] = bytes.readUInt32LE(4 * word);
    },
    derive: (name) => seededRng(`${key}/${name}`),
    seed: (name) => hash(name).readUInt32LE(0) & 0x7fffffff,
  };
}

/**
 * Images (9, 16, 1) of straight tracks, whose slope is the pT target and whose position is the eta
 * target; one in five shows two stray hits instead. Batches share one buffer, as the contract allows.
 */
export function trackSource(rng: Rng, count: number): BatchSource {
  const examples = Array.from({ length: count }, (_, event) => {
    const words = new Uint32Array(4);
    rng.block(event, 0, words);
    const [kind, slope, place, side] = [...words].map((word) => word / 2 ** 32);
    const image = new Float32Array(9 * 16);
    if (kind! < 0.2) {
      image[Math.floor(slope! * 144)] = image[Math.floor(place! * 144)] = 1;
      return { image, targets: [0, 0], hasEta: 0 };
    }
    for (let row = 0; row < 9; row++) {
      const bend = ((side! < 0.5 ? -4 : 4) * slope! * row) / 8;
      const column = Math.round(4 + 8 * place! + bend);
      if (column >= 0 && column < 16) image[16 * row + column] = 1;
    }
    return { image, targets: [1 - 0.8 * slope!, (4 + 8 * place!) / 16], hasEta: 1 };
  });
  const images = new Float32Array(1000 * 144);
  return {
    count,
    imageShape: [9, 16, 1],
    batch(indices) {
      const chosen = Array.from(indices, (index) => examples[index]!);
      for (const [row, { image }] of chosen.entries()) images.set(image, 144 * row);
      return {
        images,
        targets: Float32Array.from(chosen.flatMap(({ targets }) => targets)),
        hasEta: Uint8Array.from(chosen, ({ hasEta }) => hasEta),
        count: chosen.length,
      };
    },
  };
}

/** The training of a float Student that takes well under a second per epoch. */
export function studentRequest(change: Partial<TrainRequest> = {}): TrainRequest {
  const config = { epochs: 3, batchSize: 32, learningRate: 5e-3 };
  return {
    spec: student9x16,
    quantScheme: null,
    layerFactory: floatLayers,
    train: trackSource(seededRng("1/0"), 1000),
    validation: trackSource(seededRng("2/0"), 300),
    config: parseContract(TrainConfig, config, "config"),
    labelScaling: { ptScaleGeV: 20, eta: "window" },
    inputType: { signed: false, width: 2, integer: 1, rounding: "TRN", overflow: "WRAP" },
    provenance: { stage: "distill", packages: {}, seed: 7, inputs: {}, config: null },
    ...change,
  };
}

/** A network with the weights it starts from. */
export function untrained(spec: NetworkSpec, rng: Rng): TrainedModel {
  const model = buildModel(spec, floatLayers, rng);
  const weights = getNamedWeights(model, spec);
  model.dispose();
  const { quantScheme, labelScaling, inputType, provenance } = studentRequest();
  return {
    ...{ kind: "trained-model", schemaVersion: 1, spec, weights },
    ...{ quantScheme, labelScaling, inputType, provenance },
    metrics: { epochs: [], constantLoss: 0, restarts: 0 },
  };
}

/** Every weight of a model as text that changes with any bit. */
export function bitsOf({ weights }: Pick<TrainedModel, "weights">): string {
  return Object.entries(weights)
    .map(([name, { values }]) => `${name} ${Buffer.from(values.buffer).toString("hex")}`)
    .join("\n");
}
