// The kernels, once per instruction set. Layouts: images [batch][height][width][channels], filters
// [height][width][inChannels / groups][outChannels], all float32. Every function gives the same bytes in both tables.
#pragma once

/** Negative padding leaves out pixels; each of the groups of output channels sees its own part of the input's. */
struct Conv {
  int batch, height, width, padTop, padLeft, inChannels, filterHeight, filterWidth, outChannels, outHeight, outWidth;
  int strideHeight, strideWidth, dilationHeight, dilationWidth, groups;
};

struct TiledPool {
  int batch, height, width, channels, windowHeight, windowWidth, outHeight, outWidth;
};

struct AdamConstants {
  float beta1, rest1, beta2, rest2, correction1, correction2, learningRate, epsilon;
};

/** One instruction set's kernels. `scratch` is 64-byte aligned and has as many floats as the size function says. */
struct Kernels {
  long (*convScratch)(const Conv &conv);
  void (*convForward)(const Conv &conv, const float *x, const float *filter, const float *bias, float *y, bool relu,
                      float *scratch);
  void (*convFilterGradient)(const Conv &conv, const float *x, const float *dy, float *dFilter, float *scratch);
  long (*matMulScratch)(long rows, long inner, long cols);
  void (*matMul)(const float *a, const float *b, float *c, long rows, long inner, long cols, bool aTransposed,
                 bool bTransposed, const float *bias, bool relu, float *scratch);
  void (*maxPoolTiled)(const TiledPool &pool, const float *x, float *y);
  void (*maxPoolGradientTiled)(const TiledPool &pool, const float *x, const float *y, const float *dy, float *dx);
  void (*reluGradBounded)(const float *x, const float *dy, float *dx, long count, float high);
  void (*fakeQuantize)(const float *x, float *y, long count, float scale, float low, float high);
  void (*sumRows)(const float *x, float *y, long rows, long cols);
  void (*adamStep)(const float *w, float *to, const float *gradient, float *m, float *v, long count,
                   const AdamConstants &constants);
  /** Runs `rounds` rounds of multiply-adds in registers only and says how many GFLOP that was. */
  double (*peakLoop)(long rounds);
};

extern const Kernels kernelsAvx2;
extern const Kernels kernelsAvx512;
