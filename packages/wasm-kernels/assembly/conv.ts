import { forwardBlock, gradientBlock, FORWARD_BLOCK, GRADIENT_BLOCK, GRADIENT_INPUTS } from "./generated-conv";
import { LANES, gatherImages, gatherPadded, scatterImages } from "./lanes";

// Layouts: x[batch][height][width][inChannels], filter[kh][kw][inChannels / groups][outChannels], y NHWC. Output
// channels are cut into `groups` equal parts, and each sees its own part of the input channels: 1 is a plain
// convolution, inChannels a depthwise one.

/** Size of the next block when `left` channels are split into as few blocks as possible, as even as possible. */
function nextBlock(left: i32, largest: i32): i32 {
  const blocks = (left + largest - 1) / largest;
  return (left + blocks - 1) / blocks;
}

/** Size of the input that `outs` output positions reach. */
function reach(outs: i32, stride: i32, filter: i32, dilation: i32): i32 {
  return max((outs - 1) * stride + (filter - 1) * dilation + 1, 0);
}

/** Bytes of scratch that convForward and convFilterGradient need (the larger of the two). */
export function convScratchBytes(
  inChannels: i32, filterHeight: i32, filterWidth: i32, outChannels: i32, outHeight: i32, outWidth: i32,
  strideH: i32, strideW: i32, dilationH: i32, dilationW: i32, groups: i32,
): f64 {
  const paddedHeight = reach(outHeight, strideH, filterHeight, dilationH);
  const paddedWidth = reach(outWidth, strideW, filterWidth, dilationW);
  const x = <f64>paddedHeight * <f64>paddedWidth * <f64>inChannels * 32.0;
  const y = <f64>outHeight * <f64>outWidth * <f64>outChannels * 32.0;
  const sums = <f64>filterHeight * <f64>filterWidth * <f64>(inChannels / groups) * <f64>outChannels * 16.0;
  return x + y + sums;
}

/** y = relu?(conv(x, filter) + bias); bias 0 = none. Negative padding leaves out pixels. */
export function convForward(
  x: usize, filter: usize, bias: usize, y: usize, batch: i32,
  height: i32, width: i32, padTop: i32, padLeft: i32,
  inChannels: i32, filterHeight: i32, filterWidth: i32, outChannels: i32, outHeight: i32, outWidth: i32,
  strideH: i32, strideW: i32, dilationH: i32, dilationW: i32, groups: i32, relu: i32, scratch: usize,
): void {
  const paddedHeight = reach(outHeight, strideH, filterHeight, dilationH);
  const paddedWidth = reach(outWidth, strideW, filterWidth, dilationW);
  const paddedBytes: usize = (paddedHeight * paddedWidth * inChannels) << 5;
  const lanesIn = scratch;
  const lanesOut = scratch + paddedBytes;
  memory.fill(lanesIn, 0, paddedBytes);
  const inSize = height * width * inChannels;
  const outSize = outHeight * outWidth * outChannels;
  const groupInputs = inChannels / groups, groupOutputs = outChannels / groups;
  // The taps of a filter row lie side by side, unless something is between them.
  const isDense = dilationW == 1 && groups == 1;
  const runs = isDense ? 1 : filterWidth;
  const runLength = isDense ? filterWidth * inChannels : groupInputs;
  const pixel: usize = inChannels << 5;
  const row: usize = <usize>paddedWidth * pixel;
  for (let b: i32 = 0; b < batch; b += LANES) {
    const images = min(batch - b, LANES);
    gatherPadded(
      x + ((b * inSize) << 2), images, height, width, inChannels,
      padTop, padLeft, paddedHeight, paddedWidth, lanesIn,
    );
    for (let group: i32 = 0; group < groups; group++) {
      const groupIn: usize = lanesIn + ((group * groupInputs) << 5);
      const end = (group + 1) * groupOutputs;
      for (let c: i32 = group * groupOutputs, n: i32 = 0; c < end; c += n) {
        n = nextBlock(end - c, FORWARD_BLOCK);
        forwardBlock(
          n, outHeight, outWidth, filterHeight, runs, runLength, outChannels,
          <usize>strideW * pixel, <usize>strideH * row, <usize>dilationW * pixel, <usize>dilationH * row,
          groupIn, filter + (c << 2), bias ? bias + (c << 2) : 0, lanesOut + (c << 5), relu,
        );
      }
    }
    scatterImages(lanesOut, outSize, y + ((b * outSize) << 2), outSize, images);
  }
}

// Floats of dy that are walked per tile of rows: 24 kB, so that the tile stays in the first-level cache
// while all taps and channel pairs pass over it.
const TILE_FLOATS: i32 = 6144;

/** dFilter[kh][kw][i][o] = sum over images and positions of x * dy. Fixed summation order. */
export function convFilterGradient(
  x: usize, dy: usize, dFilter: usize, batch: i32,
  height: i32, width: i32, padTop: i32, padLeft: i32,
  inChannels: i32, filterHeight: i32, filterWidth: i32, outChannels: i32, outHeight: i32, outWidth: i32,
  strideH: i32, strideW: i32, dilationH: i32, dilationW: i32, groups: i32, scratch: usize,
): void {
  const paddedHeight = reach(outHeight, strideH, filterHeight, dilationH);
  const paddedWidth = reach(outWidth, strideW, filterWidth, dilationW);
  const paddedBytes: usize = (paddedHeight * paddedWidth * inChannels) << 5;
  const inSize = height * width * inChannels;
  const outSize = outHeight * outWidth * outChannels;
  const groupInputs = inChannels / groups, groupOutputs = outChannels / groups;
  const weights = filterHeight * filterWidth * groupInputs * outChannels;
  const pixel: usize = inChannels << 5;
  const row: usize = <usize>paddedWidth * pixel;
  const lanesIn = scratch;
  const lanesOut = lanesIn + paddedBytes;
  const sums: usize = lanesOut + (outSize << 5);
  memory.fill(lanesIn, 0, paddedBytes);
  memory.fill(sums, 0, weights << 4);
  const tileRows = max(TILE_FLOATS / max(outWidth * outChannels * LANES, 1), 1);
  for (let b: i32 = 0; b < batch; b += LANES) {
    const images = min(batch - b, LANES);
    gatherPadded(
      x + ((b * inSize) << 2), images, height, width, inChannels,
      padTop, padLeft, paddedHeight, paddedWidth, lanesIn,
    );
    gatherImages(dy + ((b * outSize) << 2), outSize, images, outSize, lanesOut);
    for (let top: i32 = 0; top < outHeight; top += tileRows) {
      const rows = min(outHeight - top, tileRows);
      for (let kh: i32 = 0; kh < filterHeight; kh++) {
        for (let kw: i32 = 0; kw < filterWidth; kw++) {
          const corner: usize = lanesIn + <usize>(top * strideH + kh * dilationH) * row + <usize>(kw * dilationW) * pixel;
          for (let group: i32 = 0; group < groups; group++) {
            const end = (group + 1) * groupOutputs;
            for (let i: i32 = 0, inputs: i32 = 0; i < groupInputs; i += inputs) {
              inputs = nextBlock(groupInputs - i, GRADIENT_INPUTS);
              for (let c: i32 = group * groupOutputs, n: i32 = 0; c < end; c += n) {
                n = nextBlock(end - c, GRADIENT_BLOCK);
                gradientBlock(
                  inputs, n, rows, outWidth, outChannels, <usize>strideW * pixel, <usize>strideH * row,
                  corner + ((group * groupInputs + i) << 5),
                  lanesOut + ((top * outWidth * outChannels + c) << 5),
                  sums + ((((kh * filterWidth + kw) * groupInputs + i) * outChannels + c) << 4),
                );
              }
            }
          }
        }
      }
    }
  }
  for (let i: i32 = 0; i < weights; i++) {
    const p: usize = sums + (i << 4);
    store<f32>(
      dFilter + (i << 2),
      load<f32>(p) + load<f32>(p, 4) + (load<f32>(p, 8) + load<f32>(p, 12)),
    );
  }
}

/**
 * The filter with which dx is a convolution of dy in as many groups: to[tap][o][g * inputs + i] =
 * filter[taps - 1 - tap][i][g * outputs + o], with `inputs` and `outputs` channels of a group.
 */
export function rotateFilter(
  filter: usize, to: usize, taps: i32, inChannels: i32, outChannels: i32, groups: i32,
): void {
  const inputs = inChannels / groups, outputs = outChannels / groups;
  for (let tap: i32 = 0; tap < taps; tap++) {
    const from: usize = filter + (((taps - 1 - tap) * inputs * outChannels) << 2);
    for (let o: i32 = 0; o < outputs; o++) {
      for (let group: i32 = 0; group < groups; group++) {
        for (let i: i32 = 0; i < inputs; i++) {
          store<f32>(to, load<f32>(from + ((i * outChannels + group * outputs + o) << 2)));
          to += 4;
        }
      }
    }
  }
}

/** Spreads dy[batch][height][width][channels] with zeros to [(height-1)*strideH+1][(width-1)*strideW+1]. */
export function spreadWithZeros(
  dy: usize, to: usize, batch: i32, height: i32, width: i32, channels: i32, strideH: i32, strideW: i32,
): void {
  const spreadHeight = (height - 1) * strideH + 1;
  const spreadWidth = (width - 1) * strideW + 1;
  const pixel: usize = channels << 2;
  memory.fill(to, 0, (batch * spreadHeight * spreadWidth * channels) << 2);
  for (let b: i32 = 0; b < batch; b++) {
    for (let h: i32 = 0; h < height; h++) {
      for (let w: i32 = 0; w < width; w++) {
        const target = (b * spreadHeight + h * strideH) * spreadWidth + w * strideW;
        memory.copy(to + <usize>target * pixel, dy, pixel);
        dy += pixel;
      }
    }
  }
}
