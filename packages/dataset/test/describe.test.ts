import { describeDataset } from "@cnntargz/dataset";
import { describe, expect, it } from "vitest";

import { hitsOf, make } from "./events.js";

describe("describeDataset", () => {
  it("counts what is there", () => {
    const dataset = make({ events: 60, noisePerPixel: 0.005 });
    const description = describeDataset(dataset, 4);
    const muons = dataset.isMuon.filter((flag) => flag === 1).length;
    expect(description.events).toBe(60);
    expect(description.muons).toBe(muons);
    expect(description.background).toBe(60 - muons);
    expect(description.positiveMuons).toBe(dataset.charge.filter((charge) => charge > 0).length);
    let hits = 0;
    for (let layer = 0; layer < 9; layer++) {
      let inLayer = 0;
      for (let event = 0; event < 60; event++) inLayer += hitsOf(dataset, event, layer).length;
      expect(description.layerOccupancy[layer]).toBeCloseTo(inLayer / 60 / 384, 12);
      hits += inLayer;
    }
    expect(description.meanHits).toBeCloseTo(hits / 60, 10);
    expect(description.keptLayers.map((bin) => bin.ptLowGeV)).toEqual([3, 7.25, 11.5, 15.75]);
    expect(description.keptLayers.reduce((sum, bin) => sum + bin.muons, 0)).toBe(muons);
  });

  it("finds what fragmentation is known to cost at K = 100 px GeV", () => {
    // Fractions with all nine layers inside the chosen window, known independently of this code:
    // 0 at 3 GeV, 0.37 at 5, 0.69 at 10, 0.84 at 20 GeV; 8.2 layers on average at 10 GeV.
    const at = (ptGeV: number) =>
      describeDataset(
        make({
          events: 4000,
          ptMinGeV: ptGeV,
          ptMaxGeV: ptGeV,
          bendPxGeV: 100,
          backgroundFraction: 0,
        }),
        1,
      ).keptLayers[0]!;
    expect(at(3).allKept).toBe(0);
    expect(Math.abs(at(5).allKept! - 0.37)).toBeLessThan(0.03);
    expect(Math.abs(at(10).allKept! - 0.69)).toBeLessThan(0.03);
    expect(Math.abs(at(20).allKept! - 0.84)).toBeLessThan(0.03);
    expect(Math.abs(at(10).meanLayersKept! - 8.2)).toBeLessThan(0.15);
  });

  it("says null, not NaN, where there are no muons", () => {
    const description = describeDataset(make({ events: 5, backgroundFraction: 1 }), 2);
    expect(description.keptLayers.map((bin) => bin.meanLayersKept)).toEqual([null, null]);
    expect(description.layerEfficiency).toEqual(new Array(9).fill(0));
  });
});
