// Batch-innermost layout: eight images side by side, one image per lane, so that the vector units are
// full for any number of channels (1, 6, 10, 17...). A value occupies 8 * 4 = 32 bytes.

/** Images that are processed together. */
export const LANES: i32 = 8;

/** a * b + c: one rounding in the relaxed-SIMD build where the processor has FMA, else two. */
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(c, f32x4.mul(a, b));
}

/** Transposes a 4x4 block of floats; strides in bytes. */
function transposeBlock(from: usize, fromStride: usize, to: usize, toStride: usize): void {
  const a = v128.load(from);
  const b = v128.load(from + fromStride);
  const c = v128.load(from + 2 * fromStride);
  const d = v128.load(from + 3 * fromStride);
  const lowAB = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const highAB = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const lowCD = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const highCD = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(lowAB, lowCD, 0, 2));
  v128.store(to + toStride, v128.shuffle<i64>(lowAB, lowCD, 1, 3));
  v128.store(to + 2 * toStride, v128.shuffle<i64>(highAB, highCD, 0, 2));
  v128.store(to + 3 * toStride, v128.shuffle<i64>(highAB, highCD, 1, 3));
}

/**
 * Interleaves `count` floats of each of `images` images (image stride `stride` floats) into
 * to[count][LANES]; missing images become zeros.
 */
export function gatherImages(from: usize, stride: i32, images: i32, count: i32, to: usize): void {
  const imageBytes: usize = stride << 2;
  if (images == LANES) {
    let i: i32 = 0;
    for (; i + 4 <= count; i += 4) {
      transposeBlock(from + (i << 2), imageBytes, to + (i << 5), 32);
      transposeBlock(from + 4 * imageBytes + (i << 2), imageBytes, to + (i << 5) + 16, 32);
    }
    for (; i < count; i++) {
      for (let lane: i32 = 0; lane < LANES; lane++) {
        store<f32>(to + (i << 5) + (lane << 2), load<f32>(from + <usize>lane * imageBytes + (i << 2)));
      }
    }
    return;
  }
  for (let lane: i32 = 0; lane < LANES; lane++) {
    const image: usize = from + <usize>lane * imageBytes;
    const column: usize = to + (lane << 2);
    if (lane < images) {
      for (let i: i32 = 0; i < count; i++) store<f32>(column + (i << 5), load<f32>(image + (i << 2)));
    } else {
      for (let i: i32 = 0; i < count; i++) store<f32>(column + (i << 5), 0);
    }
  }
}

/** The reverse of gatherImages; lanes beyond `images` are dropped. */
export function scatterImages(from: usize, count: i32, to: usize, stride: i32, images: i32): void {
  const imageBytes: usize = stride << 2;
  let i: i32 = 0;
  if (images == LANES) {
    for (; i + 4 <= count; i += 4) {
      transposeBlock(from + (i << 5), 32, to + (i << 2), imageBytes);
      transposeBlock(from + (i << 5) + 16, 32, to + 4 * imageBytes + (i << 2), imageBytes);
    }
  }
  for (let lane: i32 = 0; lane < images; lane++) {
    const image: usize = to + <usize>lane * imageBytes;
    const column: usize = from + (lane << 2);
    for (let k: i32 = i; k < count; k++) store<f32>(image + (k << 2), load<f32>(column + (k << 5)));
  }
}

/**
 * Interleaves images into a padded image whose border is already zero. Negative padding, and a padded image that is
 * smaller than the image, leave out what does not fit.
 */
export function gatherPadded(
  x: usize, images: i32, height: i32, width: i32, channels: i32,
  padTop: i32, padLeft: i32, paddedHeight: i32, paddedWidth: i32, to: usize,
): void {
  const row = width * channels;
  const image = height * row;
  if (paddedHeight == height && paddedWidth == width && padTop == 0 && padLeft == 0) {
    gatherImages(x, image, images, image, to);
    return;
  }
  const left = max(-padLeft, 0);
  const cols = min(width, paddedWidth - padLeft) - left;
  if (cols <= 0) return;
  const bottom = min(height, paddedHeight - padTop);
  for (let h: i32 = max(-padTop, 0); h < bottom; h++) {
    const target: usize = to + ((((h + padTop) * paddedWidth + padLeft + left) * channels) << 5);
    gatherImages(x + ((h * row + left * channels) << 2), image, images, cols * channels, target);
  }
}
