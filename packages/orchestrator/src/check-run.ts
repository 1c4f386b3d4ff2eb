import {
  CnntargzError,
  type FloatTensor,
  type IntegerNetwork,
  type TrainedModel,
} from "@cnntargz/contracts";
import { inputType9x16, labelScaling9x16, resolveConfig } from "@cnntargz/dataset";
import { hintGeometry } from "@cnntargz/distill";
import { findCompiler } from "@cnntargz/eda";
import { estimateHls } from "@cnntargz/fpga-eval";
import { planHls, renderHls } from "@cnntargz/hls-codegen";
import { layerShapes, student9x16, teacher9x16 } from "@cnntargz/models";
import { freezeOutput, nBitScheme, toIntegerNetwork } from "@cnntargz/quant";

import type { RunConfig } from "./config.js";
import { datasetOf, noiseDatasetOf } from "./stages/dataset.js";

const PIXELS = student9x16.inputShape.reduce((product, size) => product * size, 1);

/** A tensor of zeros, but for a one in each output channel with `isKernel`. */
function smallTensor(shape: readonly number[], isKernel: boolean): FloatTensor {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  if (isKernel) values.fill(1, 0, shape.at(-1));
  return { dtype: "float32", shape: [...shape], values };
}

/**
 * The Student of a run with weights of no meaning, the smallest that are not zero: what is refused
 * about its firmware is refused whatever the weights.
 */
function untrainedStudent({ quantization, seed }: RunConfig): IntegerNetwork {
  const weights = layerShapes(student9x16).flatMap(({ name, kernelShape }) =>
    kernelShape === null
      ? []
      : [
          [`${name}/kernel`, smallTensor(kernelShape, true)] as const,
          [`${name}/bias`, smallTensor(kernelShape.slice(-1), false)] as const,
        ],
  );
  const model: TrainedModel = {
    kind: "trained-model",
    schemaVersion: 1,
    spec: student9x16,
    quantScheme: nBitScheme(student9x16, quantization.bits),
    inputType: inputType9x16,
    labelScaling: labelScaling9x16,
    weights: Object.fromEntries(weights),
    metrics: { epochs: [], constantLoss: 0, restarts: 0 },
    provenance: { stage: "check", packages: {}, seed, inputs: {}, config: {} },
  };
  const frozen = freezeOutput(model, new Uint8Array(PIXELS), 1);
  return toIntegerNetwork(frozen.model, { typeRule: "interval" });
}

/** Run `check`, whose errors then begin with where in the configuration they are. */
function inside(path: string, check: () => void): void {
  try {
    check();
  } catch (cause) {
    if (!(cause instanceof CnntargzError)) throw cause;
    throw new CnntargzError(cause.code, `${path}: ${cause.message}`, { cause });
  }
}

/**
 * Refuse a configuration whose run can not end, before its first event is made: in the words of the
 * stage that would refuse it.
 *
 * @throws CnntargzError `config` for a dataset, hint or firmware that can not be, or without muons; `tool` without
 * the compiler that verifies it.
 */
export async function checkRun(config: RunConfig): Promise<void> {
  resolveConfig(datasetOf(config));
  if (config.dataset.backgroundFraction === 1) {
    throw new CnntargzError(
      "config",
      "the training set holds no muon (backgroundFraction 1), so that pT and eta can not be learned; make dataset.backgroundFraction smaller, 0.5 is the default",
    );
  }
  for (const level of config.dataset.noiseScan.noisePerPixel) {
    inside("dataset.noiseScan", () => resolveConfig(noiseDatasetOf(config, level)));
  }
  for (const hint of config.distillation?.hints ?? []) {
    hintGeometry(hint, student9x16, teacher9x16);
  }
  if (config.hls.fragmenter !== null) {
    throw new CnntargzError(
      "config",
      "hls.fragmenter is set, and a run verifies its firmware with 9 x 16 images: set it to null, and " +
        "add the fragmenter to the finished run's firmware with cnntargz convert RUN --fragmenter",
    );
  }
  const network = untrainedStudent(config);
  const plan = planHls(network, config.hls);
  estimateHls(plan, network);
  const testbench = { inputs: new Float64Array(PIXELS), outputs: new Float64Array(2), count: 1 };
  renderHls(plan, network, { testbench });
  await findCompiler(config.verification.compiler);
}
