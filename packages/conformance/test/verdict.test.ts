import type { BitExact, ResourceReport, TriggerPerformance } from "@cnntargz/contracts";
import { generateDataset, type ToyDataset } from "@cnntargz/dataset";
import { findDevice, judge } from "@cnntargz/fpga-eval";
import { createRng, deriveKey } from "@cnntargz/stage-kit";
import { evaluateTrigger } from "@cnntargz/trigger-eval";
import { beforeAll, describe, expect, it } from "vitest";

/** Firmware that would pass everything but physics. */
const resources: ResourceReport = {
  kind: "resource-report",
  schemaVersion: 1,
  source: "estimate",
  like: "csynth",
  tool: null,
  design: "student",
  device: findDevice("xcvu13p"),
  clockNs: 2,
  estimatedClockNs: null,
  wnsNs: null,
  passed: null,
  perLayer: [],
  total: { lut: 20_000, ff: 10_000, dsp: 0, bram18: 4, uram: 0 },
  band: { lut: [10_000, 30_000], ff: [5000, 15_000], dsp: [0, 0], bram18: [4, 4], uram: [0, 0] },
  latencyCycles: 180,
  latencyCyclesRange: null,
  initiationInterval: 144,
  initiationIntervalRange: null,
  input: "1 pixel per clock",
};
const bitExact: BitExact = {
  images: 20_000,
  mismatches: 0,
  pairs: [{ reference: "a", candidate: "b", images: 20_000, mismatches: 0, wholeTestSet: true }],
};

describe("the verdict on predictors that know nothing", () => {
  let dataset: ToyDataset;
  beforeAll(() => {
    const rng = createRng(deriveKey(1, "dataset"));
    dataset = generateDataset({ events: 20_000, seed: 1 }, { rng });
  });

  const performanceOf = (predict: (event: number) => number): TriggerPerformance => {
    const predictedPtGeV = Float64Array.from({ length: dataset.count }, (_, event) =>
      predict(event),
    );
    const truePtGeV = Float64Array.from(
      { length: dataset.count },
      (_, event) => dataset.labels[2 * event]!,
    );
    return evaluateTrigger(
      { predictedPtGeV, truePtGeV, isMuon: dataset.isMuon },
      { thresholdGeV: 10 },
    );
  };
  const statusOf = (performance: TriggerPerformance): string =>
    judge(
      { resources, performance, bitExact },
      {
        latencyNs: 400,
        fakeRate: 0.002,
        plateau: 0.95,
        bunchCrossingNs: 25,
      },
    ).status;

  it("accepts the truth, so that a rejection means something", () => {
    expect(statusOf(performanceOf((event) => dataset.labels[2 * event]!))).toBe("pass");
  });

  it("rejects a constant 0: it has no fakes, and no muons", () => {
    expect(statusOf(performanceOf(() => 0))).toBe("fail");
  });

  it("rejects a constant 20 GeV: it has every muon, and every fake", () => {
    expect(statusOf(performanceOf(() => 20))).toBe("fail");
  });

  it("rejects the constant that minimises the squared error, the mean", () => {
    let sum = 0;
    for (let event = 0; event < dataset.count; event++) sum += dataset.labels[2 * event]!;
    const mean = sum / dataset.count;
    expect(mean).toBeGreaterThan(3);
    expect(statusOf(performanceOf(() => mean))).toBe("fail");
  });
});
