/** Floats that TensorFlow's kernels for x86 add at a time (AVX). */
const LANES = 8;
/** Above this many vectors, TensorFlow halves a sum and adds the halves. */
const LEAF = 1024;

/**
 * Sum of each column of a (rows, columns) matrix in float32, in the order in which TensorFlow's
 * kernels for x86 add; another order moves a scale by some ulps.
 */
export function columnSums(x: Float32Array, columns: number): Float32Array {
  if (columns === 1) return Float32Array.of(sumOf(x));
  const sums = new Float32Array(columns);
  const inVectors = columns - (columns % LANES);
  addRows(sums.subarray(0, inVectors), x, columns, x.length >= 16 * columns);
  addRows(sums.subarray(inVectors), x.subarray(inVectors), columns, false);
  return sums;
}

/** Sum of all values: vectors of eight lanes first, then the rest, then the lanes by halves. */
function sumOf(x: Float32Array): number {
  if (x.length > LANES * LEAF) {
    const half = LANES * Math.ceil(Math.ceil(x.length / 2) / LANES);
    return Math.fround(sumOf(x.subarray(0, half)) + sumOf(x.subarray(half)));
  }
  const end = x.length - (x.length % LANES);
  const lanes = new Float32Array(LANES);
  addRows(lanes, x.subarray(0, end), LANES, end >= 4 * LANES);
  let rest = 0;
  for (let i = end; i < x.length; i++) rest = Math.fround(rest + x[i]!);
  for (let width = LANES / 2; width >= 1; width /= 2) {
    for (let lane = 0; lane < width; lane++) lanes[lane]! += lanes[lane + width]!;
  }
  return Math.fround(rest + lanes[0]!);
}

/**
 * Add the rows of `x`, `stride` values apart, to `sums`: one after another, or every fourth into a
 * partial sum of its own, as long as there are four of them.
 */
function addRows(sums: Float32Array, x: Float32Array, stride: number, byFours: boolean): void {
  const width = sums.length;
  const end = byFours ? x.length - (x.length % (4 * stride)) : 0;
  if (byFours) {
    const partial = new Float32Array(4 * width);
    for (let row = 0; row < end; row += 4 * stride) {
      for (let k = 0; k < 4; k++) {
        for (let column = 0; column < width; column++) {
          partial[k * width + column]! += x[row + k * stride + column]!;
        }
      }
    }
    addRows(sums, partial, width, false);
  }
  for (let row = end; row < x.length; row += stride) {
    for (let column = 0; column < width; column++) sums[column]! += x[row + column]!;
  }
}
