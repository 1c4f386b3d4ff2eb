// Matrix products: the rows of a stand in the lanes, so that any number of columns (1, 2, 10, 50...) fills them.
#pragma once
#include "forward-tile.h"
#include "lanes.h"

namespace {

/** Panels of LANES rows that are multiplied together; each is one "position" of the forward tile. */
constexpr long PANELS = 8;

long matMulScratch(long, long inner, long cols) {
  return PANELS * LANES * (inner + cols) + inner * cols + LANES;
}

/** c[rows][cols] = a . b (+ bias) (relu); transposed arguments lie in memory as [inner][rows] and [cols][inner]. */
void matMul(const float *a, const float *b, float *c, long rows, long inner, long cols, bool aTransposed,
            bool bTransposed, const float *bias, bool relu, float *scratch) {
  float *packed = scratch;
  float *products = packed + PANELS * LANES * inner;
  const float *right = b;
  if (bTransposed) {
    float *turned = products + PANELS * LANES * cols;
    for (long k = 0; k < inner; k++) {
      for (long j = 0; j < cols; j++) turned[k * cols + j] = b[j * inner + k];
    }
    right = turned;
  }
  for (long row = 0; row < rows; row += PANELS * LANES) {
    const long panels = least(PANELS, ceilDiv(rows - row, LANES));
    for (long p = 0; p < panels; p++) {
      const long first = row + p * LANES, count = least(LANES, rows - first);
      float *panel = packed + p * LANES * inner;
      if (aTransposed) {
        for (long k = 0; k < inner; k++) store(panel + k * LANES, loadUpTo(a + k * rows + first, count));
      } else {
        gather(a + first * inner, inner, count, inner, panel);
      }
    }
    const Walk walk{1, panels, 1, 1, inner, inner * LANES, 0, 0, 0, cols * LANES, 0, cols, relu};
    forwardChannels(walk, cols, packed, right, bias, products);
    for (long p = 0; p < panels; p++) {
      const long first = row + p * LANES, count = least(LANES, rows - first);
      scatter(products + p * LANES * cols, cols, c + first * cols, cols, count);
    }
  }
}

}  // namespace
