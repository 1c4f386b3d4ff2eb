import {
  anyObject,
  type Interval,
  MuonSpectrum,
  optionsCheck,
  power,
  type Proportion,
  type TriggerRate,
  type TurnOnBin,
  z,
} from "@cnntargz/contracts";

/**
 * Muons of charm and beauty decays at the LHC: `pT^-4.5`, which a fit to the cross-section measured
 * by ATLAS for 4 < pT < 20 GeV, |eta| < 2.5, 7 TeV (Phys. Lett. B,
 * arXiv:1109.0525) gives: power 4.47 +- 0.04, all 12 points within 7 %.
 */
export const HEAVY_FLAVOUR_SPECTRUM: MuonSpectrum = { kind: "power", power: 4.5 };

/** What a trigger rate is computed from. */
export interface RateInput {
  readonly thresholdGeV: number;
  readonly turnOn: readonly TurnOnBin[];
  /** Efficiency above the last bin. */
  readonly plateau: Proportion;
  readonly fakeRate: Proportion;
}

/** What a trigger rate assumes. */
export interface RateOptions {
  /** Density of true muons; null for no rate at all. */
  readonly spectrum: MuonSpectrum | null;
  /** Time between two images. */
  readonly bunchCrossingNs: number;
  /** Muons of true pT at or above the threshold per second; null when it is not known. */
  readonly muonHz: number | null;
}

const checkInput = optionsCheck<RateInput>("triggerRate", {
  thresholdGeV: z.number().positive(),
  turnOn: anyObject,
  plateau: anyObject,
  fakeRate: anyObject,
});
const checkOptions = optionsCheck<RateOptions>("triggerRate", {
  spectrum: MuonSpectrum.nullable(),
  bunchCrossingNs: z.number().positive(),
  muonHz: z.number().positive().nullable(),
});

/** Muons of the spectrum above `ptGeV`, in arbitrary units. */
function above(spectrum: MuonSpectrum, ptGeV: number): number {
  return spectrum.kind === "power"
    ? power(ptGeV, 1 - spectrum.power) / (spectrum.power - 1)
    : Math.exp(-spectrum.slopePerGeV * ptGeV) / spectrum.slopePerGeV;
}

/** Sum of weighted efficiencies; their intervals are independent and add in quadrature. */
function weightedSum(
  terms: readonly (readonly [weight: number, efficiency: Proportion])[],
): Interval {
  const sum = { value: 0, up: 0, down: 0 };
  for (const [weight, { value, low, high }] of terms) {
    if (weight === 0) continue;
    sum.value += weight * value!;
    sum.up += (weight * (high - value!)) ** 2;
    sum.down += (weight * (value! - low)) ** 2;
  }
  return interval(sum.value, Math.sqrt(sum.down), Math.sqrt(sum.up));
}

const interval = (value: number, down: number, up: number): Interval => ({
  value,
  low: Math.max(0, value - down),
  high: value + up,
});

/**
 * Rate of a trigger for a falling muon spectrum dN/dpT: the integral of dN/dpT times the efficiency
 * of each bin, over the integral of dN/dpT above the threshold, so that an ideal trigger has 1; and
 * fake rate times crossing rate. Above the last bin the plateau efficiency is taken; muons below the
 * first bin are not counted; within a bin the efficiency is that of the events given.
 *
 * @returns status `none` and the reason without spectrum, or when a bin has no events.
 */
export function triggerRate(input: RateInput, options: RateOptions): TriggerRate {
  checkInput(input);
  checkOptions(options);
  const { thresholdGeV, turnOn, plateau, fakeRate } = input;
  const { spectrum, bunchCrossingNs, muonHz } = options;
  if (spectrum === null) return { status: "none", reason: "no muon spectrum is assumed" };
  const last = turnOn.at(-1)!;
  const pieces = [
    ...turnOn.map(({ ptLowGeV, ptHighGeV, efficiency }) => ({ ptLowGeV, ptHighGeV, efficiency })),
    { ptLowGeV: last.ptHighGeV, ptHighGeV: Infinity, efficiency: plateau },
  ];
  const empty = pieces.find(({ efficiency }) => efficiency.total === 0);
  if (empty !== undefined) {
    const { ptLowGeV, ptHighGeV } = empty;
    const range = ptHighGeV === Infinity ? `above ${ptLowGeV}` : `${ptLowGeV} to ${ptHighGeV}`;
    return { status: "none", reason: `the efficiency for ${range} GeV has no muons to tell it` };
  }
  const ideal = above(spectrum, thresholdGeV);
  const upTo = (ptGeV: number): Interval =>
    weightedSum(
      pieces.map(({ ptLowGeV, ptHighGeV, efficiency }) => {
        const high = Math.min(ptHighGeV, ptGeV);
        const weight =
          high <= ptLowGeV
            ? 0
            : above(spectrum, ptLowGeV) - (high === Infinity ? 0 : above(spectrum, high));
        return [weight / ideal, efficiency];
      }),
    );
  const relativeMuonRate = upTo(Infinity);
  const perSecond = 1e9 / bunchCrossingNs;
  const fakeHz =
    fakeRate.value === null
      ? null
      : {
          value: fakeRate.value * perSecond,
          low: fakeRate.low * perSecond,
          high: fakeRate.high * perSecond,
        };
  return {
    status: "known",
    spectrum,
    relativeMuonRate,
    relativeBelowThreshold: upTo(thresholdGeV),
    bunchCrossingNs,
    fakeHz,
    muonHz,
    totalHz: fakeHz && muonHz !== null ? total(relativeMuonRate, muonHz, fakeHz) : null,
  };
}

/** Muons and fakes per second; their intervals are independent. */
function total(relative: Interval, muonHz: number, fakeHz: Interval): Interval {
  const value = muonHz * relative.value + fakeHz.value;
  const down = Math.hypot(muonHz * (relative.value - relative.low), fakeHz.value - fakeHz.low);
  const up = Math.hypot(muonHz * (relative.high - relative.value), fakeHz.high - fakeHz.value);
  return interval(value, down, up);
}
