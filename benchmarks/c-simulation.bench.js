// Images per second of compiled firmware (the Student with random 4-bit weights, io_stream, g++) and
// of the integer interpreter, in turns, one process each; and what reading and writing decimals
// through the project's own test bench costs. Wall clock: the C program is a process of its own.
import { compileCSim } from "@cnntargz/eda";
import { compileNetwork, fixedType } from "@cnntargz/fixed-point";
import { planHls, renderHls } from "@cnntargz/hls-codegen";

import { median } from "./measure.js";

const IMAGES = 20_000;
const ROUNDS = 5;

/** The Student's shape: random 4-bit weights, 4-bit activations, 20-bit sums. */
function student() {
  let state = 1;
  const tensor = (shape) => ({
    dtype: "int32",
    shape,
    values: Int32Array.from({ length: shape.reduce((a, b) => a * b) }, () => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return (Math.floor(state / 65536) % 16) - 8;
    }),
  });
  const activation = fixedType(false, 4, 0, "RND_CONV", "SAT");
  const accumulatorType = fixedType(true, 20, 10);
  const weightType = fixedType(true, 4, 1);
  const arithmetic = { weightType, biasType: weightType, accumulatorType };
  const layers = [];
  let inputShape = [9, 16, 1];
  for (const [index, filters] of [4, 6, 6, 6].entries()) {
    const outputShape = [inputShape[0] - 2, inputShape[1] - 2, filters];
    layers.push({
      ...{ kind: "conv2d", name: `conv${index + 1}`, inputShape, outputShape },
      ...{ resultType: activation, activation: "relu", ...arithmetic },
      ...{ kernelSize: [3, 3], strides: [1, 1], pads: { top: 0, bottom: 0, left: 0, right: 0 } },
      ...{ weights: tensor([3, 3, inputShape[2], filters]), bias: tensor([filters]) },
    });
    inputShape = outputShape;
  }
  const flat = [1, 1, inputShape[0] * inputShape[1] * inputShape[2]];
  layers.push({
    ...{ kind: "flatten", name: "flatten", inputShape, outputShape: flat, resultType: activation },
  });
  inputShape = flat;
  for (const [name, units] of Object.entries({ dense1: 10, dense2: 10, output: 2 })) {
    const last = name === "output";
    const outputShape = [1, 1, units];
    layers.push({
      ...{ kind: "dense", name, inputShape, outputShape, ...arithmetic },
      resultType: last ? accumulatorType : activation,
      activation: last ? "linear" : "relu",
      ...{ weights: tensor([inputShape[2], units]), bias: tensor([units]) },
    });
    inputShape = outputShape;
  }
  return {
    ...{ kind: "integer-network", schemaVersion: 1, name: "student", typeRule: "interval" },
    ...{ inputShape: [9, 16, 1], inputType: fixedType(false, 2, 1), layers },
    labelScaling: { ptScaleGeV: 20, eta: "window" },
    provenance: { stage: "bench", packages: {}, seed: 1, inputs: {}, config: null },
  };
}

/** Images with one pixel in ten set. */
function sparseImages(count) {
  let state = 7;
  return Int32Array.from({ length: 144 * count }, () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 16) % 10 === 0 ? 1 + ((state >> 20) & 1) : 0;
  });
}

async function imagesPerSecond(step) {
  const start = performance.now();
  await step();
  return (1000 * IMAGES) / (performance.now() - start);
}

/** Rates, and their ratios: medians over rounds. */
export async function bench() {
  const network = student();
  const project = renderHls(planHls(network), network);
  const images = sparseImages(IMAGES);
  const interpreter = compileNetwork(network);
  const expected = interpreter.run(images, IMAGES);
  const harness = await compileCSim(project, { compiler: "g++" });
  const testbench = await compileCSim(project, { compiler: "g++", testbench: true });
  const rates = { interpreter: [], harness: [], testbench: [] };
  try {
    for (let round = 0; round < ROUNDS; round++) {
      rates.interpreter.push(await imagesPerSecond(() => interpreter.run(images, IMAGES)));
      for (const [name, csim] of Object.entries({ harness, testbench })) {
        let outputs;
        const run = async () => ({ outputs } = await csim.run(images, IMAGES));
        rates[name].push(await imagesPerSecond(run));
        if (outputs.some((value, index) => value !== expected[index])) {
          throw new Error(`${name} differs from the interpreter`);
        }
      }
    }
  } finally {
    await harness.dispose();
    await testbench.dispose();
  }
  const ratio = (name) => median(rates[name].map((rate, i) => rate / rates.interpreter[i]));
  return {
    compiler: harness.compiler,
    images: IMAGES,
    imagesPerSecond: Object.fromEntries(
      Object.entries(rates).map(([name, values]) => [name, Math.round(median(values))]),
    ),
    harnessOverInterpreter: ratio("harness"),
    testbenchOverInterpreter: ratio("testbench"),
  };
}
