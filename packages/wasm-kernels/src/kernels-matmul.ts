import {
  BatchMatMul,
  type TensorInfo,
  _FusedMatMul,
  type _FusedMatMulAttrs,
  backend_util,
} from "@tensorflow/tfjs-core";

import { activate } from "./activation.js";
import { type KernelCall, type TrainingKernel, allFloat, input, isVector } from "./kernel.js";
import { sizeOf } from "./runtime.js";

/** BatchMatMul and _FusedMatMul with any transposition, activation and broadcast over the batch, float32. */
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
  // The stock kernels refuse what is left.
  const handled = allFloat(a, b) && inner === bInner && (bias == null || isVector(bias, cols));
  if (!handled) return call.stock();
  const { runtime } = call;
  const aBatch = a.shape.slice(0, -2);
  const bBatch = b.shape.slice(0, -2);
  const batch = backend_util.assertAndGetBroadcastShape(aBatch, bBatch);
  const out = runtime.output([...batch, rows, cols]);
  const scratch = runtime.scratch(runtime.kernels.matMulScratchBytes(inner));
  for (let i = 0; i < sizeOf(batch); i++) {
    runtime.kernels.matMul(
      runtime.address(a) + broadcastIndex(i, batch, aBatch) * aRows * aCols * 4,
      runtime.address(b) + broadcastIndex(i, batch, bBatch) * bRows * bCols * 4,
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
  return activation === "relu" ? out.info : activate(call, activation, out.info);
}

/** Where element `index` of a tensor of shape `whole` comes from in one of shape `part`, broadcast to it. */
function broadcastIndex(index: number, whole: readonly number[], part: readonly number[]): number {
  let rest = index;
  let from = 0;
  let step = 1;
  for (let axis = 1; axis <= part.length; axis++) {
    const size = part.at(-axis)!;
    if (size > 1) from += (rest % size) * step;
    step *= size;
    rest = Math.floor(rest / whole.at(-axis)!);
  }
  return from;
}

function lastTwo({ shape }: TensorInfo): [number, number] {
  return [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
}
