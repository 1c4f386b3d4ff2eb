export { defaultHintPlan } from "./default-hint-plan.js";
export { distillStudent, type DistillRequest } from "./distill-student.js";
export { openGates } from "./gate.js";
export { createHintObjective, type HintObjective } from "./hint-objective.js";
export { hintGeometry, type HintGeometry, type Window } from "./hint-geometry.js";
export {
  collectTeacherTargets,
  type CollectOptions,
  type TeacherTargets,
} from "./teacher-targets.js";
