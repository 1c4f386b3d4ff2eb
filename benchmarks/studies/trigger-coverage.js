// How often intervals and errors of trigger figures hold the truth: node benchmarks/studies/trigger-coverage.js [--trials N]
// The figures of docs/trigger-performance.md.
import { parseArgs } from "node:util";

import { createRng, deriveKey } from "@cnntargz/stage-kit";
import { binomialDraws, uniforms } from "@cnntargz/testkit";
import {
  clopperPearson,
  fiftyPercentPoint,
  fitTurnOn,
  HEAVY_FLAVOUR_SPECTRUM,
  lowerLimit,
  spreadOf,
  triggerRate,
  upperLimit,
} from "@cnntargz/trigger-eval";

const { values } = parseArgs({ options: { trials: { type: "string", default: "10000" } } });
const trials = Number(values.trials);
const rng = createRng(deriveKey(1, "trigger coverage"));
const stream = (name) => uniforms(rng.derive(name));
const percent = (count, of) => `${((100 * count) / of).toFixed(1)} %`;

/** Gaussian numbers (Box and Muller). */
const gaussian = (uniform) => () =>
  Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());

function proportions() {
  for (const total of [20, 100, 1000, 10_000]) {
    for (const p of [0.001, 0.01, 0.1, 0.5, 0.9, 0.97, 0.999]) {
      const uniform = stream(`proportion ${total} ${p}`);
      const draw = binomialDraws(total, p);
      const hits = { interval: 0, upper: 0, lower: 0 };
      for (let trial = 0; trial < trials; trial++) {
        const passed = draw(uniform());
        const { low, high } = clopperPearson(passed, total);
        if (low <= p && p <= high) hits.interval++;
        if (p <= upperLimit(passed, total, 0.95)) hits.upper++;
        if (p >= lowerLimit(passed, total, 0.95)) hits.lower++;
      }
      console.log(
        [`n ${total}, p ${p}`, ...Object.values(hits).map((count) => percent(count, trials))].join(
          " | ",
        ),
      );
    }
  }
}

/** Efficiency averaged over [low, high] by the trapezoid rule; no code in common with the fit. */
function binMean([plateau, mu, sigma, floor], low, high) {
  const steps = 200;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const z = (low + ((high - low) * i) / steps - mu) / sigma;
    sum += (i === 0 || i === steps ? 0.5 : 1) * phi(z);
  }
  return floor + ((plateau - floor) * sum) / steps;
}

/** Gaussian distribution function by its series (Marsaglia), 0 and 1 beyond 8. */
function phi(z) {
  if (z < -8) return 0;
  if (z > 8) return 1;
  let [sum, term] = [z, z];
  for (let i = 3; Math.abs(term) > 1e-17 * Math.abs(sum); i += 2) sum += term *= (z * z) / i;
  return 0.5 + (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}

const edges = Array.from({ length: 18 }, (_, i) => 3 + i);

function turnOns() {
  for (const truth of [
    [0.97, 10, 1.3, 0.01],
    [0.9, 9.3, 2.4, 0.03],
    [0.995, 10, 0.7, 0],
  ]) {
    const means = edges.slice(1).map((high, i) => binMean(truth, edges[i], high));
    const plateauMean = means.slice(12).reduce((sum, mean) => sum + mean, 0) / 5;
    const trueRate = rateOf(
      means.map((mean) => ({ value: mean, low: mean, high: mean, total: 1 })),
      plateauMean,
    ).relativeMuonRate.value;
    for (const total of [100, 500, 2000, 20_000]) {
      const uniform = stream(`turn-on ${truth} ${total}`);
      const draws = means.map((mean) => binomialDraws(total, mean));
      const names = ["plateau", "muGeV", "sigmaGeV", "floor"];
      const hits = [0, 0, 0, 0];
      const pulls = [0, 0, 0, 0];
      const held = { plateau: 0, floor: 0 };
      let rates = 0;
      let none = 0;
      for (let trial = 0; trial < trials; trial++) {
        const counts = draws.map((draw) => draw(uniform()));
        const bins = counts.map((passed) => clopperPearson(passed, total));
        const top = counts.slice(12).reduce((sum, count) => sum + count, 0);
        const rate = rateOf(bins, null, clopperPearson(top, 5 * total)).relativeMuonRate;
        if (rate.low <= trueRate && trueRate <= rate.high) rates++;
        const fit = fitTurnOn(turnOn(bins));
        if (fit.status === "none") {
          none++;
          continue;
        }
        for (const name of fit.held) held[name]++;
        names.forEach((name, i) => {
          const { value, error } = fit[name];
          if (Math.abs(value - truth[i]) <= error) hits[i]++;
          pulls[i] += error === 0 ? 0 : (value - truth[i]) / error;
        });
      }
      const fitted = trials - none;
      console.log(
        [
          `${truth.join(", ")}; ${total} per bin`,
          ...hits.map((count) => percent(count, fitted)),
          pulls.map((sum) => (sum / fitted).toFixed(2)).join(", "),
          percent(rates, trials),
          `${none}; ${held.plateau}; ${held.floor}`,
        ].join(" | "),
      );
    }
  }
}

const turnOn = (bins) =>
  bins.map((efficiency, i) => ({ ptLowGeV: edges[i], ptHighGeV: edges[i + 1], efficiency }));

function rateOf(bins, plateauMean, plateau = null) {
  const known = { value: plateauMean, low: plateauMean, high: plateauMean, total: 1 };
  return triggerRate(
    {
      ...{ thresholdGeV: 10, turnOn: turnOn(bins), plateau: plateau ?? known },
      fakeRate: clopperPearson(0, 0),
    },
    { spectrum: HEAVY_FLAVOUR_SPECTRUM, bunchCrossingNs: 25, muonHz: null },
  );
}

/** Spreads of a Gaussian, and of one with 10 % of three times its width. */
function spreads() {
  const shapes = {
    Gaussian: { draw: (g) => g(), std: 1, halfWidth: 1 },
    "with tails": {
      draw: (g, uniform) => (uniform() < 0.1 ? 3 : 1) * g(),
      std: Math.sqrt(0.9 + 0.1 * 9),
      halfWidth: 1.0915,
    },
  };
  // The half-width of the second by bisection: 0.9 Phi(x) + 0.1 Phi(x / 3) = 0.8413.
  let [low, high] = [1, 2];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (0.9 * phi(middle) + 0.1 * phi(middle / 3) < phi(1)) low = middle;
    else high = middle;
  }
  shapes["with tails"].halfWidth = low;
  for (const [name, { draw, std, halfWidth }] of Object.entries(shapes)) {
    for (const events of [50, 500, 5000]) {
      const uniform = stream(`spread ${name} ${events}`);
      const g = gaussian(uniform);
      const hits = { bias: 0, std: 0, halfWidth: 0 };
      const samples = Math.min(trials, 4000);
      for (let sample = 0; sample < samples; sample++) {
        const spread = spreadOf(Float64Array.from({ length: events }, () => draw(g, uniform)));
        if (Math.abs(spread.bias) <= spread.biasError) hits.bias++;
        if (Math.abs(spread.std - std) <= spread.stdError) hits.std++;
        if (Math.abs(spread.halfWidth68 - halfWidth) <= spread.halfWidth68Error) hits.halfWidth++;
      }
      console.log(
        [`${name}, ${events} muons`, ...Object.values(hits).map((n) => percent(n, samples))].join(
          " | ",
        ),
      );
    }
  }
}

/** The 50 % point against the same interpolation of the true efficiencies. */
function fiftyPercent() {
  const means = edges.slice(1).map((high, i) => binMean([0.97, 10, 1.3, 0.01], edges[i], high));
  const exact = (mean) => ({ passed: mean, total: 1, low: mean, high: mean });
  const truth = fiftyPercentPoint(turnOn(means.map(exact))).value;
  for (const total of [100, 2000]) {
    const uniform = stream(`fifty ${total}`);
    const draws = means.map((mean) => binomialDraws(total, mean));
    let hits = 0;
    for (let trial = 0; trial < trials; trial++) {
      const bins = draws.map((draw) => clopperPearson(draw(uniform()), total));
      const { low, high } = fiftyPercentPoint(turnOn(bins));
      if (low <= truth && truth <= high) hits++;
    }
    console.log(`50 % point, ${total} per bin | ${percent(hits, trials)}`);
  }
}

console.log(`${trials} trials each, Philox seed 1`);
console.log("\nproportions | central 68.3 % | upper 95 % | lower 95 %");
proportions();
console.log(
  "\nturn-on (plateau, mu, sigma, floor) | each of them | mean pulls | rate | no fit; held",
);
turnOns();
console.log("\nspread | bias | std | half-width");
spreads();
fiftyPercent();
