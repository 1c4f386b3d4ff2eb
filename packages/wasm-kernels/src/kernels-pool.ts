import {
  AvgPoolGrad,
  MaxPool,
  type MaxPoolAttrs,
  MaxPoolGrad,
  type TensorInfo,
  backend_util,
} from "@tensorflow/tfjs-core";

import { type KernelCall, type TrainingKernel, allFloat, input } from "./kernel.js";

type PoolInfo = backend_util.Conv2DInfo;

/** MaxPool (tiled windows), MaxPoolGrad (any window, first maximum wins) and AvgPoolGrad. */
export const poolKernels: readonly TrainingKernel[] = [
  { kernelName: MaxPool, run: maxPool },
  { kernelName: MaxPoolGrad, run: maxPoolGradient },
  { kernelName: AvgPoolGrad, run: avgPoolGradient },
];

function poolInfo(call: KernelCall, shape: number[]): PoolInfo {
  const { filterSize, strides, pad, dimRoundingMode } = call.attrs as unknown as MaxPoolAttrs;
  return backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
}

function maxPool(call: KernelCall): TensorInfo {
  const x = input(call, "x");
  const info = poolInfo(call, x.shape);
  if (!allFloat(x) || !isTiled(info)) return call.stock();
  const out = call.runtime.output(info.outShape);
  call.runtime.kernels.maxPoolTiled(call.runtime.address(x), out.address, ...tiles(info));
  return out.info;
}

function maxPoolGradient(call: KernelCall): TensorInfo {
  const [dy, x, y] = [input(call, "dy"), input(call, "input"), input(call, "output")];
  if (!allFloat(dy, x, y)) return call.stock();
  const info = poolInfo(call, x.shape);
  const { runtime } = call;
  const out = runtime.output(x.shape);
  const addresses = [runtime.address(dy), out.address] as const;
  if (isTiled(info)) {
    const [xAt, yAt] = [runtime.address(x), runtime.address(y)];
    runtime.kernels.maxPoolGradientTiled(xAt, yAt, ...addresses, ...tiles(info));
  } else {
    runtime.kernels.maxPoolGradientAny(runtime.address(x), ...addresses, ...windows(info));
  }
  return out.info;
}

function avgPoolGradient(call: KernelCall): TensorInfo {
  const [dy, x] = [input(call, "dy"), input(call, "input")];
  if (!allFloat(dy, x)) return call.stock();
  const out = call.runtime.output(x.shape);
  call.runtime.kernels.avgPoolGradient(
    call.runtime.address(dy),
    out.address,
    ...windows(poolInfo(call, x.shape)),
  );
  return out.info;
}

/** Whether the windows neither overlap, nor leave gaps, nor reach into padding or beyond the image. */
function isTiled(info: PoolInfo): boolean {
  return (
    info.strideHeight === info.filterHeight &&
    info.strideWidth === info.filterWidth &&
    info.padInfo.top === 0 &&
    info.padInfo.left === 0 &&
    info.outHeight * info.filterHeight <= info.inHeight &&
    info.outWidth * info.filterWidth <= info.inWidth
  );
}

type Tiles = [number, number, number, number, number, number, number, number];
function tiles(info: PoolInfo): Tiles {
  return [
    info.batchSize,
    info.inHeight,
    info.inWidth,
    info.inChannels,
    info.filterHeight,
    info.filterWidth,
    info.outHeight,
    info.outWidth,
  ];
}

type Windows = [...Tiles, number, number, number, number];
function windows(info: PoolInfo): Windows {
  return [
    info.batchSize,
    info.inHeight,
    info.inWidth,
    info.inChannels,
    info.filterHeight,
    info.filterWidth,
    info.strideHeight,
    info.strideWidth,
    info.padInfo.top,
    info.padInfo.left,
    info.outHeight,
    info.outWidth,
  ];
}
