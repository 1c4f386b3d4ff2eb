import {
  Conv2D,
  type Conv2DAttrs,
  Conv2DBackpropFilter,
  type Conv2DBackpropFilterAttrs,
  Conv2DBackpropInput,
  type Conv2DBackpropInputAttrs,
  FusedConv2D,
  type FusedConv2DAttrs,
  type TensorInfo,
  backend_util,
} from "@tensorflow/tfjs-core";

import { type KernelCall, type TrainingKernel, allFloat, input } from "./kernel.js";
import { type KernelRuntime, sizeOf } from "./runtime.js";

type ConvInfo = backend_util.Conv2DInfo;
type Shape4 = [number, number, number, number];

/** Conv2D, FusedConv2D and both gradients, for NHWC float32 tensors without dilation. */
export const convKernels: readonly TrainingKernel[] = [
  { kernelName: Conv2D, run: forward },
  { kernelName: FusedConv2D, run: forward },
  { kernelName: Conv2DBackpropFilter, run: filterGradient },
  { kernelName: Conv2DBackpropInput, run: inputGradient },
];

function convInfo(
  x: number[],
  filter: number[],
  attrs: Pick<Conv2DAttrs, "strides" | "pad" | "dimRoundingMode">,
  dilations: Conv2DAttrs["dilations"] = 1,
): ConvInfo {
  return backend_util.computeConv2DInfo(
    x as Shape4,
    filter as Shape4,
    attrs.strides,
    dilations,
    attrs.pad,
    attrs.dimRoundingMode,
  );
}

function forward(call: KernelCall): TensorInfo {
  const attrs = call.attrs as unknown as FusedConv2DAttrs;
  const { activation = "linear" } = attrs as Partial<FusedConv2DAttrs>;
  const [x, filter, bias] = [input(call, "x"), input(call, "filter"), call.inputs["bias"]];
  if (attrs.dataFormat !== "NHWC" || !allFloat(x, filter)) return call.stock();
  const info = convInfo(x.shape, filter.shape, attrs, attrs.dilations);
  if (attrs.pad === "same" && isFilterShorterThanStride(info)) {
    // The stock kernel's own "same" padding wraps around below zero there.
    return call.stock({
      inputs: call.inputs,
      attrs: { ...call.attrs, pad: explicitPadding(info) },
    });
  }
  const handled =
    isPlain(info) &&
    (activation === "linear" || activation === "relu") &&
    call.inputs["preluActivationWeights"] == null &&
    (bias == null || (bias.shape.length === 1 && bias.shape[0] === info.outChannels));
  if (!handled) return call.stock();
  const { runtime } = call;
  const out = runtime.output(info.outShape);
  runtime.kernels.convForward(
    runtime.address(x),
    runtime.address(filter),
    bias == null ? 0 : runtime.address(bias),
    out.address,
    info.batchSize,
    ...imageAndFilter(info),
    activation === "relu" ? 1 : 0,
    runtime.scratch(runtime.kernels.convScratchBytes(...imageAndFilter(info))),
  );
  return out.info;
}

function filterGradient(call: KernelCall): TensorInfo {
  const attrs = call.attrs as unknown as Conv2DBackpropFilterAttrs;
  const [x, dy] = [input(call, "x"), input(call, "dy")];
  if (attrs.dataFormat !== "NHWC" || !allFloat(x, dy)) return call.stock();
  const info = convInfo(x.shape, attrs.filterShape, attrs);
  const { runtime } = call;
  const out = runtime.output([...attrs.filterShape]);
  const spread = spreadGradient(runtime, dy, info);
  const size = imageAndFilter({ ...info, outHeight: spread.height, outWidth: spread.width });
  runtime.kernels.convFilterGradient(
    runtime.address(x),
    spread.address,
    out.address,
    info.batchSize,
    ...size,
    runtime.scratch(runtime.kernels.convScratchBytes(...size)),
  );
  spread.dispose();
  return out.info;
}

function inputGradient(call: KernelCall): TensorInfo {
  const attrs = call.attrs as unknown as Conv2DBackpropInputAttrs;
  const [dy, filter] = [input(call, "dy"), input(call, "filter")];
  if (attrs.dataFormat !== "NHWC" || !allFloat(dy, filter)) return call.stock();
  const info = convInfo(attrs.inputShape, filter.shape, attrs);
  const { filterHeight, filterWidth, inChannels, outChannels } = info;
  // dx is the convolution of dy, padded by filter - 1 - padding, with the rotated filter; explicit padding
  // wider than the filter would make that padding negative.
  const padTop = filterHeight - 1 - info.padInfo.top;
  const padLeft = filterWidth - 1 - info.padInfo.left;
  const bottomFits = info.padInfo.bottom < filterHeight && info.padInfo.right < filterWidth;
  if (padTop < 0 || padLeft < 0 || !bottomFits) return call.stock();
  const { runtime } = call;
  const out = runtime.output([...attrs.inputShape]);
  const spread = spreadGradient(runtime, dy, info);
  const size: ImageAndFilter = [
    spread.height,
    spread.width,
    outChannels,
    filterHeight,
    filterWidth,
    inChannels,
    info.inHeight,
    info.inWidth,
    padTop,
    padLeft,
  ];
  const filterBytes = sizeOf(filter.shape) * 4;
  const scratch = runtime.scratch(filterBytes + runtime.kernels.convScratchBytes(...size));
  const taps = filterHeight * filterWidth;
  runtime.kernels.rotateFilter(runtime.address(filter), scratch, taps, inChannels, outChannels);
  runtime.kernels.convForward(
    spread.address,
    scratch,
    0,
    out.address,
    info.batchSize,
    ...size,
    0,
    scratch + filterBytes,
  );
  spread.dispose();
  return out.info;
}

type ImageAndFilter = [
  height: number,
  width: number,
  inChannels: number,
  filterHeight: number,
  filterWidth: number,
  outChannels: number,
  outHeight: number,
  outWidth: number,
  padTop: number,
  padLeft: number,
];

function imageAndFilter(info: ConvInfo): ImageAndFilter {
  return [
    info.inHeight,
    info.inWidth,
    info.inChannels,
    info.filterHeight,
    info.filterWidth,
    info.outChannels,
    info.outHeight,
    info.outWidth,
    info.padInfo.top,
    info.padInfo.left,
  ];
}

function isFilterShorterThanStride(info: ConvInfo): boolean {
  return info.filterHeight < info.strideHeight || info.filterWidth < info.strideWidth;
}

function explicitPadding({ padInfo }: ConvInfo): [number, number][] {
  const { top, bottom, left, right } = padInfo;
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
}

function isPlain(info: ConvInfo): boolean {
  return (
    info.strideHeight === 1 &&
    info.strideWidth === 1 &&
    info.dilationHeight === 1 &&
    info.dilationWidth === 1
  );
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
