import { type Adam, createAdam, WasmKernelsError } from "@cnntargz/wasm-kernels";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { expectClose, expectSameBits, tensor, useKernels, values } from "./backends.js";

const shapes = [[3, 3, 1, 10], [10], [7, 5], [1]];
const options = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };

beforeEach(useKernels);
afterEach(() => {
  tf.disposeVariables();
});

function makeVariables(): tf.Variable[] {
  return shapes.map((shape, i) => {
    const initial = tensor(i, shape);
    const variable = tf.variable(initial);
    initial.dispose();
    return variable;
  });
}

function gradientsOf(step: number): tf.Tensor[] {
  return shapes.map((shape, i) => tensor(1000 * step + i, shape));
}

function steps(adam: Adam, variables: readonly tf.Variable[], from: number, to: number): void {
  for (let step = from; step < to; step++) {
    const gradients = gradientsOf(step);
    adam.applyGradients(variables, gradients);
    tf.dispose(gradients);
  }
}

const read = (variables: readonly tf.Variable[]): Float32Array[] =>
  variables.map((variable) => Float32Array.from(variable.dataSync()));

/** Weights after 20 steps on the current backend. */
function train(): Float32Array[] {
  const variables = makeVariables();
  const adam = createAdam(tf, options);
  steps(adam, variables, 0, 20);
  const weights = read(variables);
  adam.dispose();
  tf.dispose(variables);
  return weights;
}

describe("createAdam", () => {
  it("has the same bits in the kernel as composed on the cpu backend", async () => {
    const wasm = train();
    await tf.setBackend("cpu");
    train().forEach((weights, i) => {
      expectSameBits(wasm[i]!, weights);
    });
  });

  it("follows tf.train.adam", () => {
    const wasm = train();
    const variables = makeVariables();
    const stock = tf.train.adam(
      options.learningRate,
      options.beta1,
      options.beta2,
      options.epsilon,
    );
    for (let step = 0; step < 20; step++) {
      const gradients = gradientsOf(step);
      stock.applyGradients(gradients.map((t, i) => ({ name: variables[i]!.name, tensor: t })));
      tf.dispose(gradients);
    }
    // tf.train.adam accumulates beta^step in float32, which moves 1 - 0.999 by 5e-5.
    read(variables).forEach((weights, i) => {
      expectClose(wasm[i]!, weights, 1e-4);
    });
    stock.dispose();
  });

  it("continues with the same bits from a saved state", () => {
    const whole = train();
    const variables = makeVariables();
    const first = createAdam(tf, options);
    steps(first, variables, 0, 8);
    const state = first.getState();
    const saved = JSON.stringify(state, (_, value: unknown) =>
      value instanceof Float32Array ? [...value] : value,
    );
    first.dispose();
    const parsed = JSON.parse(saved) as { step: number; first: number[][]; second: number[][] };
    const second = createAdam(tf, options);
    second.setState({
      step: parsed.step,
      first: parsed.first.map((a) => Float32Array.from(a)),
      second: parsed.second.map((a) => Float32Array.from(a)),
    });
    expect(second.step).toBe(8);
    expect(second.getState()).toEqual(state);
    steps(second, variables, 8, 20);
    read(variables).forEach((weights, i) => {
      expectSameBits(weights, whole[i]!);
    });
  });

  it("leaves clones, reshapes and the initial value of a variable as they were", () => {
    const initial = tensor(1, [10]);
    const expected = initial.dataSync<"float32">();
    const variable = tf.variable(initial);
    const clone = tf.clone(variable);
    const reshaped = tf.reshape(variable, [2, 5]);
    const adam = createAdam(tf, options);
    adam.applyGradients([variable], [tf.onesLike(variable)]);
    for (const kept of [initial, clone, reshaped]) {
      expectSameBits(kept.dataSync<"float32">(), expected);
    }
    const once = variable.dataSync<"float32">();
    expectSameBits(
      once,
      expected.map((w) => Math.fround(w - Math.fround(0.01 * (1 / (1 + 1e-7))))),
    );
  });

  it("uses a learning rate that changes between steps", () => {
    const variable = tf.variable(tf.zeros([1]));
    const adam = createAdam(tf, options);
    adam.learningRate = 0.5;
    adam.applyGradients([variable], [tf.ones([1])]);
    expect(variable.dataSync()[0]).toBeCloseTo(-0.5, 5);
    adam.learningRate = 0;
    adam.applyGradients([variable], [tf.ones([1])]);
    expect(variable.dataSync()[0]).toBeCloseTo(-0.5, 5);
    expect(adam.step).toBe(2);
  });

  it("leaves no tensor behind", () => {
    const before = tf.memory().numTensors;
    for (let run = 0; run < 3; run++) train();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("keeps its moments when it runs inside a tidy", () => {
    const variables = makeVariables();
    const adam = createAdam(tf, options);
    for (let step = 0; step < 20; step++) {
      tf.tidy(() => {
        adam.applyGradients(variables, gradientsOf(step));
      });
    }
    const whole = train();
    read(variables).forEach((weights, i) => {
      expectSameBits(weights, whole[i]!);
    });
  });

  it.each([
    ["fewer gradients", [[3], [2]], [[3]], /2 variables but 1 gradients/],
    ["a gradient of another shape", [[3]], [[4]], /variable 0.*\[3\].*\[4\]/s],
  ])("refuses %s", (_, variableShapes, gradientShapes, message) => {
    const variables = variableShapes.map((shape) => tf.variable(tf.zeros(shape)));
    const gradients = gradientShapes.map((shape) => tf.zeros(shape));
    expect(() => {
      createAdam(tf).applyGradients(variables, gradients);
    }).toThrow(message);
  });

  it("refuses other variables than before, a state that does not fit, and options out of range", () => {
    const adam = createAdam(tf);
    const [a, b] = [tf.variable(tf.zeros([3])), tf.variable(tf.zeros([4]))];
    adam.applyGradients([a], [tf.zeros([3])]);
    expect(() => {
      adam.applyGradients([b], [tf.zeros([4])]);
    }).toThrow(/3 values/);
    expect(() => {
      adam.applyGradients([a, b], [tf.zeros([3]), tf.zeros([4])]);
    }).toThrow(/state is of 1/);
    expect(() => {
      adam.setState({ step: 1, first: [values(1, 3)], second: [] });
    }).toThrow(WasmKernelsError);
    expect(() => createAdam(tf, { beta1: 1 })).toThrow(/beta1 = 1/);
    expect(() => {
      adam.learningRate = NaN;
    }).toThrow(/learningRate/);
  });
});
