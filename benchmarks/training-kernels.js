import { loadBackend } from "@cnntargz/models";
import { FAKE_QUANTIZE } from "@cnntargz/wasm-kernels";
import * as tf from "@tensorflow/tfjs-core";

import { cpuSeconds } from "./measure.js";

/** Convolutions of the networks: height, width, channels in, channels out; batch. */
const CONVOLUTIONS = {
  "9x16 1->10 same": [9, 16, 1, 10, "same", 1024],
  "9x16 10->10 same": [9, 16, 10, 10, "same", 1024],
  "9x8 10->17 same": [9, 8, 10, 17, "same", 1024],
  "9x8 17->17 same": [9, 8, 17, 17, "same", 1024],
  "5x12 1->6 valid": [5, 12, 1, 6, "valid", 1024],
  "3x10 6->6 valid": [3, 10, 6, 6, "valid", 1024],
  "9x384 10->10 same": [9, 384, 10, 10, "same", 64],
  "9x192 17->17 same": [9, 192, 17, 17, "same", 64],
};

/** GFLOP per CPU second of `kernel`, called often enough for the clock. */
async function gflops(kernel, flops) {
  const calls = Math.max(1, Math.ceil(4e8 / flops));
  const step = () => {
    for (let call = 0; call < calls; call++) tf.dispose(kernel());
  };
  return (calls * flops) / 1e9 / (await cpuSeconds(step, { warmups: 3, runs: 7 }));
}

async function convolution([height, width, channels, filters, pad, batch]) {
  const x = tf.randomUniform([batch, height, width, channels], -1, 1, "float32", 1);
  const filter = tf.randomUniform([3, 3, channels, filters], -1, 1, "float32", 2);
  const bias = tf.zeros([filters]);
  const shared = { strides: [1, 1], pad, dataFormat: "NHWC", dimRoundingMode: null };
  const run = (name, inputs, more) => tf.engine().runKernel(name, inputs, { ...shared, ...more });
  const forward = () =>
    run("FusedConv2D", { x, filter, bias }, { dilations: [1, 1], activation: "relu" });
  const dy = forward();
  // Every output is a sum of 9 x channels products; those with padding are counted as well.
  const flops = dy.size * 9 * channels * 2;
  const filterShape = filter.shape;
  const inputShape = x.shape;
  const rates = {
    forward: await gflops(forward, flops),
    filterGradient: await gflops(
      () => run("Conv2DBackpropFilter", { x, dy }, { filterShape }),
      flops,
    ),
    inputGradient: await gflops(
      () => run("Conv2DBackpropInput", { dy, filter }, { inputShape }),
      flops,
    ),
  };
  tf.dispose([x, filter, bias, dy]);
  return rates;
}

async function dense(inputs, outputs, batch) {
  const x = tf.randomUniform([batch, inputs], -1, 1, "float32", 1);
  const kernel = tf.randomUniform([inputs, outputs], -1, 1, "float32", 2);
  const dy = tf.randomUniform([batch, outputs], -1, 1, "float32", 3);
  const flops = 2 * batch * inputs * outputs;
  const rates = {
    forward: await gflops(() => tf.matMul(x, kernel), flops),
    kernelGradient: await gflops(() => tf.matMul(x, dy, true, false), flops),
    inputGradient: await gflops(() => tf.matMul(dy, kernel, false, true), flops),
  };
  tf.dispose([x, kernel, dy]);
  return rates;
}

/** GFLOP per CPU second of each kernel that does the work, and its part of the peak. */
export async function kernelRates(backend, peak) {
  await loadBackend(backend);
  const rates = {};
  for (const [name, shape] of Object.entries(CONVOLUTIONS)) {
    rates[`conv ${name}`] = await convolution(shape);
  }
  rates["dense 272->10"] = await dense(272, 10, 1024);
  rates["dense 6528->10"] = await dense(6528, 10, 64);
  const x = tf.randomUniform([1 << 20], -1, 1, "float32", 1);
  // Five operations a value: scale, round, two comparisons, scale back. Memory is what limits it.
  const attributes = { scale: 16, low: -8, high: 7 };
  const quantize = () => tf.engine().runKernel(FAKE_QUANTIZE, { x }, attributes);
  rates["fake quantize"] = { forward: await gflops(quantize, 5 * x.size) };
  x.dispose();
  return Object.fromEntries(
    Object.entries(rates).map(([name, passes]) => [
      name,
      Object.fromEntries(
        Object.entries(passes).map(([pass, rate]) => [
          pass,
          { gflops: rate, fractionOfPeak: rate / peak },
        ]),
      ),
    ]),
  );
}
