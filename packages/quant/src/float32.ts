/** The nearest integer, ties to the even one, as `tf.round` and IEEE 754 do. */
export function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const above = x - floor;
  if (above < 0.5) return floor;
  if (above > 0.5) return floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/** `x` limited to [low, high]. */
export function clip(x: number, low: number, high: number): number {
  return x < low ? low : x > high ? high : x;
}

/** Whether `x` is 2^k with a whole k. */
export function isPowerOfTwo(x: number): boolean {
  return x > 0 && Number.isFinite(x) && 2 ** Math.round(Math.log2(x)) === x;
}

/** Keras' epsilon. */
export const EPSILON = Math.fround(1e-7);

const LN2 = Math.fround(Math.LN2);

/**
 * The power of two nearest to `scale` on a logarithmic scale, as QKeras computes it in float32:
 * 2^round(log(scale + 1e-7) / log(2)).
 */
export function nearestPowerOfTwo(scale: number): number {
  const log = Math.fround(Math.log(Math.fround(scale + EPSILON)));
  return 2 ** roundHalfEven(Math.fround(log / LN2));
}

/**
 * What QKeras returns for `x` quantized to `q`: x + (q - x) in float32. That is q on a power-of-two
 * grid wherever |x| < 2^24 grid steps; elsewhere the last bit differs.
 */
export function straightThrough(x: number, q: number): number {
  return Math.fround(x + Math.fround(Math.fround(q) - x));
}
