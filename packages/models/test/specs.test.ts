import type { NetworkSpec } from "@cnntargz/contracts";
import {
  countParameters,
  layerShapes,
  student9x16,
  studentFull9x384,
  teacher9x16,
  teacher9x384,
} from "@cnntargz/models";
import { describe, expect, it } from "vitest";

const table = (spec: NetworkSpec): string[] =>
  layerShapes(spec).map(
    ({ name, outputShape, parameters }) => `${name} (${outputShape.join(",")}) ${parameters}`,
  );

describe("the networks of the layer table", () => {
  it("has the Teacher for full images", () => {
    expect(table(teacher9x384)).toEqual([
      "conv1a (9,384,10) 100",
      "conv1b (9,384,10) 910",
      "pool1 (9,192,10) 0",
      "conv2a (9,192,17) 1547",
      "conv2b (9,192,17) 2618",
      "conv2c (9,192,17) 2618",
      "pool2 (4,96,17) 0",
      "flatten (6528) 0",
      "dense1 (10) 65290",
      "dense2 (10) 110",
      "output (2) 22",
    ]);
    expect(countParameters(teacher9x384)).toBe(73_215);
  });

  it("has the Teacher for fragmented images", () => {
    expect(table(teacher9x16)).toEqual([
      "conv1a (9,16,10) 100",
      "conv1b (9,16,10) 910",
      "pool1 (9,8,10) 0",
      "conv2a (9,8,17) 1547",
      "conv2b (9,8,17) 2618",
      "conv2c (9,8,17) 2618",
      "pool2 (4,4,17) 0",
      "flatten (272) 0",
      "dense1 (10) 2730",
      "dense2 (10) 110",
      "output (2) 22",
    ]);
    expect(countParameters(teacher9x16)).toBe(10_655);
  });

  it("has the Student, whose rows add up to 1,032", () => {
    expect(table(student9x16)).toEqual([
      "conv1a (7,14,1) 10",
      "conv1b (5,12,1) 10",
      "conv2a (3,10,6) 60",
      "conv2b (1,8,6) 330",
      "flatten (48) 0",
      "dense1 (10) 490",
      "dense2 (10) 110",
      "output (2) 22",
    ]);
    expect(countParameters(student9x16)).toBe(1_032);
  });

  it("has the Student for full images, with the 1,190 parameters of its description", () => {
    expect(table(studentFull9x384)).toEqual([
      "conv1a (9,192,1) 10",
      "conv1b (9,96,2) 20",
      "conv1c (9,48,2) 38",
      "pool1 (9,24,2) 0",
      "conv2a (9,12,8) 152",
      "conv2b (9,6,4) 292",
      "conv2c (9,3,8) 296",
      "pool2 (3,1,8) 0",
      "flatten (24) 0",
      "dense1 (10) 250",
      "dense2 (10) 110",
      "output (2) 22",
    ]);
    expect(countParameters(studentFull9x384)).toBe(1_190);
  });

  it.each([teacher9x16, teacher9x384, student9x16, studentFull9x384])(
    "activates every layer of $name by ReLU but the output",
    (spec) => {
      for (const layer of spec.layers) {
        if (layer.kind !== "conv2d" && layer.kind !== "dense") continue;
        expect(layer.activation).toBe(layer.name === "output" ? "linear" : "relu");
      }
    },
  );
});
