import {
  fragmentedSource,
  fullSource,
  globalEta,
  inputType9x16,
  isPixelSet,
  pixelIntegers,
} from "@cnntargz/dataset";
import { describe, expect, it } from "vitest";

import { make } from "./events.js";

const dataset = make({ events: 40, noisePerPixel: 0.01 });

describe("fragmentedSource", () => {
  const source = fragmentedSource(dataset, { start: 10, count: 20 });

  it("gives pixels in halves and window-local targets in the order asked for", () => {
    expect(source.count).toBe(20);
    expect(source.imageShape).toEqual([9, 16, 1]);
    const indices = [3, 0, 19, 3];
    const batch = source.batch(indices);
    expect(batch.count).toBe(4);
    expect(batch.images).toHaveLength(4 * 144);
    for (const [row, index] of indices.entries()) {
      const event = 10 + index;
      const pixels = [...dataset.pixels.subarray(144 * event, 144 * event + 144)];
      expect([...batch.images.subarray(144 * row, 144 * row + 144)]).toEqual(
        pixels.map((pixel) => pixel / 2),
      );
      expect(batch.hasEta[row]).toBe(dataset.isMuon[event]);
      expect(20 * batch.targets[2 * row]!).toBeCloseTo(dataset.labels[2 * event]!, 4);
      if (dataset.isMuon[event] === 1) {
        const eta = globalEta(dataset.window[event]!, batch.targets[2 * row + 1]!);
        expect(eta).toBeCloseTo(dataset.labels[2 * event + 1]!, 5);
      } else {
        expect(batch.targets[2 * row + 1]).toBe(0);
      }
    }
  });

  it("masks eta where noise won the window", () => {
    const far = { ...dataset, window: dataset.window.slice() };
    const muon = far.isMuon.indexOf(1);
    const trueWindow = Math.floor(far.x0[muon]! / 32);
    far.window[muon] = trueWindow < 6 ? trueWindow + 3 : trueWindow - 3;
    const one = fragmentedSource(far, { start: muon, count: 1 }).batch([0]);
    expect([one.hasEta[0], one.targets[1]]).toEqual([0, 0]);
    expect(one.targets[0]).toBeGreaterThan(0);
  });

  it("holds muons and background in this sample, so that the test above sees both", () => {
    const kinds = new Set([3, 0, 19].map((index) => dataset.isMuon[10 + index]));
    expect(kinds.size).toBe(2);
  });

  it("gives right batches of changing size", () => {
    const first = [...source.batch([7, 8]).images];
    source.batch([1, 2, 3]);
    source.batch([4]);
    expect([...source.batch([7, 8]).images]).toEqual(first);
    expect(source.batch([]).count).toBe(0);
  });

  it("refuses indices and ranges outside", () => {
    expect(() => source.batch([0, 20])).toThrow(/index 20 at position 1/);
    expect(() => source.batch([-1])).toThrow(/index -1/);
    expect(() => source.batch([0.5])).toThrow(/index 0.5/);
    expect(() => source.batch([Number.NaN])).toThrow(/index NaN/);
    expect(() => fragmentedSource(dataset, { start: 30, count: 11 })).toThrow(/there are 40/);
    expect(() => fragmentedSource(dataset, { start: -1, count: 1 })).toThrow(/there are 40/);
  });
});

describe("fullSource", () => {
  it("gives the unpacked image and global targets", () => {
    const source = fullSource(dataset, { start: 5, count: 30 });
    expect(source.imageShape).toEqual([9, 384, 1]);
    const batch = source.batch([2, 29]);
    for (const [row, event] of [7, 34].entries()) {
      for (let layer = 0; layer < 9; layer++) {
        for (let x = 0; x < 384; x++) {
          const value = batch.images[3456 * row + 384 * layer + x];
          expect(value).toBe(isPixelSet(dataset.images, 432 * event, layer, x) ? 1 : 0);
        }
      }
      expect(1.05 * batch.targets[2 * row + 1]!).toBeCloseTo(dataset.labels[2 * event + 1]!, 6);
    }
  });
});

describe("pixelIntegers", () => {
  it("are the source's pixels in units of the input type's last bit", () => {
    const integers = pixelIntegers(dataset, { start: 4, count: 6 });
    const lsb = 2 ** -(inputType9x16.width - inputType9x16.integer);
    const floats = fragmentedSource(dataset, { start: 4, count: 6 }).batch([0, 1, 2, 3, 4, 5]);
    expect(Float32Array.from(integers, (value) => value * lsb)).toEqual(floats.images);
    expect(Math.max(...integers)).toBe(2);
  });

  it("are a copy", () => {
    const before = dataset.pixels[0]!;
    pixelIntegers(dataset, { start: 0, count: 1 })[0] = 99;
    expect(dataset.pixels[0]).toBe(before);
  });
});
