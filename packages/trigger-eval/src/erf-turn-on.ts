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

/** Plateau, position in GeV and width in GeV of a turn-on. */
export type TurnOnParameters = readonly [plateau: number, muGeV: number, sigmaGeV: number];

/** Mean efficiency in a bin, its complement (both to full relative precision) and its derivatives. */
export interface BinEfficiency {
  readonly efficiency: number;
  readonly inefficiency: number;
  /** By plateau, muGeV and sigmaGeV. */
  readonly gradient: TurnOnParameters;
}

/**
 * `plateau / 2 (1 + erf((pT - mu) / (sqrt(2) sigma)))` averaged over true pT in [low, high], as
 * for a flat spectrum within the bin: with Phi the Gaussian distribution function and
 * I(z) = z Phi(z) + phi(z) its integral, the mean of Phi over [a, b] is (I(b) - I(a)) / (b - a).
 */
export function binEfficiency(
  [plateau, mu, sigma]: TurnOnParameters,
  lowGeV: number,
  highGeV: number,
): BinEfficiency {
  const [a, b] = [(lowGeV - mu) / sigma, (highGeV - mu) / sigma];
  const rise = Math.max(SMALLEST, (integral(b) - integral(a)) / (b - a));
  // Phi(-z) = 1 - Phi(z): the mirrored mean, without the cancellation of 1 - rise.
  const rest = Math.max(SMALLEST, (integral(-a) - integral(-b)) / (b - a));
  const slope = (below(b) - below(a)) / (b - a);
  return {
    efficiency: plateau * rise,
    inefficiency: 1 - plateau + plateau * rest,
    gradient: [
      rise,
      (-plateau * slope) / sigma,
      (plateau * (density(b) - density(a))) / ((b - a) * sigma),
    ],
  };
}
