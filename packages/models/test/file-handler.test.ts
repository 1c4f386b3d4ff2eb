import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import {
  floatLayers,
  loadBackend,
  predict,
  registerFileHandlers,
  toLayersModel,
  trainModel,
} from "@cnntargz/models";
import { createRng } from "@cnntargz/stage-kit";
import * as tf from "@tensorflow/tfjs-core";
import { loadLayersModel } from "@tensorflow/tfjs-layers";
import { afterAll, beforeAll, expect, it } from "vitest";

import { studentRequest } from "./requests.js";

let folder: string;
beforeAll(async () => {
  await loadBackend({ name: "wasm", kernels: "simd" });
  folder = mkdtempSync(join(tmpdir(), "cnntargz-models-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const context = { rng: createRng([11, 0]) };
const url = (name: string): string => pathToFileURL(join(folder, name)).href;

it("saves a network for any TensorFlow.js program, and loads it with the same outputs", async () => {
  registerFileHandlers();
  registerFileHandlers();
  const trained = await trainModel(studentRequest(), context);
  const { validation } = studentRequest();
  const expected = await predict(trained, floatLayers, validation, { batchSize: 300, context });

  const model = toLayersModel(trained);
  await model.save(url("student"));
  model.dispose();
  expect(readdirSync(join(folder, "student")).sort()).toEqual(["model.json", "weights.bin"]);
  expect(readFileSync(join(folder, "student/weights.bin")).length).toBe(4 * 1032);

  const loaded = await loadLayersModel(url("student/model.json"));
  const { images } = validation.batch(Uint32Array.from({ length: 300 }, (_, index) => index));
  const outputs = tf.tidy(() => {
    const batch = tf.tensor4d(images.slice(0, 300 * 144), [300, 9, 16, 1]);
    return (loaded.predict(batch) as tf.Tensor).dataSync();
  });
  loaded.dispose();
  for (const [index, value] of outputs.entries()) expect(value).toBeCloseTo(expected[index]!, 5);
});

it("says what is wrong with a file, and does not save quantized networks as floating-point ones", async () => {
  registerFileHandlers();
  await expect(loadLayersModel(url("nowhere/model.json"))).rejects.toThrow(
    /nowhere.*save it again/,
  );
  writeFileSync(join(folder, "model.json"), "{");
  await expect(loadLayersModel(url("model.json"))).rejects.toMatchObject({ code: "artifact" });
  const trained = await trainModel(studentRequest(), context);
  const quantScheme = { layers: {} } as never;
  expect(() => toLayersModel({ ...trained, quantScheme })).toThrow(/student9x16 is quantized/);
});
