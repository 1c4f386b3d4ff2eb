import {
  anyObject,
  checkContext,
  CnntargzError,
  HintPlan,
  optionsCheck,
  type StageContext,
  type TrainedModel,
  z,
} from "@cnntargz/contracts";
import { type LayerFactory, trainModel, type TrainRequest } from "@cnntargz/models";

import { hintGeometry } from "./hint-geometry.js";
import { createHintObjective } from "./hint-objective.js";
import { collectTeacherTargets } from "./teacher-targets.js";

/** Who teaches whom, and how. */
export interface DistillRequest {
  readonly teacher: TrainedModel;
  /** Makes the Teacher's layers: floating-point ones, or those of its quantization scheme. */
  readonly teacherFactory: LayerFactory;
  /** The training of the Student as it would be without a Teacher. */
  readonly student: Omit<TrainRequest, "objective">;
  readonly plan: HintPlan;
  /**
   * Bytes that the Teacher's activations on the training set may take in memory, 500 MB when left
   * out; beyond, the Teacher runs again for every batch, several times slower.
   */
  readonly maxTargetBytes?: number;
}

const checkRequest = optionsCheck<DistillRequest>("distillStudent", {
  teacher: anyObject,
  teacherFactory: z.custom(
    (value) => typeof value === "function",
    "Invalid input: expected function",
  ),
  student: anyObject,
  plan: HintPlan,
  maxTargetBytes: z.number().min(0).optional(),
});

/**
 * Train a Student that besides the labels learns from a frozen Teacher's activations (the loss is
 * that of {@link createHintObjective}). Hints of weight 0 are left out. Adaptation layers are
 * trained along and then dropped.
 *
 * @throws CnntargzError `config` when the two networks do not see the same images and targets or a
 * hint names a layer that does not exist, and as `trainModel` does.
 */
export async function distillStudent(
  request: DistillRequest,
  context: StageContext,
): Promise<TrainedModel> {
  checkContext(context, "distillStudent");
  checkRequest(request);
  const { teacher, teacherFactory, student, plan, maxTargetBytes = 500e6 } = request;
  assertSameTask(teacher, student);
  const geometries = plan.hints
    .filter(({ gamma }) => gamma > 0)
    .map((hint) => hintGeometry(hint, student.spec, teacher.spec));
  const targets = await collectTeacherTargets(teacher, teacherFactory, student.train, geometries, {
    batchSize: student.config.batchSize,
    maxBytes: maxTargetBytes,
    context,
  });
  if (!targets.isPrecomputed) {
    context.logger?.warn(
      `the Teacher's activations need more than ${maxTargetBytes} bytes, so it runs for every batch`,
    );
  }
  const objective = createHintObjective(plan, geometries, targets, student.spec);
  // A checkpoint belongs to the Teacher, too.
  const label = `${objective.label} from ${JSON.stringify([teacher.spec.name, teacher.provenance])}`;
  try {
    return await trainModel({ ...student, objective: { ...objective, label } }, context);
  } finally {
    objective.dispose();
    targets.dispose();
  }
}

function assertSameTask(teacher: TrainedModel, { spec, labelScaling }: DistillRequest["student"]) {
  const facts = [
    ["images", teacher.spec.inputShape, spec.inputShape],
    ["label scaling", teacher.labelScaling, labelScaling],
  ] as const;
  for (const [what, teachers, students] of facts) {
    const [has, wants] = [JSON.stringify(teachers), JSON.stringify(students)];
    if (has === wants) continue;
    throw new CnntargzError(
      "config",
      `Teacher ${teacher.spec.name} and Student ${spec.name} differ in ${what} (${has}, ${wants}); train a Teacher for the Student's images and targets`,
    );
  }
}
