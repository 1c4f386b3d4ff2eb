// Maximum pools whose windows neither overlap nor reach into padding.
#pragma once
#include <cstring>

#include "kernels.h"
#include "vector.h"

namespace {

void maxPoolTiled(const TiledPool &pool, const float *x, float *y) {
  const long channels = pool.channels, row = pool.width * channels;
  for (long b = 0; b < pool.batch; b++) {
    for (long oh = 0; oh < pool.outHeight; oh++) {
      const float *line = x + (b * pool.height + oh * pool.windowHeight) * row;
      for (long ow = 0; ow < pool.outWidth; ow++) {
        const float *corner = line + ow * pool.windowWidth * channels;
        for (long c = 0; c < channels; c += LANES) {
          const long lanes = least(channels - c, LANES);
          Vec best = loadUpTo(corner + c, lanes);
          for (long i = 0; i < pool.windowHeight; i++) {
            for (long j = i == 0 ? 1 : 0; j < pool.windowWidth; j++) {
              best = maximum(best, loadUpTo(corner + i * row + j * channels + c, lanes));
            }
          }
          storeUpTo(y + c, best, lanes);
        }
        y += channels;
      }
    }
  }
}

/** The first element of a window that equals its maximum gets dy. */
void maxPoolGradientTiled(const TiledPool &pool, const float *x, const float *y, const float *dy, float *dx) {
  const long channels = pool.channels, row = pool.width * channels;
  if (pool.outHeight * pool.windowHeight != pool.height || pool.outWidth * pool.windowWidth != pool.width) {
    std::memset(dx, 0, pool.batch * pool.height * row * sizeof(float));
  }
  for (long b = 0; b < pool.batch; b++) {
    for (long oh = 0; oh < pool.outHeight; oh++) {
      const long line = (b * pool.height + oh * pool.windowHeight) * row;
      for (long ow = 0; ow < pool.outWidth; ow++) {
        const long corner = line + ow * pool.windowWidth * channels;
        for (long c = 0; c < channels; c += LANES) {
          const long lanes = least(channels - c, LANES);
          const Vec best = loadUpTo(y + c, lanes);
          Vec rest = loadUpTo(dy + c, lanes);
          for (long i = 0; i < pool.windowHeight; i++) {
            for (long j = 0; j < pool.windowWidth; j++) {
              const long at = corner + i * row + j * channels + c;
              const Mask hit = equal(loadUpTo(x + at, lanes), best);
              storeUpTo(dx + at, keep(hit, rest), lanes);
              rest = drop(hit, rest);
            }
          }
        }
        y += channels;
        dy += channels;
      }
    }
  }
}

}  // namespace
