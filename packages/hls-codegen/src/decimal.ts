/**
 * The exact decimal of `integer * 2^-fraction`, with exactly `fraction` decimals (one, a zero, when
 * `fraction` is not positive): k * 2^-f = k * 5^f / 10^f.
 *
 * @throws RangeError when `integer` is a number that is no integer.
 */
export function formatDecimal(integer: number | bigint, fraction: number): string {
  const value = BigInt(integer);
  const sign = value < 0n ? "-" : "";
  const magnitude = value < 0n ? -value : value;
  if (fraction <= 0) return `${sign}${String(magnitude << BigInt(-fraction))}.0`;
  const digits = String(magnitude * 5n ** BigInt(fraction)).padStart(fraction + 1, "0");
  return `${sign}${digits.slice(0, -fraction)}.${digits.slice(-fraction)}`;
}
