// The vector type of the instruction set that the including file is compiled for, and its few operations.
#pragma once
#include <immintrin.h>

namespace {

#ifdef __AVX512F__
using Vec = __m512;
constexpr int LANES = 16;

inline Vec zeros() { return _mm512_setzero_ps(); }
inline Vec broadcast(float value) { return _mm512_set1_ps(value); }
inline Vec load(const float *from) { return _mm512_loadu_ps(from); }
inline void store(float *to, Vec v) { _mm512_storeu_ps(to, v); }
inline __mmask16 firstLanes(long count) { return static_cast<__mmask16>((1u << count) - 1); }
/** The first `count` < LANES values, zeros behind. */
inline Vec loadPart(const float *from, long count) { return _mm512_maskz_loadu_ps(firstLanes(count), from); }
inline void storePart(float *to, Vec v, long count) { _mm512_mask_storeu_ps(to, firstLanes(count), v); }
inline Vec add(Vec a, Vec b) { return _mm512_add_ps(a, b); }
inline Vec sub(Vec a, Vec b) { return _mm512_sub_ps(a, b); }
inline Vec mul(Vec a, Vec b) { return _mm512_mul_ps(a, b); }
inline Vec div(Vec a, Vec b) { return _mm512_div_ps(a, b); }
inline Vec root(Vec a) { return _mm512_sqrt_ps(a); }
inline Vec fma(Vec a, Vec b, Vec c) { return _mm512_fmadd_ps(a, b, c); }
inline Vec roundHalfEven(Vec a) { return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
/** The larger one; NaN where either is NaN. */
inline Vec maximum(Vec a, Vec b) {
  return _mm512_mask_mov_ps(_mm512_max_ps(a, b), _mm512_cmp_ps_mask(a, a, _CMP_UNORD_Q), a);
}
inline Vec minimum(Vec a, Vec b) {
  return _mm512_mask_mov_ps(_mm512_min_ps(a, b), _mm512_cmp_ps_mask(a, a, _CMP_UNORD_Q), a);
}
using Mask = __mmask16;
inline Mask equal(Vec a, Vec b) { return _mm512_cmp_ps_mask(a, b, _CMP_EQ_OQ); }
inline Mask greater(Vec a, Vec b) { return _mm512_cmp_ps_mask(a, b, _CMP_GT_OQ); }
inline Mask atMost(Vec a, Vec b) { return _mm512_cmp_ps_mask(a, b, _CMP_LE_OQ); }
inline Mask both(Mask a, Mask b) { return static_cast<Mask>(a & b); }
/** v where the mask is set, else 0. */
inline Vec keep(Mask mask, Vec v) { return _mm512_maskz_mov_ps(mask, v); }
/** v where the mask is not set, else 0. */
inline Vec drop(Mask mask, Vec v) { return _mm512_maskz_mov_ps(static_cast<Mask>(~mask), v); }
#else
using Vec = __m256;
constexpr int LANES = 8;

inline Vec zeros() { return _mm256_setzero_ps(); }
inline Vec broadcast(float value) { return _mm256_set1_ps(value); }
inline Vec load(const float *from) { return _mm256_loadu_ps(from); }
inline void store(float *to, Vec v) { _mm256_storeu_ps(to, v); }
inline __m256i firstLanes(long count) {
  const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)), lane);
}
/** The first `count` < LANES values, zeros behind. */
inline Vec loadPart(const float *from, long count) { return _mm256_maskload_ps(from, firstLanes(count)); }
inline void storePart(float *to, Vec v, long count) { _mm256_maskstore_ps(to, firstLanes(count), v); }
inline Vec add(Vec a, Vec b) { return _mm256_add_ps(a, b); }
inline Vec sub(Vec a, Vec b) { return _mm256_sub_ps(a, b); }
inline Vec mul(Vec a, Vec b) { return _mm256_mul_ps(a, b); }
inline Vec div(Vec a, Vec b) { return _mm256_div_ps(a, b); }
inline Vec root(Vec a) { return _mm256_sqrt_ps(a); }
inline Vec fma(Vec a, Vec b, Vec c) { return _mm256_fmadd_ps(a, b, c); }
inline Vec roundHalfEven(Vec a) { return _mm256_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
/** The larger one; NaN where either is NaN. */
inline Vec maximum(Vec a, Vec b) { return _mm256_blendv_ps(_mm256_max_ps(a, b), a, _mm256_cmp_ps(a, a, _CMP_UNORD_Q)); }
inline Vec minimum(Vec a, Vec b) { return _mm256_blendv_ps(_mm256_min_ps(a, b), a, _mm256_cmp_ps(a, a, _CMP_UNORD_Q)); }
using Mask = __m256;
inline Mask equal(Vec a, Vec b) { return _mm256_cmp_ps(a, b, _CMP_EQ_OQ); }
inline Mask greater(Vec a, Vec b) { return _mm256_cmp_ps(a, b, _CMP_GT_OQ); }
inline Mask atMost(Vec a, Vec b) { return _mm256_cmp_ps(a, b, _CMP_LE_OQ); }
inline Mask both(Mask a, Mask b) { return _mm256_and_ps(a, b); }
/** v where the mask is set, else 0. */
inline Vec keep(Mask mask, Vec v) { return _mm256_and_ps(mask, v); }
/** v where the mask is not set, else 0. */
inline Vec drop(Mask mask, Vec v) { return _mm256_andnot_ps(mask, v); }
#endif

inline long least(long a, long b) { return a < b ? a : b; }
inline long most(long a, long b) { return a > b ? a : b; }
inline long ceilDiv(long a, long b) { return (a + b - 1) / b; }

/** The next `lanes` <= LANES values. */
inline Vec loadUpTo(const float *from, long lanes) { return lanes == LANES ? load(from) : loadPart(from, lanes); }
inline void storeUpTo(float *to, Vec v, long lanes) {
  if (lanes == LANES) store(to, v);
  else storePart(to, v, lanes);
}

/** Size of the next block when `left` items are split into as few blocks as possible, as even as possible. */
inline int nextBlock(long left, int largest) {
  return static_cast<int>(ceilDiv(left, ceilDiv(left, largest)));
}

}  // namespace
