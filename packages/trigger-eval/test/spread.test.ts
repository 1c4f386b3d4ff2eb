import { spreadOf } from "@cnntargz/trigger-eval";
import { describe, expect, it } from "vitest";

describe("spreadOf", () => {
  it("is null of nothing and zero of one residual", () => {
    expect(spreadOf([])).toBeNull();
    expect(spreadOf([0.3])).toEqual({
      ...{ events: 1, bias: 0.3, std: 0, halfWidth68: 0 },
      ...{ biasError: 0, stdError: 0, halfWidth68Error: 0 },
    });
  });

  it("agrees with numpy on a small unsorted sample", () => {
    // np.mean, np.std and np.quantile([0.1586552539315, 0.8413447460685]) of these values.
    const spread = spreadOf([3, -1, 0.5, 2, -4, 10])!;
    expect(spread.bias).toBeCloseTo(1.75, 12);
    expect(spread.std).toBeCloseTo(4.318082136010538, 12);
    expect(spread.halfWidth68).toBeCloseTo(3.033618651712499, 12);
  });

  it("gives one sigma for Gaussian quantiles, and is not moved by a few outliers", () => {
    // Logistic residuals have closed-form quantiles: ln(p / (1 - p)).
    const count = 20001;
    const residuals = Array.from({ length: count }, (_, i) => {
      const p = (i + 0.5) / count;
      return Math.log(p / (1 - p));
    });
    const oneSigma = Math.log(0.8413447460685 / 0.1586552539315);
    expect(spreadOf(residuals)!.halfWidth68).toBeCloseTo(oneSigma, 3);
    const withOutliers = spreadOf([...residuals, 1000, -1000])!;
    expect(withOutliers.halfWidth68).toBeCloseTo(oneSigma, 3);
    expect(withOutliers.std).toBeGreaterThan(5 * spreadOf(residuals)!.std);
  });
});
