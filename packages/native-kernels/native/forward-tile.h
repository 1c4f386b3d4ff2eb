// The inner loop of the forward convolution and of the matrix product.
#pragma once
#include "vector.h"

namespace {

#ifdef __AVX512F__
/** Output channels of one block: with two positions, 20 accumulators of the 32 registers. */
constexpr int FORWARD_CHANNELS = 10;
/** Positions that share a loaded weight, a power of two, by number of channels. */
constexpr int FORWARD_POSITIONS[] = {0, 8, 8, 4, 4, 4, 4, 2, 2, 2, 2};
#else
constexpr int FORWARD_CHANNELS = 6;
constexpr int FORWARD_POSITIONS[] = {0, 8, 4, 2, 2, 2, 2};
#endif

/** Sizes of a walk over output positions; all steps in floats. */
struct Walk {
  long rows, cols;
  /** Filter rows, runs of adjacent values of x in each, and values in a run. */
  long filterRows, runs, runLength;
  /** From one position, and from one row of positions, to the next in x; the same for the runs and filter rows. */
  long xStep, xRow, runStep, filterRow;
  long yStep, yRow;
  /** From one weight of an output channel to its next. */
  long filterStep;
  bool relu;
};

/**
 * y[position][0..C) = bias + sum over taps of x * filter, for LANES images at a time. Each sum is one chain of
 * fused multiply-adds in the order of the taps, so its bytes depend neither on P and C nor on LANES.
 */
template <int P, int C>
inline void forwardCols(const Walk &walk, const float *x, const float *filter, const float *bias, float *y, long col) {
  for (; col + P <= walk.cols; col += P) {
    Vec sum[P][C];
#pragma GCC unroll 10
    for (int c = 0; c < C; c++) {
#pragma GCC unroll 8
      for (int p = 0; p < P; p++) sum[p][c] = bias ? broadcast(bias[c]) : zeros();
    }
    const float *weight = filter;
    for (long row = 0; row < walk.filterRows; row++) {
      const float *start = x + row * walk.filterRow + col * walk.xStep;
      for (long run = 0; run < walk.runs; run++) {
        const float *pixel = start + run * walk.runStep;
        for (long tap = 0; tap < walk.runLength; tap++) {
          Vec value[P];
#pragma GCC unroll 8
          for (int p = 0; p < P; p++) value[p] = load(pixel + p * walk.xStep);
#pragma GCC unroll 10
          for (int c = 0; c < C; c++) {
            const Vec w = broadcast(weight[c]);
#pragma GCC unroll 8
            for (int p = 0; p < P; p++) sum[p][c] = fma(value[p], w, sum[p][c]);
          }
          pixel += LANES;
          weight += walk.filterStep;
        }
      }
    }
    float *out = y + col * walk.yStep;
#pragma GCC unroll 8
    for (int p = 0; p < P; p++) {
#pragma GCC unroll 10
      for (int c = 0; c < C; c++) {
        store(out + p * walk.yStep + c * LANES, walk.relu ? maximum(sum[p][c], zeros()) : sum[p][c]);
      }
    }
  }
  if constexpr (P > 1) {
    if (col < walk.cols) forwardCols<P / 2, C>(walk, x, filter, bias, y, col);
  }
}

template <int C>
void forwardRows(const Walk &walk, const float *x, const float *filter, const float *bias, float *y) {
  for (long row = 0; row < walk.rows; row++) {
    forwardCols<FORWARD_POSITIONS[C], C>(walk, x + row * walk.xRow, filter, bias, y + row * walk.yRow, 0);
  }
}

/** All output channels, block by block; `filter` and `bias` are those of channel 0. */
inline void forwardChannels(const Walk &walk, long channels, const float *x, const float *filter, const float *bias,
                            float *y) {
  using Block = void (*)(const Walk &, const float *, const float *, const float *, float *);
  constexpr Block blocks[] = {
      nullptr, forwardRows<1>, forwardRows<2>, forwardRows<3>, forwardRows<4>, forwardRows<5>, forwardRows<6>,
#ifdef __AVX512F__
      forwardRows<7>, forwardRows<8>, forwardRows<9>, forwardRows<10>,
#endif
  };
  static_assert(sizeof(blocks) / sizeof(*blocks) == FORWARD_CHANNELS + 1);
  for (long c = 0, n = 0; c < channels; c += n) {
    n = nextBlock(channels - c, FORWARD_CHANNELS);
    blocks[n](walk, x, filter + c, bias ? bias + c : nullptr, y + c * LANES);
  }
}

}  // namespace
