import {
  createAdam,
  FAKE_QUANTIZE,
  registeredVariant,
  registerTrainingKernels,
  type TensorFlow,
  WasmKernelsError,
} from "@cnntargz/wasm-kernels";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it, vi } from "vitest";

import { tensor, useKernels } from "./backends.js";

describe("registerTrainingKernels", () => {
  it("refuses another backend, naming it", async () => {
    await tf.setBackend("cpu");
    expect(() => {
      registerTrainingKernels(tf, { variant: "simd" });
    }).toThrow(/"wasm" backend.*"cpu"/);
    expect(registeredVariant(tf)).toBeUndefined();
  });

  it.each([
    ["another version of tfjs", { version_core: "4.21.0" }, /4\.22\.0.*4\.21\.0/s],
    ["a backend without the internals", { backend: () => ({}) }, /wasm\.asm\.memory.*4\.22\.0/s],
  ])("refuses %s, naming the expected release", async (_, changed, message) => {
    await tf.setBackend("wasm");
    const other = { ...tf, ...changed } as unknown as TensorFlow;
    expect(() => {
      registerTrainingKernels(other, { variant: "simd" });
    }).toThrow(message);
  });

  it("refuses an unknown variant", async () => {
    await tf.setBackend("wasm");
    expect(() => {
      registerTrainingKernels(tf, { variant: "fast" as "simd" });
    }).toThrow(/"fast"/);
  });

  it("changes nothing when called again, and refuses the other variant", async () => {
    await useKernels();
    const before = tf.getKernelsForBackend("wasm");
    registerTrainingKernels(tf, { variant: "simd" });
    expect(tf.getKernelsForBackend("wasm")).toEqual(before);
    expect(registeredVariant(tf)).toBe("simd");
    expect(() => {
      registerTrainingKernels(tf, { variant: "relaxed" });
    }).toThrow(WasmKernelsError);
  });

  it("repairs the gradient of Relu when something registers the stock one again", async () => {
    await useKernels();
    const ours = tf.getGradient(tf.Relu);
    tf.unregisterGradient(tf.Relu);
    tf.registerGradient({ kernelName: tf.Relu, inputsToSave: ["x"], gradFunc: () => ({}) });
    registerTrainingKernels(tf, { variant: "simd" });
    expect(tf.getGradient(tf.Relu)).not.toBe(ours);
    const dx = tf.grad((x: tf.Tensor) => tf.relu(x))(tf.tensor1d([-1, 2]));
    expect([...dx.dataSync()]).toEqual([0, 1]);
  });

  it("moves tensors between backends, and leaves the cpu backend as it was", async () => {
    await useKernels();
    const x = tf.tensor1d([-1, 2]);
    const clone = tf.clone(x);
    await tf.setBackend("cpu");
    const dx = tf.grad((t: tf.Tensor) => tf.relu(t))(clone);
    expect([...dx.dataSync()]).toEqual([0, 1]);
    expect(() =>
      tf.engine().runKernel(FAKE_QUANTIZE, { x }, { scale: 1, low: 0, high: 1 }),
    ).toThrow(/FakeQuantize/);
    await useKernels();
    const back = tf
      .engine()
      .runKernel<tf.Tensor>(FAKE_QUANTIZE, { x }, { scale: 1, low: 0, high: 1 });
    expect([...back.dataSync()]).toEqual([0, 1]);
  });

  it("reports a full heap instead of computing with what does not fit", async () => {
    await useKernels();
    const x = tf.zeros([1, 2, 2, 1]);
    const wide = tf.zeros([1, 1, 1, 2 ** 15]);
    // 2^15 x 2^15 results of 4 bytes are 4 GiB.
    expect(() => tf.matMul(tf.reshape(wide, [2 ** 15, 1]), tf.reshape(wide, [1, 2 ** 15]))).toThrow(
      /heap is full.*4096\.0 MiB.*smaller batches/s,
    );
    expect([...tf.conv2d(x as tf.Tensor4D, tf.ones([1, 1, 1, 1]), 1, "same").dataSync()]).toEqual([
      0, 0, 0, 0,
    ]);
    const leftover = tf.memory().numDataBuffers;
    expect(() =>
      tf.matMul(tf.reshape(wide, [2 ** 15, 1]), tf.reshape(wide, [1, 2 ** 15])),
    ).toThrow();
    expect(tf.memory().numDataBuffers).toBe(leftover);
  });

  it("reports a failed allocation, and works again when there is room", async () => {
    await useKernels();
    const { wasm } = tf.backend() as unknown as { wasm: { _malloc(bytes: number): number } };
    const run = (): Float32Array =>
      tf.tidy(() =>
        tf
          .conv2d(tensor(1, [8, 30, 40, 3]) as tf.Tensor4D, tf.ones([3, 3, 3, 5]), 1, "same")
          .dataSync<"float32">(),
      );
    const buffers = tf.memory().numDataBuffers;
    const malloc = wasm._malloc.bind(wasm);
    // Tensors still fit, the scratch memory of this convolution (about 320 kB) does not.
    const full = vi
      .spyOn(wasm, "_malloc")
      .mockImplementation((bytes) => (bytes > 250_000 ? 0 : malloc(bytes)));
    expect(run).toThrow(/heap is full: scratch memory/);
    full.mockImplementation((bytes) => (bytes > 150_000 ? 0 : malloc(bytes)));
    expect(run).toThrow(/heap is full: tensor \[8, 30, 40, 5\]/);
    full.mockRestore();
    expect(tf.memory().numDataBuffers).toBe(buffers);
    expect(run()).toHaveLength(8 * 30 * 40 * 5);
  });

  it("works on a backend that is made anew", async () => {
    await useKernels();
    const first = tf.backend();
    const factory = tf.findBackendFactory("wasm");
    tf.removeBackend("wasm");
    tf.registerBackend("wasm", factory);
    await tf.setBackend("wasm");
    expect(tf.backend()).not.toBe(first);
    expect(registeredVariant(tf)).toBeUndefined();
    const stock = tf.conv2d(
      tensor(1, [1, 5, 5, 1]) as tf.Tensor4D,
      tf.ones([3, 3, 1, 1]),
      1,
      "valid",
    );
    const expected = stock.dataSync();
    registerTrainingKernels(tf, { variant: "simd" });
    const ours = tf.conv2d(
      tensor(1, [1, 5, 5, 1]) as tf.Tensor4D,
      tf.ones([3, 3, 1, 1]),
      1,
      "valid",
    );
    ours.dataSync().forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 5);
    });
    createAdam(tf).applyGradients([tf.variable(tf.zeros([2]))], [tf.ones([2])]);
  });
});
