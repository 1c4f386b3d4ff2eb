/** ln n! over Stirling's formula sqrt(2 pi n) (n / e)^n. */
function stirlingError(n: number): number {
  if (n < 16) {
    let factorial = 1;
    for (let i = 2; i <= n; i++) factorial *= i;
    return Math.log(factorial) - (n + 0.5) * Math.log(n) + n - 0.5 * Math.log(2 * Math.PI);
  }
  const square = n * n;
  return (
    (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) /
    n
  );
}

/** `x ln(x / mean) + mean - x`, also where the two nearly agree. */
function deviance(x: number, mean: number): number {
  const v = (x - mean) / (x + mean);
  if (Math.abs(v) > 0.1) return x * Math.log(x / mean) + mean - x;
  let sum = (x - mean) * v;
  let power = 2 * x * v;
  for (let j = 1; ; j++) {
    power *= v * v;
    const next = sum + power / (2 * j + 1);
    if (next === sum) return sum;
    sum = next;
  }
}

/**
 * Probability of k of n, by Loader's saddle-point expansion (Fast and accurate computation of
 * binomial probabilities, 2000): full precision for any n. Of k = n only p^n is left.
 */
function probabilityOf(k: number, n: number, p: number, q: number): number {
  if (k === n) return Math.exp(n * (p < 0.5 ? Math.log(p) : Math.log1p(-q)));
  if (k === 0) return Math.exp(n * (q < 0.5 ? Math.log(q) : Math.log1p(-p)));
  const exponent =
    stirlingError(n) -
    stirlingError(k) -
    stirlingError(n - k) -
    deviance(k, n * p) -
    deviance(n - k, n * q);
  return Math.exp(exponent) * Math.sqrt(n / (2 * Math.PI * k * (n - k)));
}

/**
 * The continued fraction of the incomplete beta function (Didonato and Morris, ACM TOMS 18 (1992)
 * 360, equation 9), x < a / (a + b): `I_x(a, b) = x^a y^b / B(a, b) / fraction`.
 */
function betaFraction(a: number, b: number, x: number, y: number): number {
  const tiny = 1e-300;
  const middle = (m: number): number => {
    const even = ((a + m) * (a * y - b * x + 1 + m * (2 - x))) / (a + 2 * m + 1);
    return m === 0 ? even : m + (m * (b - m) * x) / (a + 2 * m - 1) + even;
  };
  // Lentz's method.
  let fraction = middle(0) || tiny;
  let [c, d] = [fraction, 0];
  for (let m = 1; m < 1e7; m++) {
    const odd = a + 2 * m - 1;
    const over = ((a + m - 1) / odd) * ((a + b + m - 1) / odd) * (m * x) * ((b - m) * x);
    d = 1 / (middle(m) + over * d || tiny);
    c = middle(m) + over / c || tiny;
    const change = c * d;
    fraction *= change;
    if (Math.abs(change - 1) < 1e-16) break;
  }
  return fraction;
}

/** Probabilities of `k` or more and of fewer of n, each to its own last digits. */
export interface BinomialTails {
  readonly atLeast: number;
  readonly below: number;
  /** Derivative of `atLeast` by the logarithm of the odds p / q. */
  readonly slope: number;
}

/**
 * The two tails of a binomial distribution, 1 <= k <= n.
 *
 * @param p probability of a success, in (0, 1)
 * @param q `1 - p`, exact also where p is next to 1
 */
export function binomialTails(k: number, n: number, p: number, q: number): BinomialTails {
  const slope = probabilityOf(k, n, p, q) * k * q;
  const [a, b] = [k, n - k + 1];
  // The fraction converges on the side of the mean where the tail is the smaller one.
  if (p * (a + b) < a) {
    const atLeast = slope / betaFraction(a, b, p, q);
    return { atLeast, below: 1 - atLeast, slope };
  }
  const below = slope / betaFraction(b, a, q, p);
  return { atLeast: 1 - below, below, slope };
}
