import type { Batch, HintPlan } from "@cnntargz/contracts";
import { squaredErrors } from "@cnntargz/models";

/**
 * 1 for each example whose hints count, else 0: by `sample` where `|y - yT|^2 < |y - yS|^2`, the
 * Teacher is nearer to the label than the Student; by `batch` all or none, by the same comparison of
 * the batch's means. The squared errors are those of the loss (no eta term for background).
 */
export function openGates(
  student: ArrayLike<number>,
  teacher: ArrayLike<number>,
  batch: Batch,
  etaWeight: number,
  gate: HintPlan["gate"],
): Float32Array<ArrayBuffer> {
  const studentErrors = squaredErrors(student, batch, etaWeight);
  const teacherErrors = squaredErrors(teacher, batch, etaWeight);
  if (gate === "sample") {
    return Float32Array.from(studentErrors, (error, index) =>
      teacherErrors[index]! < error ? 1 : 0,
    );
  }
  return new Float32Array(batch.count).fill(sum(teacherErrors) < sum(studentErrors) ? 1 : 0);
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
