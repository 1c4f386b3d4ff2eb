import { type Measurement, type TurnOnBin, type TurnOnFit } from "@cnntargz/contracts";

import { binEfficiency, type TurnOnParameters } from "./erf-turn-on.js";
import { solve } from "./solve.js";

const PARAMETERS = 3;
const MOST_STEPS = 200;
/** A step that would gain less log-likelihood than this is not taken: a millionth of an error. */
const CONVERGED = 1e-12;
/** A rise narrower than this part of its bin leaves no trace in the counts. */
const NARROWEST = 0.05;
/** 90 % point of a unit Gaussian. */
const Z90 = 1.2815515655446004;

/** Which bins are fitted. */
export interface FitOptions {
  /** Only bins within this range of true pT in GeV; all when left out. */
  readonly rangeGeV?: readonly [number, number] | undefined;
}

/** Counts of one bin. */
interface Counts {
  readonly low: number;
  readonly high: number;
  readonly passed: number;
  readonly total: number;
}

const none = (reason: string): TurnOnFit => ({ status: "none", reason });

/**
 * Fit `plateau / 2 (1 + erf((pT - mu) / (sqrt(2) sigma)))`, averaged over each bin, to the counts of
 * a turn-on curve: the maximum of the binomial likelihood, with plateau <= 1. Errors and covariance
 * are the inverse of the expected information, J^T J of residuals whitened with the binomial
 * standard deviation of the model. Bins without events are left out.
 *
 * @returns status `none` and the reason when there is nothing to fit (fewer than 3 bins with events,
 * all or none passing), when the efficiency does not rise within the bins or rises faster than they
 * can tell, or when the search does not converge.
 */
export function fitTurnOn(bins: readonly TurnOnBin[], options: FitOptions = {}): TurnOnFit {
  const [from, to] = options.rangeGeV ?? [-Infinity, Infinity];
  const counts = bins
    .filter(({ ptLowGeV, ptHighGeV }) => ptLowGeV >= from && ptHighGeV <= to)
    .filter(({ efficiency }) => efficiency.total > 0)
    .map(({ ptLowGeV: low, ptHighGeV: high, efficiency: { passed, total } }) => ({
      ...{ low, high, passed, total },
    }));
  if (counts.length < PARAMETERS) {
    return none(`${counts.length} bins have events, a fit of ${PARAMETERS} parameters needs more`);
  }
  const passed = counts.reduce((sum, bin) => sum + bin.passed, 0);
  const total = counts.reduce((sum, bin) => sum + bin.total, 0);
  if (passed === 0) return none("no muon passes: there is no turn-on to fit");
  if (passed === total) return none("every muon passes: there is no turn-on to fit");
  const tried = startsOf(counts).map((start) => climb(counts, start));
  const best = tried.reduce((a, b) => (b.logLikelihood > a.logLikelihood ? b : a));
  return conclude(counts, best);
}

/** Plausible parameters to begin from: few, of different widths. */
function startsOf(bins: readonly Counts[]): TurnOnParameters[] {
  const plateau = Math.min(0.999, Math.max(...bins.map(({ passed, total }) => passed / total)));
  const rising = bins.find(({ passed, total }) => passed / total >= plateau / 2)!;
  const span = bins.at(-1)!.high - bins[0]!.low;
  return [0.03, 0.1, 0.3].map((width) => [plateau, (rising.low + rising.high) / 2, width * span]);
}

/** Where a search has come to. */
interface Summit {
  readonly parameters: TurnOnParameters;
  readonly logLikelihood: number;
  readonly isConverged: boolean;
}

function logLikelihoodOf(bins: readonly Counts[], parameters: TurnOnParameters): number {
  return bins.reduce((sum, { low, high, passed, total }) => {
    const { efficiency, inefficiency } = binEfficiency(parameters, low, high);
    const failed = total - passed;
    return (
      sum +
      (passed === 0 ? 0 : passed * Math.log(efficiency)) +
      (failed === 0 ? 0 : failed * Math.log(inefficiency))
    );
  }, 0);
}

/** Slope of the log-likelihood and expected information, J^T J of the whitened residuals. */
function slopeAndInformation(bins: readonly Counts[], parameters: TurnOnParameters) {
  const slope = [0, 0, 0];
  const information = [0, 1, 2].map(() => [0, 0, 0]);
  for (const { low, high, passed, total } of bins) {
    const { efficiency, inefficiency, gradient } = binEfficiency(parameters, low, high);
    const perEfficiency = passed / efficiency - (total - passed) / inefficiency;
    const weight = total / efficiency / inefficiency;
    for (let i = 0; i < PARAMETERS; i++) {
      slope[i]! += perEfficiency * gradient[i]!;
      for (let j = 0; j < PARAMETERS; j++) {
        information[i]![j]! += weight * gradient[i]! * gradient[j]!;
      }
    }
  }
  return { slope, information };
}

/** The parameters that move: not a plateau at 1 that wants to go further. */
const moving = ([plateau]: TurnOnParameters, slope: readonly number[]): number[] =>
  plateau >= 1 && slope[0]! >= 0 ? [1, 2] : [0, 1, 2];

/** Levenberg-Marquardt steps on whitened residuals, which climb the likelihood (Fisher scoring). */
function climb(bins: readonly Counts[], start: TurnOnParameters): Summit {
  let parameters = start;
  let logLikelihood = logLikelihoodOf(bins, parameters);
  let damping = 1e-3;
  for (let step = 0; step < MOST_STEPS; step++) {
    const { slope, information } = slopeAndInformation(bins, parameters);
    const free = moving(parameters, slope);
    const shift = (damped: number): number[] | null => {
      const matrix = free.map((i) =>
        free.map((j) => information[i]![j]! * (i === j ? 1 + damped : 1)),
      );
      const right = free.map((i) => [slope[i]!]);
      return solve(matrix, right)?.map(([value]) => value!) ?? null;
    };
    const undamped = shift(0);
    const gain = undamped?.reduce((sum, value, i) => sum + value * slope[free[i]!]!, 0);
    if (gain !== undefined && gain < CONVERGED) {
      return { parameters, logLikelihood, isConverged: true };
    }
    for (let accepted = false; !accepted; damping *= accepted ? 0.1 : 10) {
      if (damping > 1e12) return { parameters, logLikelihood, isConverged: false };
      const moved = moveBy(parameters, free, shift(damping) ?? []);
      const reached = logLikelihoodOf(bins, moved);
      accepted = reached > logLikelihood;
      if (accepted) [parameters, logLikelihood] = [moved, reached];
    }
  }
  return { parameters, logLikelihood, isConverged: false };
}

/** `parameters` after a shift of the free ones: plateau in (0, 1], sigma changed by at most half. */
function moveBy(
  parameters: TurnOnParameters,
  free: readonly number[],
  shift: readonly number[],
): TurnOnParameters {
  const [plateau, mu, sigma] = parameters.map(
    (value, i) => value + (shift[free.indexOf(i)] ?? 0),
  ) as unknown as [number, number, number];
  return [
    Math.min(1, Math.max(parameters[0] / 2, plateau)),
    mu,
    Math.min(parameters[2] * 2, Math.max(parameters[2] / 2, sigma)),
  ];
}

/** Likelihood-ratio chi-square of the counts (S. Baker, R. Cousins, NIM 221 (1984) 437). */
function chiSquare(bins: readonly Counts[], parameters: TurnOnParameters): number {
  const term = (seen: number, expected: number): number =>
    seen === 0 ? 0 : seen * Math.log(seen / expected);
  const half = bins.reduce((sum, { low, high, passed, total }) => {
    const { efficiency, inefficiency } = binEfficiency(parameters, low, high);
    return sum + term(passed, total * efficiency) + term(total - passed, total * inefficiency);
  }, 0);
  return Math.max(0, 2 * half);
}

/** Errors, or what is wrong with the summit. */
function conclude(bins: readonly Counts[], { parameters, isConverged }: Summit): TurnOnFit {
  const [plateau, mu, sigma] = parameters;
  const { slope, information } = slopeAndInformation(bins, parameters);
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
  const free = moving(parameters, slope);
  const unit = free.map((_, i) => free.map((__, j) => (i === j ? 1 : 0)));
  const inverse = solve(
    free.map((i) => free.map((j) => information[i]![j]!)),
    unit,
  );
  if (!isConverged || inverse === null) {
    return none(`the fit did not converge in ${MOST_STEPS} steps: look at the points`);
  }
  const covariance = [0, 1, 2].map((i) =>
    [0, 1, 2].map((j) => inverse[free.indexOf(i)]?.[free.indexOf(j)] ?? 0),
  );
  const errors = covariance.map((row, i) => Math.sqrt(row[i]!));
  // NaN of a negative variance too: the inverse of a matrix that is all but singular.
  if (!(errors[1]! < ptHighGeV - ptLowGeV && errors[2]! < ptHighGeV - ptLowGeV)) {
    return none("the counts do not determine the parameters: more muons can");
  }
  const measured = (i: number, factor = 1): Measurement => ({
    value: factor * parameters[i]!,
    error: factor * errors[i]!,
  });
  return {
    status: "fitted",
    plateau: measured(0),
    muGeV: measured(1),
    sigmaGeV: measured(2),
    covariance,
    plateauAtOne: plateau >= 1,
    width1090GeV: measured(2, 2 * Z90),
    chi2: chiSquare(bins, parameters),
    ndf: bins.length - free.length,
    ptLowGeV,
    ptHighGeV,
  };
}
