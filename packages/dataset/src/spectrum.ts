import { power as raise } from "@cnntargz/contracts";

/** Maps a uniform number in [0, 1) to a value of a spectrum (the inverse of its cumulative distribution). */
export type Spectrum = (uniform: number) => number;

/** Density `x^-power` on [low, high), low > 0. */
export function powerSpectrum(low: number, high: number, power: number): Spectrum {
  if (power === 0) return (uniform) => low + (high - low) * uniform;
  if (power === 1) return (uniform) => low * raise(high / low, uniform);
  const exponent = 1 - power;
  const bottom = raise(low, exponent);
  const top = raise(high, exponent);
  return (uniform) => raise(bottom + (top - bottom) * uniform, 1 / exponent);
}

/** Density `exp(-slope x)` on [low, high). */
export function exponentialSpectrum(low: number, high: number, slope: number): Spectrum {
  if (slope === 0) return (uniform) => low + (high - low) * uniform;
  const span = Math.expm1(-slope * (high - low));
  return (uniform) => low - Math.log1p(span * uniform) / slope;
}
