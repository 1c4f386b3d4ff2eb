import {
  compileNetwork,
  fractionBits,
  inferAccumulator,
  integerToNumber,
  type NetworkTrace,
  runReference,
} from "@cnntargz/fixed-point";
import { describe, expect, test } from "vitest";

import { golden, goldenImages, goldenStudent, resultName, typeOf } from "./golden-student.js";

const fast = compileNetwork(goldenStudent);
const interpreters: [string, (image: Int32Array) => NetworkTrace][] = [
  ["reference", (image) => runReference(goldenStudent, image)],
  ["fast", (image) => fast.trace(image)],
];

describe.each(interpreters)("the %s interpreter equals hls4ml's C simulation", (_, run) => {
  test.each(goldenImages.map((image, i) => [i, image] as const))("image %i", (i, image) => {
    const { output, trace } = run(image);
    for (const layer of goldenStudent.layers) {
      const { accumulator, result } = trace.get(layer.name)!;
      if (accumulator !== null) {
        const type = typeOf(layer.name, "accum_t");
        expect([...accumulator].map((sum) => integerToNumber(sum, type))).toEqual(
          golden.trace[layer.name]![i],
        );
      }
      if (layer.kind !== "flatten") {
        expect([...result].map((value) => integerToNumber(value, layer.resultType))).toEqual(
          golden.trace[resultName(layer.name)]![i],
        );
      }
    }
    expect(output).toEqual(trace.get("out")!.result);
  });
});

test("the student runs in float64, and a batch gives what single images give", () => {
  expect(fast.arithmetic).toBe("float64");
  const copies = 5;
  const images = Int32Array.from(
    Array.from({ length: copies }, () => goldenImages.flatMap((image) => [...image])).flat(),
  );
  const single = goldenImages.flatMap((image) =>
    runReference(goldenStudent, image).output.map(Number),
  );
  expect([...fast.run(images, copies * goldenImages.length)]).toEqual(
    Array.from({ length: copies }, () => single).flat(),
  );
});

describe("hls4ml's accumulator rule gives hls4ml's types", () => {
  let inputType = goldenStudent.inputType;
  for (const layer of goldenStudent.layers) {
    const from = inputType;
    inputType = layer.resultType;
    if (layer.kind !== "conv2d" && layer.kind !== "dense") continue;
    test(layer.name, () => {
      const { weightType, biasType, accumulatorType, weights, bias } = layer;
      const terms = weights.values.length / bias.values.length;
      expect(
        inferAccumulator({ rule: "hls4ml", inputType: from, weightType, biasType, terms }),
      ).toEqual(accumulatorType);
      expect(fractionBits(accumulatorType)).toBeGreaterThanOrEqual(fractionBits(weightType));
    });
  }
});
