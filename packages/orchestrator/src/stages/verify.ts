import { setImmediate } from "node:timers/promises";

import type { BitExact, BitExactPair } from "@cnntargz/contracts";
import { pixelIntegers } from "@cnntargz/dataset";
import { compareOutputs, compileCSim } from "@cnntargz/eda";
import { fractionBits, runReference } from "@cnntargz/fixed-point";
import { predict } from "@cnntargz/models";
import { quantizedLayers } from "@cnntargz/quant/tfjs";

import { runInBlocks } from "../blocks.js";
import type { RunContext } from "../run-context.js";
import type { RunData } from "./dataset.js";
import type { Firmware } from "./firmware.js";
import type { FrozenNetwork } from "./integers.js";

const BATCH_SIZE = 1000;
const INTERPRETER = "integer interpreter";

/** What the chain of computations gave. */
export interface Verification {
  readonly bitExact: BitExact;
  /** (n, 2): outputs of the integer network for every test image, in target units. */
  readonly outputs: Float64Array;
}

/**
 * Prove that TensorFlow.js, both interpreters and the compiled firmware compute the same bits: the
 * first two over the whole test set, the others over samples from its beginning.
 */
export async function verify(
  run: RunContext,
  data: RunData,
  { model, network }: FrozenNetwork,
  firmware: Firmware,
): Promise<Verification> {
  const context = run.stageContext("verify");
  const { start, count } = data.ranges.test;
  const images = pixelIntegers(data.dataset, { start, count });
  const integers = await runInBlocks(network, images, count, { ...context, task: INTERPRETER });
  const outputsPerImage = integers.length / count;
  const sample = (wanted: number): number => Math.min(wanted, count);
  const pair = (
    candidate: string,
    outputs: ArrayLike<number>,
    compared: number,
    wholeTestSet: boolean,
  ): BitExactPair => {
    const expected = integers.subarray(0, compared * outputsPerImage);
    const { mismatches, firstMismatch } = compareOutputs(expected, outputs, outputsPerImage);
    if (firstMismatch !== null) {
      const { image, output, expected: wanted, actual } = firstMismatch;
      context.logger?.warn(
        `${candidate} differs from the ${INTERPRETER}: image ${image}, output ${output}: ${actual} instead of ${wanted}`,
      );
    }
    return { reference: INTERPRETER, candidate, images: compared, mismatches, wholeTestSet };
  };

  const lsb = 2 ** -fractionBits(network.layers.at(-1)!.resultType);
  const float = await predict(model, quantizedLayers(model.quantScheme!), data.test, {
    batchSize: BATCH_SIZE,
    context,
  });
  const pairs = [
    pair(
      "TensorFlow.js forward pass",
      Float64Array.from(float, (value) => value / lsb),
      count,
      true,
    ),
  ];

  const slow = sample(run.config.verification.referenceImages);
  const imageSize = images.length / count;
  const exact: number[] = [];
  for (let image = 0; image < slow; image++) {
    context.signal?.throwIfAborted();
    const pixels = images.subarray(image * imageSize, (image + 1) * imageSize);
    exact.push(...runReference(network, pixels).output.map(Number));
    context.onProgress?.({ task: "reference interpreter", fraction: (image + 1) / slow });
    await setImmediate();
  }
  pairs.push(pair("reference interpreter (BigInt)", exact, slow, slow === count));

  const simulated = sample(run.config.verification.csimImages);
  context.onProgress?.({ task: "compiling the firmware", fraction: 0 });
  const simulation = await compileCSim(firmware.project, {
    compiler: run.config.verification.compiler,
    signal: run.signal,
  });
  try {
    const { outputs } = await simulation.run(images.subarray(0, simulated * imageSize), simulated);
    const name = `compiled firmware (${simulation.compiler})`;
    pairs.push(pair(name, outputs, simulated, simulated === count));
  } finally {
    await simulation.dispose();
  }

  return {
    bitExact: {
      images: Math.min(...pairs.filter((each) => each.wholeTestSet).map((each) => each.images)),
      mismatches: pairs.reduce((sum, each) => sum + each.mismatches, 0),
      pairs,
    },
    outputs: integers.map((value) => value * lsb),
  };
}
