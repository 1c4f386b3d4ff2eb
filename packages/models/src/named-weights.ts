import { CnntargzError, type NamedWeights, type NetworkSpec } from "@cnntargz/contracts";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";

import { layerShapes } from "./layer-shapes.js";

/** A trainable tensor of a model under its artifact name, such as `conv1a/kernel`. */
export interface NamedVariable {
  readonly name: string;
  readonly variable: tf.Variable;
}

/**
 * Kernels and biases of a model in the order of its spec.
 *
 * @throws CnntargzError `config` when the model's layers are not those of the spec.
 */
export function namedVariables(model: LayersModel, spec: NetworkSpec): readonly NamedVariable[] {
  return layerShapes(spec).flatMap(({ name: layer, kernelShape }) => {
    if (kernelShape === null) return [];
    return [
      find(model, layer, "kernel", kernelShape),
      find(model, layer, "bias", [kernelShape.at(-1)!]),
    ];
  });
}

/** Copies of a model's weights by name. */
export function getNamedWeights(model: LayersModel, spec: NetworkSpec): NamedWeights {
  const weights: NamedWeights = {};
  for (const { name, variable } of namedVariables(model, spec)) {
    weights[name] = {
      dtype: "float32",
      shape: [...variable.shape],
      // The cpu backend hands out its own memory, which the next training step overwrites.
      values: Float32Array.from(variable.dataSync<"float32">()),
    };
  }
  return weights;
}

/**
 * Give a model its weights.
 *
 * @throws CnntargzError `contract` when a weight is missing, has another shape, or belongs to no
 * layer of the spec.
 */
export function setNamedWeights(
  model: LayersModel,
  spec: NetworkSpec,
  weights: NamedWeights,
): void {
  const variables = namedVariables(model, spec);
  const known = new Set(variables.map(({ name }) => name));
  const foreign = Object.keys(weights).find((name) => !known.has(name));
  if (foreign !== undefined) {
    throw new CnntargzError("contract", `weight ${foreign} belongs to no layer of ${spec.name}`);
  }
  for (const { name, variable } of variables) {
    const weight = weights[name];
    if (weight === undefined) {
      throw new CnntargzError(
        "contract",
        `${spec.name} needs the weight ${name}, which is missing`,
      );
    }
    assertShape(`weight ${name} of ${spec.name}`, weight.shape, variable.shape);
    tf.tidy(() => {
      variable.assign(tf.tensor(weight.values.slice(), [...weight.shape]));
    });
  }
}

function find(
  model: LayersModel,
  layer: string,
  role: "kernel" | "bias",
  shape: readonly number[],
): NamedVariable {
  const name = `${layer}/${role}`;
  const match = model
    .getLayer(layer)
    .weights.find(({ originalName }) => originalName.split("/").at(-1) === role);
  if (match === undefined) {
    throw new CnntargzError("config", `the layer made for ${layer} has no weight named ${role}`);
  }
  assertShape(`weight ${name}`, match.shape, shape);
  const variable: tf.Tensor = match.read();
  if (!isVariable(variable)) {
    throw new CnntargzError(
      "config",
      `weight ${name} is no variable of this copy of @tensorflow/tfjs-core; install one version of it`,
    );
  }
  return { name, variable };
}

function isVariable(tensor: tf.Tensor): tensor is tf.Variable {
  return tensor instanceof tf.Variable;
}

function assertShape(
  what: string,
  actual: readonly (number | null)[],
  wanted: readonly number[],
): void {
  if (actual.length === wanted.length && actual.every((size, axis) => size === wanted[axis]))
    return;
  throw new CnntargzError(
    "contract",
    `${what} has the shape (${actual.join(", ")}), it must be (${wanted.join(", ")})`,
  );
}
