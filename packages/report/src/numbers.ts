/** An integer with thousands separators. */
export const integer = (value: number): string => Math.round(value).toLocaleString("en-US");

/** `value` to `digits` significant digits, with thousands separators and without exponent. */
export const significant = (value: number, digits = 4): string =>
  Number(value.toPrecision(digits)).toLocaleString("en-US", { maximumFractionDigits: 10 });

/** A share as percent, to three significant digits. */
export const percent = (share: number): string => `${significant(100 * share, 3)} %`;

/** A rate in thousandths, to three significant digits. */
export const perMille = (rate: number): string => significant(1000 * rate, 3);

/** `part` of `available` in percent; a dash when both are nothing. */
export function shareOf(part: number, available: number): string {
  if (available === 0) return part === 0 ? "-" : "none there";
  return percent(part / available);
}
