import {
  Conv2D,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  DepthwiseConv2dNative,
  DepthwiseConv2dNativeBackpropFilter,
  DepthwiseConv2dNativeBackpropInput,
  FusedConv2D,
  type FusedConv2DAttrs,
  FusedDepthwiseConv2D,
  type TensorInfo,
  backend_util,
} from "@tensorflow/tfjs-core";

import { activate } from "./activation.js";
import { type KernelCall, type TrainingKernel, allFloat, input, isVector } from "./kernel.js";
import type { Conv } from "./module.js";
import { type KernelRuntime, sizeOf } from "./runtime.js";

type ConvInfo = backend_util.Conv2DInfo;
type Shape4 = [number, number, number, number];

/** What the attributes of all six kernels have in common, and what some of them add. */
type ConvAttrs = Pick<FusedConv2DAttrs, "strides" | "pad" | "dimRoundingMode"> &
  Partial<Pick<FusedConv2DAttrs, "dataFormat" | "dilations" | "activation" | "leakyreluAlpha">> & {
    readonly filterShape?: Shape4;
    readonly inputShape?: Shape4;
  };

/** Convolutions and depthwise convolutions, fused or not, and their gradients, for NHWC float32 tensors. */
export const convKernels: readonly TrainingKernel[] = [
  { kernelName: Conv2D, run: (call) => forward(call, false) },
  { kernelName: FusedConv2D, run: (call) => forward(call, false) },
  { kernelName: Conv2DBackpropFilter, run: (call) => filterGradient(call, false) },
  { kernelName: Conv2DBackpropInput, run: (call) => inputGradient(call, false) },
  { kernelName: DepthwiseConv2dNative, run: (call) => forward(call, true) },
  { kernelName: FusedDepthwiseConv2D, run: (call) => forward(call, true) },
  {
    kernelName: DepthwiseConv2dNativeBackpropFilter,
    run: (call) => filterGradient(call, true),
  },
  { kernelName: DepthwiseConv2dNativeBackpropInput, run: (call) => inputGradient(call, true) },
];

function attrsOf(call: KernelCall): ConvAttrs {
  return call.attrs as unknown as ConvAttrs;
}

/** Whether the kernels here handle the call; the gradients of depthwise convolutions do not say their layout. */
function isHandled(call: KernelCall, ...tensors: readonly TensorInfo[]): boolean {
  return (attrsOf(call).dataFormat ?? "NHWC") === "NHWC" && allFloat(...tensors);
}

function convInfo(
  x: number[],
  filter: number[],
  { strides, dilations, pad, dimRoundingMode }: ConvAttrs,
  isDepthwise: boolean,
): ConvInfo {
  return backend_util.computeConv2DInfo(
    x as Shape4,
    filter as Shape4,
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    isDepthwise,
  );
}

function forward(call: KernelCall, isDepthwise: boolean): TensorInfo {
  const { activation = "linear", ...attrs } = attrsOf(call);
  const [x, filter, bias] = [input(call, "x"), input(call, "filter"), call.inputs["bias"]];
  if (!isHandled(call, x, filter)) return call.stock();
  const info = convInfo(x.shape, filter.shape, attrs, isDepthwise);
  // The stock kernel refuses other biases.
  if (bias != null && !isVector(bias, info.outChannels)) return call.stock();
  const { runtime } = call;
  const out = runtime.output(info.outShape);
  runtime.kernels.convForward(
    runtime.address(x),
    runtime.address(filter),
    bias == null ? 0 : runtime.address(bias),
    out.address,
    info.batchSize,
    ...convOf(info),
    activation === "relu" ? 1 : 0,
    runtime.scratch(scratchBytes(runtime, convOf(info))),
  );
  return activation === "relu" ? out.info : activate(call, activation, out.info);
}

function filterGradient(call: KernelCall, isDepthwise: boolean): TensorInfo {
  const [x, dy] = [input(call, "x"), input(call, "dy")];
  if (!isHandled(call, x, dy)) return call.stock();
  const attrs = attrsOf(call);
  const filterShape = [...attrs.filterShape!];
  const info = convInfo(x.shape, filterShape, attrs, isDepthwise);
  const { runtime } = call;
  const out = runtime.output(filterShape);
  runtime.kernels.convFilterGradient(
    runtime.address(x),
    runtime.address(dy),
    out.address,
    info.batchSize,
    ...convOf(info),
    runtime.scratch(scratchBytes(runtime, convOf(info))),
  );
  return out.info;
}

/**
 * dx is the convolution of dy, spread by the strides and padded by dilation * (filter - 1) - padding, with the
 * rotated filter.
 */
function inputGradient(call: KernelCall, isDepthwise: boolean): TensorInfo {
  const [dy, filter] = [input(call, "dy"), input(call, "filter")];
  if (!isHandled(call, dy, filter)) return call.stock();
  const attrs = attrsOf(call);
  const inputShape = [...attrs.inputShape!];
  const info = convInfo(inputShape, filter.shape, attrs, isDepthwise);
  const { filterHeight, filterWidth, dilationHeight, dilationWidth, inChannels, outChannels } =
    info;
  const { runtime } = call;
  const out = runtime.output(inputShape);
  const spread = spreadGradient(runtime, dy, info);
  const conv: Conv = [
    spread.height,
    spread.width,
    dilationHeight * (filterHeight - 1) - info.padInfo.top,
    dilationWidth * (filterWidth - 1) - info.padInfo.left,
    outChannels,
    filterHeight,
    filterWidth,
    inChannels,
    info.inHeight,
    info.inWidth,
    1,
    1,
    dilationHeight,
    dilationWidth,
    groupsOf(info),
  ];
  const filterBytes = sizeOf(filter.shape) * 4;
  const scratch = runtime.scratch(filterBytes + scratchBytes(runtime, conv));
  const taps = filterHeight * filterWidth;
  runtime.kernels.rotateFilter(
    runtime.address(filter),
    scratch,
    taps,
    inChannels,
    outChannels,
    groupsOf(info),
  );
  runtime.kernels.convForward(
    spread.address,
    scratch,
    0,
    out.address,
    info.batchSize,
    ...conv,
    0,
    scratch + filterBytes,
  );
  spread.dispose();
  return out.info;
}

function convOf(info: ConvInfo): Conv {
  return [
    info.inHeight,
    info.inWidth,
    info.padInfo.top,
    info.padInfo.left,
    info.inChannels,
    info.filterHeight,
    info.filterWidth,
    info.outChannels,
    info.outHeight,
    info.outWidth,
    info.strideHeight,
    info.strideWidth,
    info.dilationHeight,
    info.dilationWidth,
    groupsOf(info),
  ];
}

/** A depthwise convolution is one with as many groups as input channels. */
function groupsOf({ filterShape, inChannels, outChannels }: ConvInfo): number {
  return filterShape[3] === outChannels ? 1 : inChannels;
}

function scratchBytes(runtime: KernelRuntime, conv: Conv): number {
  const [, , , , ...size] = conv;
  return runtime.kernels.convScratchBytes(...size);
}

/** dy of a strided convolution as dy of one with stride 1: zeros between its elements. */
function spreadGradient(
  runtime: KernelRuntime,
  dy: TensorInfo,
  info: ConvInfo,
): { address: number; height: number; width: number; dispose: () => void } {
  const { batchSize, outHeight, outWidth, outChannels, strideHeight, strideWidth } = info;
  if (strideHeight === 1 && strideWidth === 1) {
    const keep = (): void => undefined;
    return { address: runtime.address(dy), height: outHeight, width: outWidth, dispose: keep };
  }
  const height = Math.max((outHeight - 1) * strideHeight + 1, 0);
  const width = Math.max((outWidth - 1) * strideWidth + 1, 0);
  const { info: spread, address } = runtime.output([batchSize, height, width, outChannels]);
  runtime.kernels.spreadWithZeros(
    runtime.address(dy),
    address,
    batchSize,
    outHeight,
    outWidth,
    outChannels,
    strideHeight,
    strideWidth,
  );
  const dispose = (): void => {
    runtime.backend.disposeData(spread.dataId);
  };
  return { address, height, width, dispose };
}
