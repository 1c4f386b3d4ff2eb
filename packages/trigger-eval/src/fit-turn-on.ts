import {
  type Measurement,
  optionsCheck,
  type TurnOnBin,
  type TurnOnFit,
  z,
} from "@cnntargz/contracts";

import { binEfficiency, efficiencyAt, type TurnOnParameters } from "./erf-turn-on.js";
import { type Matrix, solve } from "./solve.js";

const [PLATEAU, MU, SIGMA, FLOOR] = [0, 1, 2, 3] as const;
const PARAMETERS = [PLATEAU, MU, SIGMA, FLOOR] as const;
const MOST_STEPS = 200;
/** A step of less than a thousandth of an error, squared: the summit is near enough. */
const NEAR = 1e-6;
/** A step of less than a millionth of an error, squared: it is not taken. */
const CONVERGED = 1e-12;
/** A rise narrower than this part of its bin leaves no trace in the counts. */
const NARROWEST = 0.05;
/** 90 % point of a unit Gaussian. */
const Z90 = 1.2815515655446004;
/** Intervals of the curve to draw. */
const CURVE_INTERVALS = 100;

/** What is fitted. */
export interface FitOptions {
  /** Only bins within this range of true pT in GeV; all when left out. */
  readonly rangeGeV?: readonly [number, number] | undefined;
  /** Whether the floor is fitted, or held at 0: the form with three parameters. Default true. */
  readonly floor?: boolean | undefined;
}

const checkOptions = optionsCheck<FitOptions>("fitTurnOn", {
  rangeGeV: z.tuple([z.number(), z.number()]).optional(),
  floor: z.boolean().optional(),
});

/** Counts of one bin. */
interface Counts {
  readonly low: number;
  readonly high: number;
  readonly passed: number;
  readonly total: number;
}

/** Counts, and whether the floor may move. */
interface Problem {
  readonly bins: readonly Counts[];
  readonly withFloor: boolean;
}

const none = (reason: string): TurnOnFit => ({ status: "none", reason });

/**
 * Fit `floor + (plateau - floor) / 2 (1 + erf((pT - mu) / (sqrt(2) sigma)))`, averaged over each
 * bin, to the counts of a turn-on curve: the maximum of the binomial likelihood, with
 * 0 <= floor < plateau <= 1. Errors and covariance are the inverse of the expected information,
 * J^T J of residuals whitened with the binomial standard deviation of the model. Bins without
 * events are left out.
 *
 * @returns status `none` and the reason when there is nothing to fit (fewer bins with events than
 * parameters, all or none passing), when the efficiency does not rise within the bins or rises
 * faster than they can tell, or when the search does not converge.
 */
export function fitTurnOn(bins: readonly TurnOnBin[], options: FitOptions = {}): TurnOnFit {
  checkOptions(options);
  const { rangeGeV: [from, to] = [-Infinity, Infinity], floor: withFloor = true } = options;
  const counts = bins
    .filter(({ ptLowGeV, ptHighGeV }) => ptLowGeV >= from && ptHighGeV <= to)
    .filter(({ efficiency }) => efficiency.total > 0)
    .map(({ ptLowGeV: low, ptHighGeV: high, efficiency: { passed, total } }) => ({
      ...{ low, high, passed, total },
    }));
  const needed = withFloor ? PARAMETERS.length : PARAMETERS.length - 1;
  if (counts.length < needed) {
    return none(`${counts.length} bins have events, a fit of ${needed} parameters needs more`);
  }
  const passed = counts.reduce((sum, bin) => sum + bin.passed, 0);
  const total = counts.reduce((sum, bin) => sum + bin.total, 0);
  if (passed === 0) return none("no muon passes: there is no turn-on to fit");
  if (passed === total) return none("every muon passes: there is no turn-on to fit");
  const problem = { bins: counts, withFloor };
  const tried = startsOf(problem).map((start) => climb(problem, start));
  return conclude(
    problem,
    tried.reduce((a, b) => (b.chi2 < a.chi2 ? b : a)),
  );
}

/** Plausible parameters to begin from: few, of different widths. */
function startsOf({ bins, withFloor }: Problem): TurnOnParameters[] {
  const efficiencies = bins.map(({ passed, total }) => passed / total);
  const plateau = Math.min(0.999, Math.max(...efficiencies));
  const floor = withFloor ? Math.min(efficiencies[0]!, plateau / 4) : 0;
  const rising = bins[efficiencies.findIndex((efficiency) => efficiency >= plateau / 2)]!;
  const span = bins.at(-1)!.high - bins[0]!.low;
  return [0.03, 0.1, 0.3].map((width) => [
    plateau,
    (rising.low + rising.high) / 2,
    width * span,
    floor,
  ]);
}

/** Where a search has come to. */
interface Summit {
  readonly parameters: TurnOnParameters;
  /** {@link chiSquare} there. */
  readonly chi2: number;
  readonly isConverged: boolean;
}

/**
 * Likelihood-ratio chi-square of the counts (S. Baker, R. Cousins, NIM 221 (1984) 437): twice the
 * log-likelihood that is missing to that of the measured efficiencies.
 */
function chiSquare({ bins }: Problem, parameters: TurnOnParameters): number {
  return bins.reduce((sum, { low, high, passed, total }) => {
    const { efficiency, inefficiency } = binEfficiency(parameters, low, high);
    return sum + term(passed, total * efficiency) + term(total - passed, total * inefficiency);
  }, 0);
}

/**
 * 2 (seen ln(seen / expected) - seen + expected): what is added to the terms of passed and failed
 * cancels, and makes each of them the small number that it is for any number of events.
 */
function term(seen: number, expected: number): number {
  if (seen === 0) return 2 * expected;
  const excess = (seen - expected) / expected;
  return 2 * (seen * Math.log1p(excess) - expected * excess);
}

/** The log-likelihood around some parameters. */
interface Slope {
  readonly slope: readonly number[];
  /** Expected information, of which errors are made: weights n / p (1 - p). */
  readonly information: Matrix;
  /**
   * Curvature of the terms of the counts at hand, for the steps: weights k / p^2 + (n - k) / (1 - p)^2.
   * The same on average, but where no muon passes a floor of almost 0 has next to no weight, while its
   * expected information is without bounds and would stop the search.
   */
  readonly curvature: Matrix;
  /** Parameters that move: not those at an edge that want to go further. */
  readonly free: readonly number[];
}

function slopeAt({ bins, withFloor }: Problem, parameters: TurnOnParameters): Slope {
  const slope = PARAMETERS.map(() => 0);
  const information = PARAMETERS.map(() => PARAMETERS.map(() => 0));
  const curvature = PARAMETERS.map(() => PARAMETERS.map(() => 0));
  for (const { low, high, passed, total } of bins) {
    const { efficiency, inefficiency, gradient } = binEfficiency(parameters, low, high);
    const perPassed = passed === 0 ? 0 : passed / efficiency;
    const perFailed = passed === total ? 0 : (total - passed) / inefficiency;
    const expected = total / efficiency / inefficiency;
    const seen = perPassed / efficiency + perFailed / inefficiency;
    for (const i of PARAMETERS) {
      slope[i]! += (perPassed - perFailed) * gradient[i];
      for (const j of PARAMETERS) {
        const product = gradient[i] * gradient[j];
        information[i]![j]! += expected * product;
        curvature[i]![j]! += seen * product;
      }
    }
  }
  const isHeld = (i: number): boolean =>
    (i === PLATEAU && parameters[PLATEAU] >= 1 && slope[PLATEAU]! >= 0) ||
    (i === FLOOR && (!withFloor || (parameters[FLOOR] <= 0 && slope[FLOOR]! <= 0)));
  return { slope, information, curvature, free: PARAMETERS.filter((i) => !isHeld(i)) };
}

/** Levenberg-Marquardt steps on whitened residuals, which climb the likelihood. */
function climb(problem: Problem, start: TurnOnParameters): Summit {
  let parameters = start;
  let chi2 = chiSquare(problem, parameters);
  let damping = 1e-3;
  let isConverged = false;
  for (let step = 0; step < MOST_STEPS; step++) {
    const here = slopeAt(problem, parameters);
    const ahead = stepFrom(parameters, here, 0);
    isConverged = ahead !== null && ahead.gain < NEAR;
    if (ahead !== null && ahead.gain < CONVERGED) break;
    if (ahead !== null && isConverged) {
      // So close to the summit chi-square no longer tells the way: its rounding is larger.
      parameters = ahead.parameters;
      continue;
    }
    let next: TurnOnParameters | null = null;
    while (next === null) {
      const candidate = stepFrom(parameters, here, damping)?.parameters ?? parameters;
      if (chiSquare(problem, candidate) < chi2) next = candidate;
      damping *= next === null ? 10 : 0.1;
      if (damping > 1e12) return { parameters, chi2, isConverged: false };
    }
    parameters = next;
    chi2 = chiSquare(problem, parameters);
  }
  return { parameters, chi2: chiSquare(problem, parameters), isConverged };
}

/**
 * The next parameters, within their edges, and the log-likelihood that the step promises, twice; null
 * when the curvature is singular.
 */
function stepFrom(
  parameters: TurnOnParameters,
  { slope, curvature, free }: Slope,
  damping: number,
): { readonly parameters: TurnOnParameters; readonly gain: number } | null {
  const shift = solve(
    free.map((i) => free.map((j) => curvature[i]![j]! * (i === j ? 1 + damping : 1))),
    free.map((i) => [slope[i]!]),
  );
  if (shift === null) return null;
  const moved = (i: number): number => parameters[i]! + (shift[free.indexOf(i)]?.[0] ?? 0);
  const [plateau, , sigma, floor] = parameters;
  const nextPlateau = Math.min(1, Math.max((plateau + floor) / 2, moved(PLATEAU)));
  return {
    parameters: [
      nextPlateau,
      moved(MU),
      Math.min(sigma * 2, Math.max(sigma / 2, moved(SIGMA))),
      Math.max(0, Math.min(0.9 * nextPlateau, moved(FLOOR))),
    ],
    gain: free.reduce((sum, i, row) => sum + shift[row]![0]! * slope[i]!, 0),
  };
}

/** Errors, or what is wrong with the summit. */
function conclude(problem: Problem, { parameters, chi2, isConverged }: Summit): TurnOnFit {
  const { bins } = problem;
  const [, mu, sigma] = parameters;
  const [ptLowGeV, ptHighGeV] = [bins[0]!.low, bins.at(-1)!.high];
  const within = bins.find(({ low, high }) => mu >= low && mu < high);
  if (within === undefined) {
    return none(
      `the efficiency does not rise to half of a plateau between ${ptLowGeV} and ${ptHighGeV} GeV`,
    );
  }
  if (sigma < NARROWEST * (within.high - within.low)) {
    return none(
      `the efficiency rises within a bin, at ${mu.toFixed(2)} GeV: narrower bins can tell its width`,
    );
  }
  const { information, free } = slopeAt(problem, parameters);
  const inverse = solve(
    free.map((i) => free.map((j) => information[i]![j]!)),
    free.map((i) => free.map((j) => (i === j ? 1 : 0))),
  );
  if (!isConverged || inverse === null) {
    return none(`the fit did not converge in ${MOST_STEPS} steps: look at the points`);
  }
  const covariance = PARAMETERS.map((i) =>
    PARAMETERS.map((j) => inverse[free.indexOf(i)]?.[free.indexOf(j)] ?? 0),
  );
  const span = ptHighGeV - ptLowGeV;
  const errors = PARAMETERS.map((i) => Math.sqrt(covariance[i]![i]!));
  // NaN of a negative variance too: the inverse of a matrix that is all but singular.
  if (!(
    errors[MU]! < span &&
    errors[SIGMA]! < span &&
    errors[PLATEAU]! < 1 &&
    errors[FLOOR]! < 1
  )) {
    return none("the counts do not determine the parameters: more muons or narrower bins can");
  }
  const measured = (i: number, factor = 1): Measurement => ({
    value: factor * parameters[i]!,
    error: factor * errors[i]!,
  });
  return {
    status: "fitted",
    plateau: measured(PLATEAU),
    muGeV: measured(MU),
    sigmaGeV: measured(SIGMA),
    floor: measured(FLOOR),
    covariance,
    held: [
      ...(free.includes(PLATEAU) ? [] : (["plateau"] as const)),
      ...(free.includes(FLOOR) ? [] : (["floor"] as const)),
    ],
    width1090GeV: measured(SIGMA, 2 * Z90),
    chi2,
    ndf: bins.length - free.length,
    ptLowGeV,
    ptHighGeV,
    curve: Array.from({ length: CURVE_INTERVALS + 1 }, (_, i) => {
      const ptGeV = ptLowGeV + (span * i) / CURVE_INTERVALS;
      const { efficiency, gradient } = efficiencyAt(parameters, ptGeV);
      let variance = 0;
      for (const a of PARAMETERS) {
        for (const b of PARAMETERS) variance += gradient[a] * covariance[a]![b]! * gradient[b];
      }
      return { ptGeV, efficiency, error: Math.sqrt(Math.max(0, variance)) };
    }),
  };
}
