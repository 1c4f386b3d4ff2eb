// Pooling over NHWC. "Tiled" = windows neither overlap nor reach into padding.

/** Tiled maximum. */
export function maxPoolTiled(
  x: usize, y: usize, batch: i32, height: i32, width: i32, channels: i32,
  windowHeight: i32, windowWidth: i32, outHeight: i32, outWidth: i32,
): void {
  for (let b: i32 = 0; b < batch; b++) {
    for (let oh: i32 = 0; oh < outHeight; oh++) {
      for (let ow: i32 = 0; ow < outWidth; ow++) {
        const corner: usize = x + ((((b * height + oh * windowHeight) * width + ow * windowWidth) * channels) << 2);
        const out: usize = y + ((((b * outHeight + oh) * outWidth + ow) * channels) << 2);
        let c: i32 = 0;
        for (; c + 4 <= channels; c += 4) {
          let best = v128.load(corner + (c << 2));
          for (let i: i32 = 0; i < windowHeight; i++) {
            for (let j: i32 = 0; j < windowWidth; j++) {
              best = f32x4.max(best, v128.load(corner + (((i * width + j) * channels + c) << 2)));
            }
          }
          v128.store(out + (c << 2), best);
        }
        for (; c < channels; c++) {
          let best = load<f32>(corner + (c << 2));
          for (let i: i32 = 0; i < windowHeight; i++) {
            for (let j: i32 = 0; j < windowWidth; j++) {
              best = max(best, load<f32>(corner + (((i * width + j) * channels + c) << 2)));
            }
          }
          store<f32>(out + (c << 2), best);
        }
      }
    }
  }
}

/** Gradient of the tiled maximum: the first element of the window that equals the maximum gets dy. */
export function maxPoolGradientTiled(
  x: usize, y: usize, dy: usize, dx: usize, batch: i32, height: i32, width: i32, channels: i32,
  windowHeight: i32, windowWidth: i32, outHeight: i32, outWidth: i32,
): void {
  if (outHeight * windowHeight != height || outWidth * windowWidth != width) {
    memory.fill(dx, 0, (batch * height * width * channels) << 2);
  }
  for (let b: i32 = 0; b < batch; b++) {
    for (let oh: i32 = 0; oh < outHeight; oh++) {
      for (let ow: i32 = 0; ow < outWidth; ow++) {
        const corner: usize = (((b * height + oh * windowHeight) * width + ow * windowWidth) * channels) << 2;
        const out: usize = (((b * outHeight + oh) * outWidth + ow) * channels) << 2;
        let c: i32 = 0;
        for (; c + 4 <= channels; c += 4) {
          const best = v128.load(y + out + (c << 2));
          let rest = v128.load(dy + out + (c << 2));
          for (let i: i32 = 0; i < windowHeight; i++) {
            for (let j: i32 = 0; j < windowWidth; j++) {
              const p: usize = corner + (((i * width + j) * channels + c) << 2);
              const hit = f32x4.eq(v128.load(x + p), best);
              v128.store(dx + p, v128.and(rest, hit));
              rest = v128.andnot(rest, hit);
            }
          }
        }
        for (; c < channels; c++) {
          const best = load<f32>(y + out + (c << 2));
          let rest = load<f32>(dy + out + (c << 2));
          for (let i: i32 = 0; i < windowHeight; i++) {
            for (let j: i32 = 0; j < windowWidth; j++) {
              const p: usize = corner + (((i * width + j) * channels + c) << 2);
              if (load<f32>(x + p) == best) {
                store<f32>(dx + p, rest);
                rest = 0;
              } else {
                store<f32>(dx + p, 0);
              }
            }
          }
        }
      }
    }
  }
}

/** Gradient of any maximum pool (overlap, padding): window by window, first maximum wins. */
export function maxPoolGradientAny(
  x: usize, dy: usize, dx: usize, batch: i32, height: i32, width: i32, channels: i32,
  windowHeight: i32, windowWidth: i32, strideH: i32, strideW: i32, padTop: i32, padLeft: i32,
  outHeight: i32, outWidth: i32,
): void {
  memory.fill(dx, 0, (batch * height * width * channels) << 2);
  for (let b: i32 = 0; b < batch; b++) {
    for (let oh: i32 = 0; oh < outHeight; oh++) {
      const top = max(oh * strideH - padTop, 0);
      const bottom = min(oh * strideH - padTop + windowHeight, height);
      for (let ow: i32 = 0; ow < outWidth; ow++) {
        const left = max(ow * strideW - padLeft, 0);
        const right = min(ow * strideW - padLeft + windowWidth, width);
        const out: usize = (((b * outHeight + oh) * outWidth + ow) * channels) << 2;
        for (let c: i32 = 0; c < channels; c++) {
          let best: f32 = -Infinity;
          let bestAt: usize = 0;
          let found: bool = false;
          for (let h: i32 = top; h < bottom; h++) {
            for (let w: i32 = left; w < right; w++) {
              const p: usize = (((b * height + h) * width + w) * channels + c) << 2;
              const value = load<f32>(x + p);
              if (value > best) {
                best = value;
                bestAt = p;
                found = true;
              }
            }
          }
          if (found) store<f32>(dx + bestAt, load<f32>(dx + bestAt) + load<f32>(dy + out + (c << 2)));
        }
      }
    }
  }
}

/** Gradient of any average pool; the divisor is the number of real (not padded) elements of the window. */
export function avgPoolGradient(
  dy: usize, dx: usize, batch: i32, height: i32, width: i32, channels: i32,
  windowHeight: i32, windowWidth: i32, strideH: i32, strideW: i32, padTop: i32, padLeft: i32,
  outHeight: i32, outWidth: i32,
): void {
  memory.fill(dx, 0, (batch * height * width * channels) << 2);
  for (let b: i32 = 0; b < batch; b++) {
    for (let oh: i32 = 0; oh < outHeight; oh++) {
      const top = max(oh * strideH - padTop, 0);
      const bottom = min(oh * strideH - padTop + windowHeight, height);
      for (let ow: i32 = 0; ow < outWidth; ow++) {
        const left = max(ow * strideW - padLeft, 0);
        const right = min(ow * strideW - padLeft + windowWidth, width);
        const out: usize = dy + ((((b * outHeight + oh) * outWidth + ow) * channels) << 2);
        const share: f32 = <f32>(1.0 / <f64>((bottom - top) * (right - left)));
        const shares = f32x4.splat(share);
        for (let h: i32 = top; h < bottom; h++) {
          for (let w: i32 = left; w < right; w++) {
            const pixel: usize = dx + ((((b * height + h) * width + w) * channels) << 2);
            let c: i32 = 0;
            for (; c + 4 <= channels; c += 4) {
              const p: usize = c << 2;
              v128.store(pixel + p, f32x4.add(v128.load(pixel + p), f32x4.mul(v128.load(out + p), shares)));
            }
            for (; c < channels; c++) {
              const p: usize = c << 2;
              store<f32>(pixel + p, load<f32>(pixel + p) + load<f32>(out + p) * share);
            }
          }
        }
      }
    }
  }
}
