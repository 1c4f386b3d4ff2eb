import { HintPlan, type NetworkSpec, parseOptions } from "@cnntargz/contracts";
import { errorsPerExample, type Objective } from "@cnntargz/models";
import * as tf from "@tensorflow/tfjs-core";

import { createAdaptation } from "./adaptation.js";
import { openGates } from "./gate.js";
import type { HintGeometry } from "./hint-geometry.js";
import type { TeacherTargets } from "./teacher-targets.js";

/** An objective that owns variables. */
export interface HintObjective extends Objective {
  dispose(): void;
}

/**
 * The loss of a Student that learns from labels and hints:
 * `L = mean_i ( |y_i - yS_i|^2 + g_i sum_h gamma_h f H_hi )`, `H_hi = mean over the compared values
 * of (A_h(student activation) - teacher activation / its rms)^2`, where the gate g_i is 1 when the
 * Teacher is better ({@link openGates}) and f falls linearly from 1 to 0 over the plan's
 * `fadeFraction` of the training. The caller disposes it.
 */
export function createHintObjective(
  plan: HintPlan,
  geometries: readonly HintGeometry[],
  targets: TeacherTargets,
  student: NetworkSpec,
): HintObjective {
  parseOptions(HintPlan, plan, "createHintObjective");
  const adaptations = geometries.map(createAdaptation);
  return {
    label: `${student.name} with hints ${JSON.stringify(plan)}`,
    taps: geometries.map(({ hint }) => hint.student),
    extraVariables: adaptations.flatMap(({ variables }) => [...variables]),
    loss(input) {
      const own = tf.mean(errorsPerExample(input));
      const fade = Math.max(0, 1 - input.progress / plan.fadeFraction);
      if (fade === 0 || geometries.length === 0) return own as tf.Scalar;
      const { batch, indices, etaWeight, values } = input;
      const teacherValues = targets.predictions(indices);
      const gates = tf.tensor1d(openGates(values, teacherValues, batch, etaWeight, plan.gate));
      const aims = targets.aims(indices, batch);
      const hints = geometries.map(({ hint }, index) => {
        const adapted = adaptations[index]!.adapt(input.taps[hint.student]!);
        const distances = tf.mean(tf.square(tf.sub(adapted, aims[index]!)), 1);
        return tf.mul(tf.mean(tf.mul(distances, gates)), hint.gamma * fade);
      });
      return tf.addN([own, ...hints]) as tf.Scalar;
    },
    dispose() {
      for (const adaptation of adaptations) adaptation.dispose();
    },
  };
}
