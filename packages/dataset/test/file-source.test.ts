import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";

import {
  blockShuffle,
  datasetDigest,
  DatasetFile,
  exportNpz,
  fileSource,
  fragmentedSource,
  fullSource,
  generateToFile,
  importDataset,
  readDataset,
} from "@cnntargz/dataset";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { contextOf } from "./events.js";

const folder = mkdtempSync(join(tmpdir(), "cnntargz-source-"));
const path = join(folder, "events.h5");
let file: DatasetFile;
beforeAll(async () => {
  await generateToFile(path, { events: 700, seed: 1 });
  file = await DatasetFile.open(path);
});
afterAll(() => {
  file.close();
  rmSync(folder, { recursive: true });
});
const { rng } = contextOf(1);

describe("blockShuffle", () => {
  it("is a permutation that stays within few blocks for a while", () => {
    fc.assert(
      fc.property(
        fc.nat(300),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 5 }),
        (count, blockEvents, mixBlocks) => {
          const order = [...blockShuffle(rng, 2, count, blockEvents, mixBlocks)];
          expect([...order].sort((a, b) => a - b)).toEqual(order.map((_, index) => index));
          // Each block's visits lie within one stretch of at most mixBlocks blocks.
          for (let block = 0; block * blockEvents < count; block++) {
            const places = order.flatMap((index, place) =>
              Math.floor(index / blockEvents) === block ? [place] : [],
            );
            expect(places.at(-1)! - places[0]!).toBeLessThan(mixBlocks * blockEvents);
          }
        },
      ),
    );
  });

  it("differs from epoch to epoch and not from call to call", () => {
    const orders = [0, 1, 0].map((epoch) => [...blockShuffle(rng, epoch, 100, 10)]);
    expect(orders[2]).toEqual(orders[0]);
    expect(orders[1]).not.toEqual(orders[0]);
    expect(() => blockShuffle(rng, 0, 10, 0)).toThrow(/blockEvents is 0/);
  });
});

describe("fileSource", () => {
  it.each(["9x16", "9x384"] as const)("gives the %s examples of memory", async (image) => {
    const range = { start: 50, count: 600 };
    const memory = (image === "9x16" ? fragmentedSource : fullSource)(
      await readDataset(path),
      range,
    );
    const source = fileSource(file, range, { image, blockEvents: 64, heldBlocks: 3 });
    expect([source.count, source.imageShape]).toEqual([memory.count, memory.imageShape]);
    for (const indices of [[0, 599, 64, 63, 300, 0], [5], blockShuffle(rng, 0, 600, 64)]) {
      const [a, b] = [source.batch(indices), memory.batch(indices)];
      expect(a).toEqual(b);
    }
    expect(() => source.batch([600])).toThrow(/index 600/);
  });

  it("reads each block once per epoch of a block shuffle", () => {
    const read = vi.spyOn(file, "read");
    const options = { image: "9x16", blockEvents: 64, heldBlocks: 4 } as const;
    const source = fileSource(file, { start: 0, count: 700 }, options);
    const order = blockShuffle(rng, 1, 700, 64, 3);
    for (let start = 0; start < 700; start += 50) source.batch(order.subarray(start, start + 50));
    expect(read).toHaveBeenCalledTimes(11);
  });

  it("refuses what is not there", async () => {
    const options = { image: "9x16" } as const;
    expect(() => fileSource(file, { start: 700, count: 1 }, options)).toThrow(/there are 700/);
    expect(() => fileSource(file, { start: 0, count: 1 }, { ...options, heldBlocks: 0 })).toThrow(
      /heldBlocks is 0/,
    );
    exportNpz(file, join(folder, "f.npz"), "fragments");
    const imported = join(folder, "imported.h5");
    await importDataset(imported, { images: join(folder, "f.npz") });
    const data = await readDataset(imported);
    expect(() => fullSource(data, { start: 0, count: 1 })).toThrow(/imported from 9x16 images/);
  });
});

describe("readDataset into shared memory", () => {
  it("gives the same events, on memory that other threads see", async () => {
    const shared = await readDataset(path, { shared: true });
    expect(shared.images.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(shared.labels.buffer).toBe(shared.images.buffer);
    expect(datasetDigest(shared)).toBe(file.digest);
    const worker = new Worker(
      "const { parentPort } = require('node:worker_threads');" +
        "parentPort.once('message', (data) => { data.window[3] = 7; parentPort.postMessage(0); });",
      { eval: true },
    );
    worker.postMessage(shared);
    await new Promise((resolve) => worker.once("message", resolve));
    await worker.terminate();
    expect(shared.window[3]).toBe(7);
    expect(fragmentedSource(shared, { start: 0, count: 5 }).batch([4]).count).toBe(1);
  });
});
