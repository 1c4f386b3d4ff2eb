import { compiled, erfc } from "cephes";

await compiled;

/** Efficiencies below this are not told from it: keeps logarithms finite. */
const SMALLEST = 1e-300;

const density = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
/** Beyond this many standard deviations erfc underflows, and cephes throws. */
const FARTHEST = 37;
/** Gaussian probability below z, to full relative precision in the lower tail. */
const below = (z: number): number =>
  z < -FARTHEST ? 0 : z > FARTHEST ? 1 : erfc(-z / Math.SQRT2) / 2;
/** Integral of {@link below} from minus infinity to z. */
const integral = (z: number): number => z * below(z) + density(z);

/** Plateau, position in GeV, width in GeV and floor of a turn-on. */
export type TurnOnParameters = readonly [
  plateau: number,
  muGeV: number,
  sigmaGeV: number,
  floor: number,
];

/** An efficiency, its complement (both to full relative precision) and its derivatives. */
export interface Efficiency {
  readonly efficiency: number;
  readonly inefficiency: number;
  /** By each parameter. */
  readonly gradient: TurnOnParameters;
}

function efficiencyOf(
  [plateau, , , floor]: TurnOnParameters,
  rise: number,
  rest: number,
  byMu: number,
  bySigma: number,
): Efficiency {
  const height = plateau - floor;
  return {
    efficiency: floor + height * rise,
    inefficiency: (1 - plateau) * rise + (1 - floor) * rest,
    gradient: [rise, height * byMu, height * bySigma, rest],
  };
}

/** `floor + (plateau - floor) / 2 (1 + erf((pT - mu) / (sqrt(2) sigma)))` at a true pT. */
export function efficiencyAt(parameters: TurnOnParameters, ptGeV: number): Efficiency {
  const [, mu, sigma] = parameters;
  const z = (ptGeV - mu) / sigma;
  const byMu = -density(z) / sigma;
  return efficiencyOf(parameters, below(z), below(-z), byMu, z * byMu);
}

/**
 * {@link efficiencyAt} averaged over true pT in [low, high], as for a flat spectrum within the bin:
 * with Phi the Gaussian distribution function and I(z) = z Phi(z) + phi(z) its integral, the mean of
 * Phi over [a, b] is (I(b) - I(a)) / (b - a).
 */
export function binEfficiency(
  parameters: TurnOnParameters,
  lowGeV: number,
  highGeV: number,
): Efficiency {
  const [, mu, sigma] = parameters;
  const [a, b] = [(lowGeV - mu) / sigma, (highGeV - mu) / sigma];
  const width = b - a;
  return efficiencyOf(
    parameters,
    Math.max(SMALLEST, (integral(b) - integral(a)) / width),
    // Phi(-z) = 1 - Phi(z): the mirrored mean, without the cancellation of 1 - rise.
    Math.max(SMALLEST, (integral(-a) - integral(-b)) / width),
    -(below(b) - below(a)) / width / sigma,
    (density(b) - density(a)) / width / sigma,
  );
}
