// Element by element operations, row sums and Adam.
#pragma once
#include "kernels.h"
#include "vector.h"

namespace {

void reluGradBounded(const float *x, const float *dy, float *dx, long count, float high) {
  const Vec highs = broadcast(high);
  for (long i = 0; i < count; i += LANES) {
    const long lanes = least(count - i, LANES);
    const Vec value = loadUpTo(x + i, lanes);
    const Mask open = both(greater(value, zeros()), atMost(value, highs));
    storeUpTo(dx + i, keep(open, loadUpTo(dy + i, lanes)), lanes);
  }
}

void fakeQuantize(const float *x, float *y, long count, float scale, float low, float high) {
  const Vec scales = broadcast(scale), lows = broadcast(low), highs = broadcast(high);
  for (long i = 0; i < count; i += LANES) {
    const long lanes = least(count - i, LANES);
    const Vec code = roundHalfEven(mul(loadUpTo(x + i, lanes), scales));
    storeUpTo(y + i, div(minimum(maximum(code, lows), highs), scales), lanes);
  }
}

/** Partial sums of the sum over one column: 64, whatever the width of a vector. */
constexpr long COLUMN_SUMS = 64;

inline float sumColumn(const float *x, long count) {
  constexpr long vectors = COLUMN_SUMS / LANES;
  Vec sum[vectors];
  for (long v = 0; v < vectors; v++) sum[v] = zeros();
  long i = 0;
  for (; i + COLUMN_SUMS <= count; i += COLUMN_SUMS) {
    for (long v = 0; v < vectors; v++) sum[v] = add(sum[v], load(x + i + v * LANES));
  }
  float partial[COLUMN_SUMS];
  for (long v = 0; v < vectors; v++) store(partial + v * LANES, sum[v]);
  for (long k = 0; i < count; i++, k++) partial[k] += x[i];
  for (long half = COLUMN_SUMS / 2; half > 0; half /= 2) {
    for (long k = 0; k < half; k++) partial[k] += partial[k + half];
  }
  return partial[0];
}

/** y[cols] = sum over rows of x[rows][cols]: four partial sums per column, in an order that only the shape sets. */
void sumRows(const float *x, float *y, long rows, long cols) {
  if (cols == 1) {
    *y = sumColumn(x, rows);
    return;
  }
  for (long c = 0; c < cols; c += LANES) {
    const long lanes = least(cols - c, LANES);
    Vec sum[4] = {zeros(), zeros(), zeros(), zeros()};
    const float *row = x + c;
    long r = 0;
    for (; r + 4 <= rows; r += 4, row += 4 * cols) {
#pragma GCC unroll 4
      for (int k = 0; k < 4; k++) sum[k] = add(sum[k], loadUpTo(row + k * cols, lanes));
    }
    for (; r < rows; r++, row += cols) sum[0] = add(sum[0], loadUpTo(row, lanes));
    storeUpTo(y + c, add(add(sum[0], sum[1]), add(sum[2], sum[3])), lanes);
  }
}

/** Each operation rounded on its own, as the WebAssembly kernel and tf operations do it: their bytes exactly. */
void adamStep(const float *w, float *to, const float *gradient, float *m, float *v, long count,
              const AdamConstants &constants) {
  const Vec beta1 = broadcast(constants.beta1), rest1 = broadcast(constants.rest1);
  const Vec beta2 = broadcast(constants.beta2), rest2 = broadcast(constants.rest2);
  const Vec correction1 = broadcast(constants.correction1), correction2 = broadcast(constants.correction2);
  const Vec rate = broadcast(constants.learningRate), epsilon = broadcast(constants.epsilon);
  for (long i = 0; i < count; i += LANES) {
    const long lanes = least(count - i, LANES);
    const Vec g = loadUpTo(gradient + i, lanes);
    const Vec first = add(mul(loadUpTo(m + i, lanes), beta1), mul(g, rest1));
    const Vec second = add(mul(loadUpTo(v + i, lanes), beta2), mul(mul(g, g), rest2));
    storeUpTo(m + i, first, lanes);
    storeUpTo(v + i, second, lanes);
    const Vec spread = add(root(div(second, correction2)), epsilon);
    const Vec direction = div(div(first, correction1), spread);
    storeUpTo(to + i, sub(loadUpTo(w + i, lanes), mul(direction, rate)), lanes);
  }
}

/** Twelve chains of fused multiply-adds that touch no memory: what the processor can do at most. */
double peakLoop(long rounds) {
  constexpr int CHAINS = 12;
  Vec sum[CHAINS];
#pragma GCC unroll 12
  for (int c = 0; c < CHAINS; c++) sum[c] = broadcast(static_cast<float>(c));
  const Vec a = broadcast(0.5f), b = broadcast(1.0f);
  for (long r = 0; r < rounds; r++) {
#pragma GCC unroll 12
    for (int c = 0; c < CHAINS; c++) {
      sum[c] = fma(sum[c], a, b);
      // Keeps the compiler from working the chain out beforehand.
      asm volatile("" : "+v"(sum[c]));
    }
  }
  return 2e-9 * CHAINS * LANES * static_cast<double>(rounds);
}

}  // namespace
