// Convolutions of stride 1 and their filter gradients.
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

inline long stripCols(const Conv &conv) {
  const long column = (conv.outHeight + conv.filterHeight - 1) * static_cast<long>(conv.inChannels) +
                      static_cast<long>(conv.outHeight) * conv.outChannels;
  const long fitting = most(STRIP_FLOATS / SUM_LANES / most(column, 1) / 8 * 8, 8);
  // As even as possible, in multiples of 8.
  const long strips = ceilDiv(conv.outWidth, fitting);
  return strips == 1 ? conv.outWidth : least(ceilDiv(ceilDiv(conv.outWidth, strips), 8) * 8, conv.outWidth);
}

inline Strip stripAt(const Conv &conv, long left) {
  const long cols = least(stripCols(conv), conv.outWidth - left);
  return {left, cols, conv.outHeight + conv.filterHeight - 1L, cols + conv.filterWidth - 1L};
}

inline long paddedFloats(const Conv &conv, const Strip &strip) {
  return strip.paddedRows * strip.paddedCols * conv.inChannels * LANES;
}

long convScratch(const Conv &conv) {
  const Strip strip = stripAt(conv, 0);
  const long out = static_cast<long>(conv.outHeight) * strip.cols * conv.outChannels * LANES;
  const long sums = static_cast<long>(conv.filterHeight) * conv.filterWidth * conv.inChannels * conv.outChannels;
  return paddedFloats(conv, strip) + out + sums * SUM_LANES + 3 * SUM_LANES;
}

/** Rounds up so that the next buffer starts on a cache line. */
inline long aligned(long floats) { return ceilDiv(floats, SUM_LANES) * SUM_LANES; }

/** Interleaves the input under a strip; what the images do not reach stays as it was (zero). */
inline void gatherStrip(const Conv &conv, const Strip &strip, const float *x, long images, float *to) {
  const long channels = conv.inChannels, row = conv.width * channels, image = conv.height * row;
  // Range of input columns under the strip.
  const long first = most(strip.left - conv.padLeft, 0);
  const long last = least(strip.left - conv.padLeft + strip.paddedCols, conv.width);
  const long rows = least(conv.height, strip.paddedRows - conv.padTop);
  if (last <= first || rows <= 0) return;
  if (conv.padTop == 0 && last - first == conv.width && strip.paddedCols == conv.width) {
    gather(x, image, images, rows * row, to);
    return;
  }
  for (long h = 0; h < rows; h++) {
    const long target = (h + conv.padTop) * strip.paddedCols + first + conv.padLeft - strip.left;
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
    const Walk walk{conv.outHeight,   strip.cols,
                    conv.filterHeight, static_cast<long>(conv.filterWidth) * conv.inChannels,
                    pixel,            strip.paddedCols * pixel,
                    outPixel,         strip.cols * outPixel,
                    conv.outChannels, relu};
    for (long b = 0; b < conv.batch; b += LANES) {
      const long images = least(conv.batch - b, LANES);
      gatherStrip(conv, strip, x + b * inSize, images, in);
      forwardChannels(walk, conv.outChannels, in, filter, bias, out);
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

/** Adds the products of one tile for all taps of all filter rows and all channels. */
inline void gradientOfTile(const Conv &conv, const Tile &tile, const float *x, const float *dy, float *sums) {
  const long rowTaps = static_cast<long>(conv.filterWidth) * conv.inChannels;
  for (long kh = 0; kh < conv.filterHeight; kh++) {
    int taps = 0;
    for (long tap = 0; tap < rowTaps; tap += taps) {
      taps = nextBlock(rowTaps - tap, GRADIENT_TAPS);
      int channels = 0;
      for (long c = 0; c < conv.outChannels; c += channels) {
        channels = nextBlock(conv.outChannels - c, GRADIENT_CHANNELS);
        gradientBlock(taps, channels, tile, x + kh * tile.xRow + tap * LANES, dy + c * LANES,
                      sums + ((kh * rowTaps + tap) * conv.outChannels + c) * SUM_LANES);
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
  const long weights = static_cast<long>(conv.filterHeight) * conv.filterWidth * conv.inChannels * conv.outChannels;
  float *sums = scratch, *in = scratch + weights * SUM_LANES;
  std::memset(sums, 0, weights * SUM_LANES * sizeof(float));
  for (long left = 0; left < conv.outWidth; left += stripCols(conv)) {
    const Strip strip = stripAt(conv, left);
    const long padded = paddedFloats(conv, strip);
    float *out = in + aligned(padded);
    std::memset(in, 0, padded * sizeof(float));
    const long pixel = conv.inChannels * LANES, outPixel = conv.outChannels * LANES;
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
      for (long row = 0; row < conv.outHeight; row += tileRows) {
        for (long col = 0; col < strip.cols; col += tileCols) {
          const Tile tile{least(tileRows, conv.outHeight - row), least(tileCols, strip.cols - col),
                          pixel,    strip.paddedCols * pixel,
                          outPixel, strip.cols * outPixel,
                          conv.outChannels * SUM_LANES};
          gradientOfTile(conv, tile, in + (row * strip.paddedCols + col) * pixel,
                         out + (row * strip.cols + col) * outPixel, sums + b % SUM_LANES);
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
