// Convolutions and their filter gradients.
#pragma once
#include <cstring>

#include "forward-tile.h"
#include "kernels.h"
#include "lanes.h"

namespace {

/** Lanes of the layout of the sums of the filter gradient; AVX2 fills it in two halves. */
constexpr long SUM_LANES = 16;
/** Floats of one strip of x and y with SUM_LANES lanes: 448 kB, which a second-level cache holds. */
constexpr long STRIP_FLOATS = 114688;
/** Positions of dy that a tile of sums passes over before it is added up; one value for both instruction sets. */
constexpr long TILE_POSITIONS = 64;

/** A strip of output columns [left, left + cols) with the padded input columns under it, in lanes. */
struct Strip {
  long left, cols, paddedRows, paddedCols;
};

/** Size of the input that `outs` output positions reach. */
inline long reach(long outs, long stride, long filter, long dilation) {
  return most((outs - 1) * stride + (filter - 1) * dilation + 1, 0);
}

inline long paddedRows(const Conv &conv) {
  return reach(conv.outHeight, conv.strideHeight, conv.filterHeight, conv.dilationHeight);
}

/** Runs of adjacent input values in a filter row: one, unless something lies between the taps. */
inline long runsOf(const Conv &conv) { return conv.dilationWidth == 1 && conv.groups == 1 ? 1 : conv.filterWidth; }

inline long runLength(const Conv &conv) {
  return static_cast<long>(conv.filterWidth) / runsOf(conv) * (conv.inChannels / conv.groups);
}

inline long weightsOf(const Conv &conv) {
  return static_cast<long>(conv.filterHeight) * conv.filterWidth * (conv.inChannels / conv.groups) * conv.outChannels;
}

inline long stripCols(const Conv &conv) {
  const long column = paddedRows(conv) * conv.strideWidth * conv.inChannels +
                      static_cast<long>(conv.outHeight) * conv.outChannels;
  const long fitting = most(STRIP_FLOATS / SUM_LANES / most(column, 1) / 8 * 8, 8);
  // As even as possible, in multiples of 8.
  const long strips = ceilDiv(conv.outWidth, fitting);
  return strips == 1 ? conv.outWidth : least(ceilDiv(ceilDiv(conv.outWidth, strips), 8) * 8, conv.outWidth);
}

inline Strip stripAt(const Conv &conv, long left) {
  const long cols = least(stripCols(conv), conv.outWidth - left);
  return {left, cols, paddedRows(conv), reach(cols, conv.strideWidth, conv.filterWidth, conv.dilationWidth)};
}

inline long paddedFloats(const Conv &conv, const Strip &strip) {
  return strip.paddedRows * strip.paddedCols * conv.inChannels * LANES;
}

long convScratch(const Conv &conv) {
  const Strip strip = stripAt(conv, 0);
  const long out = static_cast<long>(conv.outHeight) * strip.cols * conv.outChannels * LANES;
  return paddedFloats(conv, strip) + out + weightsOf(conv) * SUM_LANES + 3 * SUM_LANES;
}

/** Rounds up so that the next buffer starts on a cache line. */
inline long aligned(long floats) { return ceilDiv(floats, SUM_LANES) * SUM_LANES; }

/** Interleaves the input under a strip; what the images do not reach stays as it was (zero). */
inline void gatherStrip(const Conv &conv, const Strip &strip, const float *x, long images, float *to) {
  const long channels = conv.inChannels, row = conv.width * channels, image = conv.height * row;
  // Ranges of input columns and rows under the strip.
  const long shift = strip.left * conv.strideWidth - conv.padLeft;
  const long first = most(shift, 0), last = least(shift + strip.paddedCols, conv.width);
  const long top = most(-conv.padTop, 0), bottom = least(conv.height, strip.paddedRows - conv.padTop);
  if (last <= first || bottom <= top) return;
  if (conv.padTop == 0 && last - first == conv.width && strip.paddedCols == conv.width) {
    gather(x, image, images, bottom * row, to);
    return;
  }
  for (long h = top; h < bottom; h++) {
    const long target = (h + conv.padTop) * strip.paddedCols + first - shift;
    gather(x + h * row + first * channels, image, images, (last - first) * channels, to + target * channels * LANES);
  }
}

void convForward(const Conv &conv, const float *x, const float *filter, const float *bias, float *y, bool relu,
                 float *scratch) {
  const long inSize = static_cast<long>(conv.height) * conv.width * conv.inChannels;
  const long outRow = static_cast<long>(conv.outWidth) * conv.outChannels, outSize = conv.outHeight * outRow;
  for (long left = 0; left < conv.outWidth; left += stripCols(conv)) {
    const Strip strip = stripAt(conv, left);
    const long padded = paddedFloats(conv, strip);
    float *in = scratch, *out = scratch + aligned(padded);
    std::memset(in, 0, padded * sizeof(float));
    const long pixel = conv.inChannels * LANES, outPixel = conv.outChannels * LANES;
    const long row = strip.paddedCols * pixel;
    const Walk walk{conv.outHeight,           strip.cols,
                    conv.filterHeight,        runsOf(conv),
                    runLength(conv),          conv.strideWidth * pixel,
                    conv.strideHeight * row,  conv.dilationWidth * pixel,
                    conv.dilationHeight * row, outPixel,
                    strip.cols * outPixel,    conv.outChannels,
                    relu};
    const long inputs = conv.inChannels / conv.groups, outputs = conv.outChannels / conv.groups;
    for (long b = 0; b < conv.batch; b += LANES) {
      const long images = least(conv.batch - b, LANES);
      gatherStrip(conv, strip, x + b * inSize, images, in);
      for (long g = 0, c = 0; g < conv.groups; g++, c += outputs) {
        forwardChannels(walk, outputs, in + g * inputs * LANES, filter + c, bias ? bias + c : nullptr, out + c * LANES);
      }
      float *target = y + b * outSize + left * conv.outChannels;
      const long count = strip.cols * conv.outChannels;
      if (strip.cols == conv.outWidth) {
        scatter(out, outSize, target, outSize, images);
      } else {
        for (long h = 0; h < conv.outHeight; h++) scatter(out + h * count * LANES, count, target + h * outRow, outSize, images);
      }
    }
  }
}

#ifdef __AVX512F__
/** Taps and output channels of one block: 25 accumulators of the 32 registers. */
constexpr int GRADIENT_TAPS = 5, GRADIENT_CHANNELS = 5;
#else
constexpr int GRADIENT_TAPS = 3, GRADIENT_CHANNELS = 4;
#endif

/** Positions of one tile: steps in floats as in Walk, of dy in place of y. */
struct Tile {
  long rows, cols, xStep, xRow, dyStep, dyRow, sumStep;
};

/** sums[tap][channel] += sum over the positions of a tile of x * dy, for LANES images side by side. */
template <int T, int C>
void gradientTile(const Tile &tile, const float *x, const float *dy, float *sums) {
  Vec sum[T][C];
#pragma GCC unroll 5
  for (int t = 0; t < T; t++) {
#pragma GCC unroll 5
    for (int c = 0; c < C; c++) sum[t][c] = zeros();
  }
  for (long row = 0; row < tile.rows; row++) {
    const float *pixel = x + row * tile.xRow, *gradient = dy + row * tile.dyRow;
    for (long col = 0; col < tile.cols; col++) {
      Vec value[T];
#pragma GCC unroll 5
      for (int t = 0; t < T; t++) value[t] = load(pixel + t * LANES);
#pragma GCC unroll 5
      for (int c = 0; c < C; c++) {
        const Vec g = load(gradient + c * LANES);
#pragma GCC unroll 5
        for (int t = 0; t < T; t++) sum[t][c] = fma(value[t], g, sum[t][c]);
      }
      pixel += tile.xStep;
      gradient += tile.dyStep;
    }
  }
#pragma GCC unroll 5
  for (int t = 0; t < T; t++) {
#pragma GCC unroll 5
    for (int c = 0; c < C; c++) {
      float *to = sums + t * tile.sumStep + c * SUM_LANES;
      store(to, add(load(to), sum[t][c]));
    }
  }
}

inline void gradientBlock(int taps, int channels, const Tile &tile, const float *x, const float *dy, float *sums) {
  using Block = void (*)(const Tile &, const float *, const float *, float *);
#define CHANNEL_BLOCKS_4(T) gradientTile<T, 1>, gradientTile<T, 2>, gradientTile<T, 3>, gradientTile<T, 4>
#ifdef __AVX512F__
#define CHANNEL_BLOCKS(T) {CHANNEL_BLOCKS_4(T), gradientTile<T, 5>}
  constexpr Block blocks[GRADIENT_TAPS][GRADIENT_CHANNELS] = {CHANNEL_BLOCKS(1), CHANNEL_BLOCKS(2), CHANNEL_BLOCKS(3),
                                                              CHANNEL_BLOCKS(4), CHANNEL_BLOCKS(5)};
#else
#define CHANNEL_BLOCKS(T) {CHANNEL_BLOCKS_4(T)}
  constexpr Block blocks[GRADIENT_TAPS][GRADIENT_CHANNELS] = {CHANNEL_BLOCKS(1), CHANNEL_BLOCKS(2), CHANNEL_BLOCKS(3)};
#endif
#undef CHANNEL_BLOCKS
#undef CHANNEL_BLOCKS_4
  blocks[taps - 1][channels - 1](tile, x, dy, sums);
}

/** Adds the products of one tile for all taps of all filter rows and all channels; `pixel` and `row` are steps of x. */
inline void gradientOfTile(const Conv &conv, const Tile &tile, long pixel, long row, const float *x, const float *dy,
                           float *sums) {
  const long inputs = conv.inChannels / conv.groups, outputs = conv.outChannels / conv.groups;
  const long runs = runsOf(conv), length = runLength(conv);
  for (long run = 0; run < conv.filterHeight * runs; run++) {
    const float *start = x + run / runs * conv.dilationHeight * row + run % runs * conv.dilationWidth * pixel;
    for (long g = 0; g < conv.groups; g++) {
      int taps = 0;
      for (long tap = 0; tap < length; tap += taps) {
        taps = nextBlock(length - tap, GRADIENT_TAPS);
        int channels = 0;
        for (long c = g * outputs; c < (g + 1) * outputs; c += channels) {
          channels = nextBlock((g + 1) * outputs - c, GRADIENT_CHANNELS);
          gradientBlock(taps, channels, tile, start + (g * inputs + tap) * LANES, dy + c * LANES,
                        sums + ((run * length + tap) * conv.outChannels + c) * SUM_LANES);
        }
      }
    }
  }
}

/**
 * Image i adds to lane i mod 16 of the sums: strip by strip, images in order, tile by tile; within a tile the
 * positions in order. That order is the same for both instruction sets.
 */
void convFilterGradient(const Conv &conv, const float *x, const float *dy, float *dFilter, float *scratch) {
  const long inSize = static_cast<long>(conv.height) * conv.width * conv.inChannels;
  const long outRow = static_cast<long>(conv.outWidth) * conv.outChannels, outSize = conv.outHeight * outRow;
  const long weights = weightsOf(conv);
  float *sums = scratch, *in = scratch + weights * SUM_LANES;
  std::memset(sums, 0, weights * SUM_LANES * sizeof(float));
  for (long left = 0; left < conv.outWidth; left += stripCols(conv)) {
    const Strip strip = stripAt(conv, left);
    const long padded = paddedFloats(conv, strip);
    float *out = in + aligned(padded);
    std::memset(in, 0, padded * sizeof(float));
    const long pixel = conv.inChannels * LANES, row = strip.paddedCols * pixel, outPixel = conv.outChannels * LANES;
    const long tileCols = least(strip.cols, TILE_POSITIONS);
    const long tileRows = most(TILE_POSITIONS / tileCols, 1);
    for (long b = 0; b < conv.batch; b += LANES) {
      const long images = least(conv.batch - b, LANES);
      gatherStrip(conv, strip, x + b * inSize, images, in);
      const float *source = dy + b * outSize + left * conv.outChannels;
      const long count = strip.cols * conv.outChannels;
      if (strip.cols == conv.outWidth) {
        gather(source, outSize, images, outSize, out);
      } else {
        for (long h = 0; h < conv.outHeight; h++) gather(source + h * outRow, outSize, images, count, out + h * count * LANES);
      }
      for (long top = 0; top < conv.outHeight; top += tileRows) {
        for (long col = 0; col < strip.cols; col += tileCols) {
          const Tile tile{least(tileRows, conv.outHeight - top), least(tileCols, strip.cols - col),
                          conv.strideWidth * pixel, conv.strideHeight * row,
                          outPixel, strip.cols * outPixel,
                          conv.outChannels * SUM_LANES};
          gradientOfTile(conv, tile, pixel, row, in + top * tile.xRow + col * tile.xStep,
                         out + (top * strip.cols + col) * outPixel, sums + b % SUM_LANES);
        }
      }
    }
  }
  for (long i = 0; i < weights; i++) {
    float *lane = sums + i * SUM_LANES;
    for (long half = SUM_LANES / 2; half > 0; half /= 2) {
      for (long k = 0; k < half; k++) lane[k] += lane[k + half];
    }
    dFilter[i] = lane[0];
  }
}

}  // namespace
