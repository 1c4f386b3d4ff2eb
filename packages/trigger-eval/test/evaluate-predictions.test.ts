import type { Predictions } from "@cnntargz/contracts";
import { evaluatePredictions, evaluateTrigger } from "@cnntargz/trigger-eval";
import { describe, expect, it } from "vitest";

const tensor = (values: number[], shape = [values.length / 2, 2]) => ({
  dtype: "float32" as const,
  shape,
  values: Float32Array.from(values),
});
const predictions: Predictions = {
  kind: "predictions",
  schemaVersion: 1,
  model: "student",
  predicted: tensor([11, 0.525, 4, 0.25, 12, 0.5]),
  truth: tensor([16, 0.25, 9.5, 0.25, 0, 0]),
};

describe("evaluatePredictions", () => {
  it("takes events of true pT 0 as background and eta in units of eta", () => {
    const performance = evaluatePredictions(predictions);
    expect(performance).toEqual(
      evaluateTrigger({
        ...{ predictedPtGeV: [11, 4, 12], truePtGeV: [16, 9.5, 0], isMuon: [1, 1, 0] },
        ...{ predictedEta: [0.525, 0.25, 0.5], trueEta: [0.25, 0.25, 0] },
      }),
    );
    expect(performance.etaResolutionPx).toBeCloseTo(((0.275 / Math.SQRT2) * 384) / 1.05, 3);
    expect(performance.etaLocalResolution).toBeNull();
  });

  it("tells eta within the window when the windows are there", () => {
    // 0.25 is pixel 91.4: window 2 of disjoint ones, 5 of overlapping ones.
    const withWindows = (chosen: readonly number[], stridePx: number) =>
      evaluatePredictions({
        ...predictions,
        windows: {
          chosen: { dtype: "int32", shape: [3], values: Int32Array.from(chosen) },
          stridePx,
        },
      });
    expect(withWindows([2, 2, 0], 32).etaLocalResolution).toMatchObject({ events: 2 });
    expect(withWindows([2, 11, 0], 32).etaLocalResolution).toMatchObject({ events: 1, stdPx: 0 });
    expect(withWindows([5, 5, 0], 16).etaLocalResolution).toMatchObject({ events: 2 });
    expect(withWindows([2, 11, 0], 32).etaGlobalResolution).toMatchObject({ events: 2 });
  });

  it("passes the threshold on", () => {
    expect(evaluatePredictions(predictions, { thresholdGeV: 20 }).plateau.passed).toBe(0);
  });

  it("refuses tensors of other shapes", () => {
    const wrong = { ...predictions, truth: tensor([1, 2, 3], [3, 1]) };
    expect(() => evaluatePredictions(wrong)).toThrow(/truth of student has shape \[3, 1\]/);
    const fewer = { ...predictions, truth: tensor([1, 2]) };
    expect(() => evaluatePredictions(fewer)).toThrow(/has 1 entries, predictedPtGeV has 3/);
  });
});
