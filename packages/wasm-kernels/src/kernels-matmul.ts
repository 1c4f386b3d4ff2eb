import {
  BatchMatMul,
  type TensorInfo,
  Transpose,
  _FusedMatMul,
  type _FusedMatMulAttrs,
  backend_util,
  getKernel,
  util,
} from "@tensorflow/tfjs-core";

import { type KernelCall, type TrainingKernel, allFloat, input } from "./kernel.js";
import { sizeOf } from "./runtime.js";

/** BatchMatMul and _FusedMatMul (linear, relu) with any transposition, float32. */
export const matMulKernels: readonly TrainingKernel[] = [
  { kernelName: BatchMatMul, run: matMul },
  { kernelName: _FusedMatMul, run: matMul },
];

function matMul(call: KernelCall): TensorInfo {
  const attrs = call.attrs as unknown as _FusedMatMulAttrs;
  const { activation = "linear" } = attrs as Partial<_FusedMatMulAttrs>;
  const [a, b, bias] = [input(call, "a"), input(call, "b"), call.inputs["bias"]];
  const { transposeA, transposeB } = attrs;
  const [aRows, aCols] = lastTwo(a);
  const [bRows, bCols] = lastTwo(b);
  const [rows, inner] = transposeA ? [aCols, aRows] : [aRows, aCols];
  const [bInner, cols] = transposeB ? [bCols, bRows] : [bRows, bCols];
  const aBatch = a.shape.slice(0, -2);
  const bBatch = b.shape.slice(0, -2);
  const handled =
    allFloat(a, b) &&
    inner === bInner &&
    (activation === "linear" || activation === "relu") &&
    call.inputs["preluActivationWeights"] == null &&
    (bias == null || (bias.shape.length === 1 && bias.shape[0] === cols)) &&
    // One of the two may be shared by the whole batch; other broadcasts are left to the stock kernel.
    (util.arraysEqual(aBatch, bBatch) || sizeOf(aBatch) === 1 || sizeOf(bBatch) === 1);
  if (!handled) return stockMatMul(call, attrs);
  const { runtime } = call;
  const batch = backend_util.assertAndGetBroadcastShape(aBatch, bBatch);
  const out = runtime.output([...batch, rows, cols]);
  const scratch = runtime.scratch(runtime.kernels.matMulScratchBytes(inner));
  const aStep = sizeOf(aBatch) === 1 ? 0 : aRows * aCols * 4;
  const bStep = sizeOf(bBatch) === 1 ? 0 : bRows * bCols * 4;
  for (let i = 0; i < sizeOf(batch); i++) {
    runtime.kernels.matMul(
      runtime.address(a) + i * aStep,
      runtime.address(b) + i * bStep,
      out.address + i * rows * cols * 4,
      rows,
      inner,
      cols,
      transposeA ? 1 : 0,
      transposeB ? 1 : 0,
      bias == null ? 0 : runtime.address(bias),
      activation === "relu" ? 1 : 0,
      scratch,
    );
  }
  return out.info;
}

/**
 * With a transposed input the stock fused kernel takes wrong elements of the bias and clamps partial sums, so it
 * gets inputs that are already transposed.
 */
function stockMatMul(call: KernelCall, { transposeA, transposeB }: _FusedMatMulAttrs): TensorInfo {
  const isFused = "activation" in call.attrs;
  if (!isFused || (!transposeA && !transposeB)) return call.stock();
  const turned: Record<string, TensorInfo> = {};
  if (transposeA) turned["a"] = transposed(call, input(call, "a"));
  if (transposeB) turned["b"] = transposed(call, input(call, "b"));
  const out = call.stock({
    inputs: { ...call.inputs, ...turned },
    attrs: { ...call.attrs, transposeA: false, transposeB: false },
  });
  for (const { dataId } of Object.values(turned)) call.runtime.backend.disposeData(dataId);
  return out;
}

/** A copy of the tensor with its last two axes exchanged. */
function transposed(call: KernelCall, x: TensorInfo): TensorInfo {
  const axes = x.shape.map((_, axis) => axis);
  const perm = [...axes.slice(0, -2), ...axes.slice(-2).reverse()];
  const { backend } = call.runtime;
  return getKernel(Transpose, "wasm").kernelFunc({
    inputs: { x },
    backend,
    attrs: { perm },
  }) as TensorInfo;
}

function lastTwo({ shape }: TensorInfo): [number, number] {
  return [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
}
