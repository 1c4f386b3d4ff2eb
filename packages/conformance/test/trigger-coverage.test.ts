import type { TurnOnBin } from "@cnntargz/contracts";
import { createRng, deriveKey } from "@cnntargz/stage-kit";
import { binomialDraws, uniforms } from "@cnntargz/testkit";
import {
  clopperPearson,
  fitTurnOn,
  lowerLimit,
  ONE_SIGMA,
  spreadOf,
  upperLimit,
} from "@cnntargz/trigger-eval";
import { describe, expect, it } from "vitest";

const rng = createRng(deriveKey(1, "trigger coverage test"));

/** Three standard deviations of a measured frequency. */
const slack = (probability: number, trials: number): number =>
  3 * Math.sqrt((probability * (1 - probability)) / trials);

describe("intervals of proportions", () => {
  const trials = 4000;
  it.each([
    [20, 0.1],
    [100, 0.97],
    [1000, 0.002],
    [5000, 0.5],
  ])("hold the truth at least as often as they say: %d events of %d", (total, p) => {
    const uniform = uniforms(rng.derive(`${total} ${p}`));
    const draw = binomialDraws(total, p);
    const held = { interval: 0, above: 0, below: 0 };
    for (let trial = 0; trial < trials; trial++) {
      const passed = draw(uniform());
      const { low, high } = clopperPearson(passed, total);
      if (low <= p && p <= high) held.interval++;
      if (p <= upperLimit(passed, total, 0.95)) held.above++;
      if (p >= lowerLimit(passed, total, 0.95)) held.below++;
    }
    expect(held.interval / trials).toBeGreaterThan(ONE_SIGMA - slack(ONE_SIGMA, trials));
    expect(held.above / trials).toBeGreaterThan(0.95 - slack(0.95, trials));
    expect(held.below / trials).toBeGreaterThan(0.95 - slack(0.95, trials));
  });

  it("hold it hardly more often than they say, for many events", () => {
    const uniform = uniforms(rng.derive("many"));
    const draw = binomialDraws(100_000, 0.5);
    let held = 0;
    for (let trial = 0; trial < trials; trial++) {
      const { low, high } = clopperPearson(draw(uniform()), 100_000);
      if (low <= 0.5 && 0.5 <= high) held++;
    }
    expect(held / trials).toBeLessThan(ONE_SIGMA + slack(ONE_SIGMA, trials) + 0.005);
  });
});

/** Efficiency of a bin by Simpson's rule over a series of the Gaussian distribution function. */
function binMean(
  [plateau, mu, sigma, floor]: readonly number[],
  low: number,
  high: number,
): number {
  const phi = (z: number): number => {
    if (Math.abs(z) > 7) return z < 0 ? 0 : 1;
    let [sum, term] = [z, z];
    for (let i = 3; Math.abs(term) > 1e-17; i += 2) sum += term *= (z * z) / i;
    return 0.5 + (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
  };
  const steps = 40;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * phi((low + ((high - low) * i) / steps - mu!) / sigma!);
  }
  return floor! + ((plateau! - floor!) * sum) / (3 * steps);
}

describe("errors of the turn-on fit", () => {
  const trials = 1500;
  it.each([
    [[0.97, 10, 1.3, 0.01], 300],
    [[0.9, 9.3, 2.4, 0.03], 2000],
  ] as const)("hold the truth as often as they say: %j, %d muons per bin", (truth, total) => {
    const edges = Array.from({ length: 18 }, (_, i) => 3 + i);
    const uniform = uniforms(rng.derive(`turn-on ${truth.join()}`));
    const draws = edges
      .slice(1)
      .map((high, i) => binomialDraws(total, binMean(truth, edges[i]!, high)));
    const held = [0, 0, 0, 0];
    const pulls = [0, 0, 0, 0];
    let chi2 = 0;
    for (let trial = 0; trial < trials; trial++) {
      const bins: TurnOnBin[] = draws.map((draw, i) => ({
        ptLowGeV: edges[i]!,
        ptHighGeV: edges[i + 1]!,
        efficiency: clopperPearson(draw(uniform()), total),
      }));
      const fit = fitTurnOn(bins);
      if (fit.status === "none") throw new Error(fit.reason);
      chi2 += fit.chi2 / fit.ndf / trials;
      [fit.plateau, fit.muGeV, fit.sigmaGeV, fit.floor].forEach(({ value, error }, i) => {
        if (Math.abs(value - truth[i]!) <= error) held[i]!++;
        pulls[i]! += (value - truth[i]!) / error / trials;
      });
    }
    held.forEach((count) => {
      expect(Math.abs(count / trials - ONE_SIGMA)).toBeLessThan(slack(ONE_SIGMA, trials) + 0.015);
    });
    pulls.forEach((mean) => {
      expect(Math.abs(mean)).toBeLessThan(0.3);
    });
    expect(chi2).toBeGreaterThan(0.85);
    expect(chi2).toBeLessThan(1.1);
  });
});

describe("errors of a spread", () => {
  it("hold the truth about as often as they say", () => {
    const trials = 1500;
    const uniform = uniforms(rng.derive("spread"));
    const gaussian = (): number =>
      Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    const held = { bias: 0, std: 0, halfWidth: 0 };
    for (let trial = 0; trial < trials; trial++) {
      const spread = spreadOf(Float64Array.from({ length: 300 }, gaussian))!;
      if (Math.abs(spread.bias) <= spread.biasError) held.bias++;
      if (Math.abs(spread.std - 1) <= spread.stdError) held.std++;
      if (Math.abs(spread.halfWidth68 - 1) <= spread.halfWidth68Error) held.halfWidth++;
    }
    for (const count of Object.values(held)) {
      expect(Math.abs(count / trials - ONE_SIGMA)).toBeLessThan(slack(ONE_SIGMA, trials) + 0.02);
    }
  });
});
