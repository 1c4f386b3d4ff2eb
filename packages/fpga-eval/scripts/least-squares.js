/** Coefficients c that minimise sum(((features . c) - target) / target)^2, by normal equations; 0 for a feature that never occurs. */
export function leastSquares(samples) {
  const n = samples[0].features.length;
  const matrix = Array.from({ length: n }, () => new Float64Array(n + 1));
  for (const { features, target } of samples) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) matrix[i][j] += (features[i] * features[j]) / target ** 2;
      matrix[i][n] += features[i] / target;
    }
  }
  for (let i = 0; i < n; i++) if (matrix[i][i] === 0) matrix[i][i] = 1;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (j === i) continue;
      const factor = matrix[j][i] / matrix[i][i];
      for (let k = i; k <= n; k++) matrix[j][k] -= factor * matrix[i][k];
    }
  }
  return matrix.map((row, i) => row[n] / row[i]);
}

export const predict = (coefficients, { features }) =>
  features.reduce((sum, feature, i) => sum + feature * coefficients[i], 0);
export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
export const rms = (values) => Math.sqrt(mean(values.map((v) => v * v)));
export const round = (value, digits = 3) => Number(value.toPrecision(digits));

/** The `share` quantile of `values`, between order statistics so that a new value falls below it with that probability. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = Math.min(Math.max(share * (sorted.length + 1) - 1, 0), sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

/** Every `folds`-th of `rows` after a shuffle that depends on `seed` alone: the index of each row's fold. */
export function foldsOf(rows, folds, seed = 1) {
  let state = seed;
  const keyed = rows.map((row, index) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return { index, key: state };
  });
  const fold = new Array(rows.length);
  keyed.sort((a, b) => a.key - b.key).forEach(({ index }, at) => (fold[index] = at % folds));
  return fold;
}
