import type { DatasetConfigInput } from "@cnntargz/contracts";
import { crossingsOf, resolveConfig } from "@cnntargz/dataset";
import { describe, expect, it } from "vitest";

import { hitsOf, make, pull, uniformityPull } from "./events.js";

const clean = { efficiency: 1, clusterProbability: 0, noisePerPixel: 0, backgroundFraction: 0 };

/** Counts of `values` in `bins` bins that a cumulative distribution makes equally likely. */
function quantileCounts(values: readonly number[], cumulative: (x: number) => number, bins = 20) {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) counts[Math.min(bins - 1, Math.floor(cumulative(value) * bins))]!++;
  return counts;
}

describe("labels and truth at the edges of what is allowed", () => {
  it.each<Omit<DatasetConfigInput, "events" | "seed">>([
    { ptMinGeV: 0.01, ptMaxGeV: 100_000, ptPower: 20 },
    { ptMinGeV: 0.01, ptMaxGeV: 100_000, ptPower: 1, bendPxGeV: 1_000_000 },
    { ptMinGeV: 100_000, ptMaxGeV: 100_000, etaSlope: 100, smearPx: 384 },
    {
      preset: "calibrated",
      bendSpread: 1,
      ptMinGeV: 0.01,
      noiseEventSpread: 1000,
      noisePerPixel: 1e-300,
    },
    { preset: "helix", fieldTesla: 1e-6, ptMinGeV: 0.01, etaMin: 1.05 },
    { preset: "helix", fieldTesla: 10, ptMinGeV: 0.01, ptMaxGeV: 0.02 },
    { fieldRadiusM: 9.82 - 1e-12 },
    { noisePerPixel: 1, noiseLayerFactors: [0, 0, 0, 0, 0, 0, 0, 0, 1] },
  ])("are finite and within the ranges asked for: %j", (config) => {
    const dataset = make({ events: 500, backgroundFraction: 0, ...config });
    const { ptMinGeV, ptMaxGeV, etaMin, etaMax } = dataset.config;
    for (const values of [dataset.labels, dataset.x0, dataset.bendScale]) {
      expect(values.every(Number.isFinite)).toBe(true);
    }
    for (let row = 0; row < 500; row++) {
      const [pt, eta] = [dataset.labels[2 * row]!, dataset.labels[2 * row + 1]!];
      // Labels are rounded to float32.
      expect(pt).toBeGreaterThanOrEqual(ptMinGeV * (1 - 1e-7));
      expect(pt).toBeLessThanOrEqual(ptMaxGeV * (1 + 1e-7));
      expect(eta).toBeGreaterThanOrEqual(etaMin - 1e-7);
      expect(eta).toBeLessThanOrEqual(etaMax + 1e-7);
    }
  });
});

describe("spectra", () => {
  const labelsOf = (config: Omit<DatasetConfigInput, "seed" | "events">, column: number) => {
    const dataset = make({ events: 20000, ...clean, ...config });
    return Array.from({ length: 20000 }, (_, event) => dataset.labels[2 * event + column]!);
  };

  it.each([1, 2.5])("of pT fall as pT^-%d", (ptPower) => {
    const values = labelsOf({ ptPower }, 0);
    const integral = (pt: number) => (ptPower === 1 ? Math.log(pt) : pt ** (1 - ptPower));
    const cumulative = (pt: number) => (integral(pt) - integral(3)) / (integral(20) - integral(3));
    expect(Math.min(...values)).toBeGreaterThanOrEqual(3);
    expect(Math.max(...values)).toBeLessThanOrEqual(20);
    expect(Math.abs(uniformityPull(quantileCounts(values, cumulative)))).toBeLessThan(4);
  });

  it("of eta fall as exp(-slope eta), within their range", () => {
    const values = labelsOf({ etaSlope: 2, etaMin: 0.2, etaMax: 0.9 }, 1);
    const cumulative = (eta: number) =>
      (Math.exp(-0.4) - Math.exp(-2 * eta)) / (Math.exp(-0.4) - Math.exp(-1.8));
    expect(Math.abs(uniformityPull(quantileCounts(values, cumulative)))).toBeLessThan(4);
  });
});

describe("preset calibrated", () => {
  it("spreads the bend by a Gaussian of 25 %", () => {
    const { bendScale, count } = make({ events: 20000, ...clean, preset: "calibrated" });
    const mean = bendScale.reduce((sum, value) => sum + value, 0) / count;
    const deviations = bendScale.map((value) => (value - mean) ** 2);
    const sigma = Math.sqrt(deviations.reduce((sum, value) => sum + value, 0) / count);
    expect(Math.abs(mean - 1) / (0.25 / Math.sqrt(count))).toBeLessThan(4);
    expect(Math.abs(sigma - 0.25) / (0.25 / Math.sqrt(2 * count))).toBeLessThan(4);
    const within = bendScale.filter((value) => Math.abs(value - 1) < 0.25).length;
    expect(Math.abs(pull(within, count, 0.682689))).toBeLessThan(4);
  });
});

describe.each(["flat", "calibrated", "helix"] as const)("preset %s", (preset) => {
  it("puts the hits of clean muons where crossingsOf says", () => {
    const dataset = make({ events: 500, ...clean, preset });
    const crossings = crossingsOf(resolveConfig({ events: 500, seed: 1, preset }));
    const x = new Float64Array(9);
    for (let event = 0; event < 500; event++) {
      const [ptGeV, eta] = dataset.labels.subarray(2 * event);
      crossings(eta!, dataset.charge[event]!, ptGeV!, dataset.bendScale[event]!, x);
      for (const [layer, at] of x.entries()) {
        // Truth is float32: next to a pixel border it may round to the other side.
        if (Math.abs(at - Math.round(at)) < 1e-3) continue;
        expect(hitsOf(dataset, event, layer)).toEqual(at >= 0 && at < 384 ? [Math.floor(at)] : []);
      }
    }
  });
});

describe("detector effects", () => {
  it("sees each layer with its own efficiency", () => {
    const efficiency = [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0];
    const dataset = make({
      events: 10000,
      ...clean,
      efficiency,
      ptMinGeV: 20,
      etaMin: 0.1,
      etaMax: 0.9,
    });
    for (let layer = 0; layer < 9; layer++) {
      const seen = dataset.layersHit.filter((bits) => (bits >> layer) & 1).length;
      const p = efficiency[layer]!;
      if (p === 0 || p === 1) expect(seen).toBe(p * 10000);
      else expect(Math.abs(pull(seen, 10000, p))).toBeLessThan(4);
    }
  });

  it("smears hits by a Gaussian of the given width", () => {
    const dataset = make({
      ...{ events: 5000, ...clean, bendPxGeV: 0, smearPx: 3 },
      ...{ etaMin: 0.3, etaMax: 0.7 },
    });
    let sum = 0;
    let squares = 0;
    for (let event = 0; event < 5000; event++) {
      for (let layer = 0; layer < 9; layer++) {
        const off = hitsOf(dataset, event, layer)[0]! + 0.5 - dataset.x0[event]!;
        sum += off;
        squares += off * off;
      }
    }
    const count = 45000;
    // A pixel adds the variance of a uniform distribution, 1/12.
    const variance = 9 + 1 / 12;
    expect(Math.abs(sum / count) / Math.sqrt(variance / count)).toBeLessThan(4);
    expect(Math.abs(squares / count - variance) / (variance * Math.sqrt(2 / count))).toBeLessThan(
      4,
    );
  });

  it("draws noise layer by layer with its factors", () => {
    const noiseLayerFactors = [0, 0.5, 1, 1.5, 2, 2.5, 3, 4, 5];
    const events = 4000;
    const dataset = make({ events, backgroundFraction: 1, noisePerPixel: 2e-3, noiseLayerFactors });
    for (const [layer, factor] of noiseLayerFactors.entries()) {
      let hits = 0;
      for (let event = 0; event < events; event++) hits += hitsOf(dataset, event, layer).length;
      if (factor === 0) expect(hits).toBe(0);
      else expect(Math.abs(pull(hits, events * 384, 2e-3 * factor))).toBeLessThan(4);
    }
  });

  it("draws the noise of each event log-uniformly", () => {
    const events = 10000;
    const dataset = make({
      events,
      backgroundFraction: 1,
      noisePerPixel: 2e-2,
      noiseEventSpread: 4,
    });
    const low = Math.log(2e-2 / 4);
    const span = 2 * Math.log(4);
    const logs = Array.from({ length: events }, (_, event) => {
      let hits = 0;
      for (let byte = 432 * event; byte < 432 * (event + 1); byte++) {
        for (let rest = dataset.images[byte]!; rest > 0; rest >>= 1) hits += rest & 1;
      }
      return (Math.log(hits / 3456) - low) / span;
    });
    // Each event's counts tell its noise to 6..24 %: quarters of the range, little blurred at its inner borders.
    const counts = [0, 0, 0, 0];
    for (const log of logs) counts[Math.max(0, Math.min(3, Math.floor(4 * log)))]!++;
    for (const count of counts) expect(Math.abs(count / events - 0.25)).toBeLessThan(0.025);
    expect(Math.min(...logs)).toBeLessThan(0.05);
    expect(Math.max(...logs)).toBeGreaterThan(0.95);
  });

  it("never fires dead strips, listed or drawn", () => {
    const deadStrips = Array.from({ length: 384 }, (_, x) => 384 * 4 + x);
    const listed = make({ events: 300, noisePerPixel: 0.05, deadStrips });
    for (let event = 0; event < 300; event++) {
      expect(hitsOf(listed, event, 4)).toEqual([]);
      expect((listed.layersHit[event]! >> 4) & 1).toBe(0);
    }
    const full = make({ events: 3, noisePerPixel: 1, deadStripFraction: 0.1 });
    const live = [0, 1, 2].map((event) => full.images.subarray(432 * event, 432 * (event + 1)));
    expect(live[1]).toEqual(live[0]);
    const alive = [...live[0]!].reduce(
      (sum, byte) => sum + byte.toString(2).replaceAll("0", "").length,
      0,
    );
    expect(Math.abs(pull(alive, 3456, 0.9))).toBeLessThan(4);
  });
});
