import type { Rng } from "@cnntargz/contracts";
import { datasetDigest, generateDataset, generateRange, trackX } from "@cnntargz/dataset";
import { createRng, deriveKey } from "@cnntargz/stage-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { contextOf, hitsOf, make, pull, differingFields, uniformityPull } from "./events.js";

/** Histogram of `values` in `bins` equal bins over [low, high). */
function histogram(values: Iterable<number>, low: number, high: number, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    const bin = Math.floor(((value - low) / (high - low)) * bins);
    counts[Math.min(Math.max(bin, 0), bins - 1)]!++;
  }
  return counts;
}

describe("generateDataset", () => {
  it("gives the same events whole or in ranges", () => {
    const config = { events: 60, seed: 5 };
    const whole = make(config, 5);
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), (a, b) => {
        const [start, end] = a < b ? [a, b] : [b, a];
        const part = generateRange(config, { start, count: end - start }, contextOf(5));
        expect(differingFields(part, whole, start)).toEqual([]);
      }),
    );
  });

  it("does not change the first events when more are asked for", () => {
    const few = make({ events: 10 });
    const more = make({ events: 25 });
    expect(more.images.subarray(0, few.images.length)).toEqual(few.images);
  });

  it("gives other events for another seed", () => {
    expect(datasetDigest(make({ events: 10 }, 2))).not.toBe(datasetDigest(make({ events: 10 }, 1)));
  });

  it("puts every hit of a clean muon where the track crosses", () => {
    const clean = { efficiency: 1, clusterProbability: 0, noisePerPixel: 0, backgroundFraction: 0 };
    const dataset = make({ events: 2000, ...clean });
    for (let event = 0; event < dataset.count; event++) {
      const ptGeV = dataset.labels[2 * event]!;
      const eta = dataset.labels[2 * event + 1]!;
      expect(dataset.x0[event]).toBeCloseTo((384 * eta) / 1.05, 3);
      for (let layer = 0; layer < 9; layer++) {
        const x = trackX(dataset.x0[event]!, dataset.charge[event]!, ptGeV, layer, 90);
        // Truth is stored in float32: next to a pixel border it may round to the other side.
        if (Math.abs(x - Math.round(x)) < 1e-3) continue;
        const inside = x >= 0 && x < 384;
        expect(hitsOf(dataset, event, layer)).toEqual(inside ? [Math.floor(x)] : []);
        expect((dataset.layersHit[event]! >> layer) & 1).toBe(inside ? 1 : 0);
      }
    }
  });

  it("fires the neighbour on the nearer side with the cluster probability", () => {
    const config = { efficiency: 1, noisePerPixel: 0, backgroundFraction: 0 };
    const always = make({ events: 200, clusterProbability: 1, ...config });
    for (let event = 0; event < always.count; event++) {
      for (let layer = 0; layer < 9; layer++) {
        const pt = always.labels[2 * event]!;
        const x = trackX(always.x0[event]!, always.charge[event]!, pt, layer, 90);
        if (Math.abs(2 * x - Math.round(2 * x)) < 1e-3) continue;
        // The nearer pixel border lies between the two pixels of the pair.
        const border = Math.round(x);
        const pair = [border - 1, border].filter((pixel) => pixel >= 0 && pixel < 384);
        expect(hitsOf(always, event, layer)).toEqual(pair);
      }
    }
    const sometimes = make({ events: 2000, clusterProbability: 0.25, ...config });
    let hits = 0;
    let pairs = 0;
    for (let event = 0; event < sometimes.count; event++) {
      if (sometimes.x0[event]! < 40 || sometimes.x0[event]! > 344) continue;
      for (let layer = 0; layer < 9; layer++) {
        hits++;
        if (hitsOf(sometimes, event, layer).length === 2) pairs++;
      }
    }
    expect(Math.abs(pull(pairs, hits, 0.25))).toBeLessThan(4);
  });

  it("sees each layer with the efficiency", () => {
    const dataset = make({
      events: 20000,
      backgroundFraction: 0,
      efficiency: 0.96,
      clusterProbability: 0,
    });
    for (let layer = 0; layer < 9; layer++) {
      let crossed = 0;
      let seen = 0;
      for (let event = 0; event < dataset.count; event++) {
        if (dataset.x0[event]! < 40 || dataset.x0[event]! > 344) continue;
        crossed++;
        seen += (dataset.layersHit[event]! >> layer) & 1;
      }
      expect(Math.abs(pull(seen, crossed, 0.96))).toBeLessThan(4);
    }
  });

  it("draws noise with the stated probability, alike in all pixels", () => {
    const events = 20000;
    const dataset = make({ events, backgroundFraction: 1, noisePerPixel: 1e-3 });
    const perPixel = new Array<number>(3456).fill(0);
    const perEvent = new Array<number>(events).fill(0);
    for (let byte = 0; byte < dataset.images.length; byte++) {
      if (dataset.images[byte] === 0) continue;
      for (let bit = 0; bit < 8; bit++) {
        if ((dataset.images[byte]! & (0x80 >> bit)) === 0) continue;
        perPixel[(8 * byte + bit) % 3456]!++;
        perEvent[Math.floor(byte / 432)]!++;
      }
    }
    const hits = perPixel.reduce((sum, count) => sum + count, 0);
    expect(Math.abs(pull(hits, events * 3456, 1e-3))).toBeLessThan(4);
    expect(Math.abs(uniformityPull(perPixel))).toBeLessThan(4);
    // Hits of an event are binomial: their variance tells independence of the pixels.
    const mean = 3.456;
    const variance = perEvent.reduce((sum, count) => sum + (count - mean) ** 2, 0) / events;
    expect(Math.abs(variance / (mean * 0.999) - 1)).toBeLessThan(4 * Math.sqrt(2.3 / events));
  });

  it("knows no noise at all and nothing but noise", () => {
    const none = make({ events: 50, backgroundFraction: 1, noisePerPixel: 0 });
    expect(none.images.every((byte) => byte === 0)).toBe(true);
    const full = make({ events: 3, backgroundFraction: 1, noisePerPixel: 1 });
    expect(full.images.every((byte) => byte === 255)).toBe(true);
    expect([...full.window]).toEqual([0, 0, 0]);
    expect(full.pixels.every((pixel) => pixel === 2)).toBe(true);
  });

  it("draws flat spectra, equal charges and the background fraction", () => {
    const dataset = make({ events: 40000, backgroundFraction: 0.3 });
    const muons = [...dataset.isMuon.keys()].filter((event) => dataset.isMuon[event] === 1);
    expect(Math.abs(pull(muons.length, dataset.count, 0.7))).toBeLessThan(4);
    const positive = muons.filter((event) => dataset.charge[event] === 1).length;
    expect(Math.abs(pull(positive, muons.length, 0.5))).toBeLessThan(4);
    const pt = muons.map((event) => dataset.labels[2 * event]!);
    const eta = muons.map((event) => dataset.labels[2 * event + 1]!);
    expect(Math.abs(uniformityPull(histogram(pt, 3, 20, 34)))).toBeLessThan(4);
    expect(Math.abs(uniformityPull(histogram(eta, 0, 1.05, 35)))).toBeLessThan(4);
    // pT and charge must not go with eta: quarters of the (pT, eta) plane by charge are alike.
    const cells = new Array<number>(8).fill(0);
    for (const event of muons) {
      const high = dataset.labels[2 * event]! > 11.5 ? 1 : 0;
      const forward = dataset.labels[2 * event + 1]! > 0.525 ? 2 : 0;
      cells[high + forward + (dataset.charge[event] === 1 ? 4 : 0)]!++;
    }
    expect(Math.abs(uniformityPull(cells))).toBeLessThan(4);
  });

  it("labels background with zeros", () => {
    const dataset = make({ events: 50, backgroundFraction: 1 });
    expect(dataset.labels.every((label) => label === 0)).toBe(true);
    for (const field of ["isMuon", "charge", "x0", "layersHit"] as const) {
      expect(dataset[field].every((value) => value === 0)).toBe(true);
    }
  });

  it("fills in the defaults of the configuration", () => {
    expect(make({ events: 1 }).config).toMatchObject({ bendPxGeV: 90, efficiency: 0.96 });
  });

  it("refuses what can not be generated and says why", () => {
    const context = contextOf(1);
    expect(() => make({ events: 0 })).toThrow(/events/);
    expect(() => make({ events: 5, noisePerPixel: 1.5 })).toThrow(/noisePerPixel/);
    expect(() => make({ events: 5, ptMinGeV: 30 })).toThrow(/ptMinGeV is 30 and ptMaxGeV is 20/);
    expect(() => generateRange({ events: 5, seed: 1 }, { start: 3, count: 3 }, context)).toThrow(
      /events 3 \.\. 5 are asked for, there are 5/,
    );
    // 60 GB: refused where memory ends; where it does not, the signal spares the machine.
    const huge = { events: 100_000_000, seed: 1 };
    const signal = AbortSignal.abort(new Error("would do it"));
    expect(() => generateDataset(huge, { ...context, signal })).toThrow(
      /100000000 events need 55.\d GiB of memory|would do it/,
    );
  });

  it("stops when aborted and tells its progress", () => {
    const fractions: number[] = [];
    const controller = new AbortController();
    const rng: Rng = createRng(deriveKey(1, "dataset"));
    const onProgress = ({ fraction }: { fraction: number }) => {
      fractions.push(fraction);
      if (fraction > 0) controller.abort(new Error("enough"));
    };
    const context = { rng, onProgress, signal: controller.signal };
    expect(() => generateDataset({ events: 30000, seed: 1 }, context)).toThrow("enough");
    expect(fractions).toHaveLength(2);
    expect(fractions[0]).toBe(0);
    expect(fractions[1]).toBeGreaterThan(0);
    expect(fractions[1]).toBeLessThan(0.5);
  });
});
