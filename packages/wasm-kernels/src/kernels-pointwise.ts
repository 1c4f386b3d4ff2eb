import {
  Identity,
  Prelu,
  Sum,
  type SumAttrs,
  type TensorInfo,
  Tile,
  backend_util,
  getKernel,
  util,
} from "@tensorflow/tfjs-core";

import { type KernelCall, type TrainingKernel, allFloat, input } from "./kernel.js";
import { sizeOf } from "./runtime.js";
import { WasmKernelsError } from "./tensorflow.js";

/**
 * Name of the private kernel `dx = dy where 0 < x && x <= high, else 0`: inputs {x, dy}, attrs {high}; `high` may
 * be Infinity. Only on the wasm backend, once the training kernels are registered.
 */
export const RELU_GRAD_BOUNDED = "ReluGradBounded";

/**
 * Name of the private kernel `y = clamp(roundHalfEven(x * scale), low, high) / scale`: inputs {x}, attrs {scale,
 * low, high}, arithmetic in float32. Only on the wasm backend, once the training kernels are registered; it has
 * no gradient of its own, wrap it in tf.customGrad.
 */
export const FAKE_QUANTIZE = "FakeQuantize";

/** Sum over leading axes, Identity without a copy, Prelu, and the two private kernels. */
export const pointwiseKernels: readonly TrainingKernel[] = [
  { kernelName: Sum, run: sum },
  { kernelName: Identity, run: identity },
  { kernelName: Prelu, run: prelu },
  { kernelName: RELU_GRAD_BOUNDED, run: reluGradBounded },
  { kernelName: FAKE_QUANTIZE, run: fakeQuantize },
];

function sum(call: KernelCall): TensorInfo {
  const { axis, keepDims } = call.attrs as unknown as SumAttrs;
  const x = input(call, "x");
  const axes = util.parseAxisParam(axis, x.shape).sort((a, b) => a - b);
  // Only sums over leading axes: what is left are the columns of a matrix.
  if (!allFloat(x) || axes.some((a, i) => a !== i)) return call.stock();
  const kept = x.shape.slice(axes.length);
  const cols = sizeOf(kept);
  const rows = sizeOf(x.shape.slice(0, axes.length));
  const out = call.runtime.output(keepDims ? [...axes.map(() => 1), ...kept] : kept);
  call.runtime.kernels.sumRows(call.runtime.address(x), out.address, rows, cols);
  return out.info;
}

function identity(call: KernelCall): TensorInfo {
  const x = input(call, "x");
  if (x.dtype === "string") return call.stock();
  call.runtime.backend.incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
}

/** The slopes `alpha` are broadcast over any axes of x; the stock kernel can do so over leading ones only. */
function prelu(call: KernelCall): TensorInfo {
  const [x, alpha] = [input(call, "x"), input(call, "alpha")];
  if (!allFloat(x, alpha)) return call.stock();
  const { runtime } = call;
  if (!util.arraysEqual(backend_util.assertAndGetBroadcastShape(x.shape, alpha.shape), x.shape)) {
    throw new WasmKernelsError(
      `Prelu needs slopes that fit its input [${x.shape.join(", ")}], got [${alpha.shape.join(", ")}].`,
    );
  }
  const sizes = x.shape.map((_, axis) => alpha.shape.at(axis - x.shape.length) ?? 1);
  const first = sizes.findIndex((size) => size > 1);
  const repeats = first < 0 || util.arraysEqual(sizes.slice(first), x.shape.slice(first));
  const slopes = repeats ? alpha : tile(call, { ...alpha, shape: sizes }, x.shape);
  const out = runtime.output(x.shape);
  const [xAt, slopesAt] = [runtime.address(x), runtime.address(slopes)];
  runtime.kernels.prelu(xAt, slopesAt, out.address, sizeOf(x.shape), sizeOf(slopes.shape));
  if (!repeats) runtime.backend.disposeData(slopes.dataId);
  return out.info;
}

/** A copy of x, repeated along its axes of size 1 to the given shape. */
function tile({ runtime: { backend } }: KernelCall, x: TensorInfo, shape: number[]): TensorInfo {
  const reps = shape.map((size, axis) => size / x.shape[axis]!);
  return getKernel(Tile, "wasm").kernelFunc({
    inputs: { x },
    attrs: { reps },
    backend,
  }) as TensorInfo;
}

function reluGradBounded(call: KernelCall): TensorInfo {
  const [x, dy] = [input(call, "x"), input(call, "dy")];
  const high = numberAttr(call, "high");
  if (!allFloat(x, dy) || !util.arraysEqual(x.shape, dy.shape)) {
    throw new WasmKernelsError(
      `${RELU_GRAD_BOUNDED} needs float32 x and dy of one shape, got ${x.dtype} [${x.shape.join(", ")}] and ` +
        `${dy.dtype} [${dy.shape.join(", ")}].`,
    );
  }
  const out = call.runtime.output(x.shape);
  const [xAt, dyAt] = [call.runtime.address(x), call.runtime.address(dy)];
  call.runtime.kernels.reluGradBounded(xAt, dyAt, out.address, sizeOf(x.shape), high);
  return out.info;
}

function fakeQuantize(call: KernelCall): TensorInfo {
  const x = input(call, "x");
  const [scale, low, high] = [
    numberAttr(call, "scale"),
    numberAttr(call, "low"),
    numberAttr(call, "high"),
  ];
  if (!allFloat(x) || !(scale > 0) || !(low <= high)) {
    throw new WasmKernelsError(
      `${FAKE_QUANTIZE} needs a float32 x, scale > 0 and low <= high, got ${x.dtype}, scale ${scale}, low ${low}, ` +
        `high ${high}.`,
    );
  }
  const out = call.runtime.output(x.shape);
  const xAt = call.runtime.address(x);
  call.runtime.kernels.fakeQuantize(xAt, out.address, sizeOf(x.shape), scale, low, high);
  return out.info;
}

function numberAttr(call: KernelCall, name: string): number {
  const value = call.attrs[name];
  if (typeof value !== "number" || Number.isNaN(value)) {
    throw new WasmKernelsError(
      `The attribute "${name}" must be a number, got ${JSON.stringify(value)}.`,
    );
  }
  return value;
}
