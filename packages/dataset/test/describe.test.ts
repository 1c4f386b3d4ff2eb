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
      expect(description.layerOccupancy![layer]).toBeCloseTo(inLayer / 60 / 384, 12);
      hits += inLayer;
    }
    expect(description.meanHits).toBeCloseTo(hits / 60, 10);
    expect(description.keptLayers!.map((bin) => bin.ptLowGeV)).toEqual([3, 7.25, 11.5, 15.75]);
    expect(description.keptLayers!.reduce((sum, bin) => sum + bin.muons, 0)).toBe(muons);
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
      ).keptLayers![0]!;
    expect(at(3).allKept).toBe(0);
    expect(Math.abs(at(5).allKept! - 0.37)).toBeLessThan(0.03);
    expect(Math.abs(at(10).allKept! - 0.69)).toBeLessThan(0.03);
    expect(Math.abs(at(20).allKept! - 0.84)).toBeLessThan(0.03);
    expect(Math.abs(at(10).meanLayersKept! - 8.2)).toBeLessThan(0.15);
  });

  it("reports each choice of windows and pooling, of which overlapping windows lose fewer layers", () => {
    const config = { events: 3000, backgroundFraction: 0, ptMinGeV: 5, ptMaxGeV: 20 };
    const { fragmentation, keptLayers } = describeDataset(make(config), 3);
    const of = (windows: string, pooling: string) =>
      fragmentation!.find((loss) => loss.windows === windows && loss.pooling === pooling)!;
    expect(fragmentation).toHaveLength(4);
    expect(of("disjoint", "average").keptLayers).toEqual(keptLayers);
    for (const [bin, disjoint] of keptLayers!.entries()) {
      const overlapping = of("overlapping", "or").keptLayers![bin]!;
      expect(overlapping.meanLayersLost!).toBeLessThan(0.5 * disjoint.meanLayersLost!);
      expect(disjoint.meanLayersLost! + disjoint.meanLayersKept!).toBeLessThanOrEqual(9);
    }
    // The dataset's own choice agrees with what is counted for it.
    const chosen = make({ ...config, windows: "overlapping" });
    expect(describeDataset(chosen, 3).keptLayers).toEqual(of("overlapping", "average").keptLayers);
    // OR pooling hides the pairs that averaging shows as 1.
    const pairs = chosen.pixels.filter((pixel) => pixel === 2).length;
    expect(of("overlapping", "or").meanHitsHidden).toBeCloseTo(pairs / 3000, 10);
    expect(of("overlapping", "average").meanHitsHidden).toBe(0);
    const hits = chosen.pixels.reduce((sum, pixel) => sum + pixel, 0);
    expect(of("overlapping", "average").meanHits).toBeCloseTo(hits / 3000, 10);
  });

  it("gives the spectra of the muons", () => {
    const dataset = make({ events: 2000 });
    const { ptSpectrum, etaSpectrum, muons } = describeDataset(dataset, 17);
    for (const { counts } of [ptSpectrum, etaSpectrum]) {
      expect(counts.reduce((sum, value) => sum + value, 0)).toBe(muons);
    }
    const inBin = [...dataset.isMuon.keys()].filter((event) => {
      const ptGeV = dataset.labels[2 * event]!;
      return ptGeV >= 7 && ptGeV < 8;
    });
    expect(ptSpectrum.counts[4]).toBe(inBin.length);
  });

  it("says null, not NaN, where there are no muons", () => {
    const description = describeDataset(make({ events: 5, backgroundFraction: 1 }), 2);
    expect(description.keptLayers!.map((bin) => bin.meanLayersKept)).toEqual([null, null]);
    expect(description.layerEfficiency).toEqual(new Array(9).fill(0));
  });
});
