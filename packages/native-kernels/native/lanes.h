// Batch-innermost layout: LANES images side by side, one image per lane, so that the vector units are full for any
// number of channels (1, 6, 10, 17...).
#pragma once
#include "vector.h"

namespace {

/** Transposes 8 x 8 floats; strides in floats. */
inline void transpose8(const float *from, long fromStride, float *to, long toStride) {
  __m256 r[8], s[8];
#pragma GCC unroll 8
  for (int i = 0; i < 8; i++) r[i] = _mm256_loadu_ps(from + i * fromStride);
#pragma GCC unroll 4
  for (int i = 0; i < 8; i += 2) {
    s[i] = _mm256_unpacklo_ps(r[i], r[i + 1]);
    s[i + 1] = _mm256_unpackhi_ps(r[i], r[i + 1]);
  }
#pragma GCC unroll 2
  for (int i = 0; i < 8; i += 4) {
    r[i] = _mm256_shuffle_ps(s[i], s[i + 2], 0x44);
    r[i + 1] = _mm256_shuffle_ps(s[i], s[i + 2], 0xee);
    r[i + 2] = _mm256_shuffle_ps(s[i + 1], s[i + 3], 0x44);
    r[i + 3] = _mm256_shuffle_ps(s[i + 1], s[i + 3], 0xee);
  }
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    _mm256_storeu_ps(to + i * toStride, _mm256_permute2f128_ps(r[i], r[i + 4], 0x20));
    _mm256_storeu_ps(to + (i + 4) * toStride, _mm256_permute2f128_ps(r[i], r[i + 4], 0x31));
  }
}

/** to[count][LANES] from `images` rows of `count` floats, `stride` apart; missing images become zeros. */
inline void gather(const float *from, long stride, long images, long count, float *to) {
  if (images == LANES && count >= 8) {
    // The last block overlaps the one before it: the same values are written twice.
    for (long i = 0; i < count; i = i + 8 == count ? count : least(i + 8, count - 8)) {
      for (int lane = 0; lane < LANES; lane += 8) transpose8(from + lane * stride + i, stride, to + i * LANES + lane, LANES);
    }
    return;
  }
  for (long i = 0; i < count; i++) {
    for (long lane = 0; lane < LANES; lane++) to[i * LANES + lane] = lane < images ? from[lane * stride + i] : 0.0f;
  }
}

/** The reverse of gather; lanes beyond `images` are dropped. */
inline void scatter(const float *from, long count, float *to, long stride, long images) {
  if (images == LANES && count >= 8) {
    for (long i = 0; i < count; i = i + 8 == count ? count : least(i + 8, count - 8)) {
      for (int lane = 0; lane < LANES; lane += 8) transpose8(from + i * LANES + lane, LANES, to + lane * stride + i, stride);
    }
    return;
  }
  for (long i = 0; i < count; i++) {
    for (long lane = 0; lane < images; lane++) to[lane * stride + i] = from[i * LANES + lane];
  }
}

}  // namespace
