import type { Proportion } from "@cnntargz/contracts";

/** An integer with thousands separators. */
export const integer = (value: number): string => Math.round(value).toLocaleString("en-US");

/** `value` to `digits` significant digits, with thousands separators and without exponent. */
export const significant = (value: number, digits = 4): string =>
  Number(value.toPrecision(digits)).toLocaleString("en-US", { maximumFractionDigits: 10 });

/** A share as percent, to three significant digits. */
export const percent = (share: number, digits = 3): string =>
  `${significant(100 * share, digits)} %`;

/** A rate in thousandths, to three significant digits. */
export const perMille = (rate: number): string => significant(1000 * rate, 3);

/** `part` of `available` in percent; a dash when both are nothing. */
export function shareOf(part: number, available: number): string {
  if (available === 0) return part === 0 ? "-" : "none there";
  return percent(part / available);
}

/** A proportion with its interval; empty without events. */
export const interval = (
  { value, low, high }: Proportion,
  format: (value: number) => string,
): string => (value === null ? "" : `${format(value)} (${format(low)}..${format(high)})`);

/**
 * A value with its error, both to the error's last digit: two digits of an error that begins with
 * 100 to 354, one of others (the rule of the Particle Data Group).
 */
export function withError(value: number, error: number): string {
  if (!(error > 0)) return significant(value);
  // The error's own decimal digits: powers of ten and quotients by them are rounded.
  const [mantissa, exponent] = error.toExponential().split("e").map(Number) as [number, number];
  const decimals = Math.max(0, (mantissa < 3.55 ? 1 : 0) - exponent);
  return `${value.toFixed(decimals)} ± ${error.toFixed(decimals)}`;
}
