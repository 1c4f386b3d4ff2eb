import { HlsPlan, parseContract } from "@cnntargz/contracts";
import { fixedType } from "@cnntargz/fixed-point";
import { planHls } from "@cnntargz/hls-codegen";
import { expect, test } from "vitest";

import { conv, dense, flatten, network, smallNetwork, studentNetwork } from "./networks.js";

const student = studentNetwork();

test("a plan honours its contract", () => {
  const plan = planHls(student);
  expect(parseContract(HlsPlan, plan, "plan")).toEqual(plan);
});

test("layers have hls4ml's numbers: input 1, absorbed linear activation and relu one each", () => {
  const plan = planHls(student);
  expect(plan.layers.map((layer) => layer.index)).toEqual([2, 5, 8, 11, 14, 15, 18, 21]);
  const linear = { ...student.layers[0]!, activation: "linear" } as (typeof student.layers)[0];
  const short = network("short", [linear, student.layers[1]!]);
  expect(planHls(short).layers.map((layer) => layer.index)).toEqual([2, 4]);
});

test("a stream holds every output pixel once, and is as wide as its channels", () => {
  const { layers, input } = planHls(student);
  const fifos = layers.map(({ output }) => [output.name, output.depth, output.widthBits]);
  expect(fifos).toEqual([
    ["layer2_out", 98, 4],
    ["layer5_out", 60, 4],
    ["layer8_out", 30, 24],
    ["layer11_out", 8, 24],
    // The flatten is an alias.
    ["layer11_out", 8, 24],
    ["layer15_out", 1, 40],
    ["layer18_out", 1, 40],
    ["layer21_out", 1, 40],
  ]);
  expect(input).toEqual({ name: "input_1", depth: 144, widthBits: 2 });
});

test("line buffers hold the rows above, padding included", () => {
  const { layers } = planHls(smallNetwork());
  const buffers = layers.map((layer) => ("lineBuffer" in layer ? layer.lineBuffer : null));
  expect(buffers).toEqual([
    { rows: 1, length: 8 },
    { rows: 1, length: 3 },
    { rows: 0, length: 0 },
    null,
    null,
  ]);
});

test("each layer reads the type that the one before gives", () => {
  const plan = planHls(student);
  expect(plan.layers[0]!.inputType).toEqual(student.inputType);
  plan.layers.slice(1).forEach((layer, i) => {
    expect(layer.inputType).toEqual(student.layers[i]!.resultType);
  });
});

test("the reuse factor is the initiation interval, and can be set by layer", () => {
  const plan = planHls(student, {
    strategy: "resource",
    layers: { conv4: { reuseFactor: 9 }, output: { strategy: "latency", reuseFactor: 7 } },
  });
  const chosen = plan.layers.map((layer) => [
    layer.initiationInterval,
    "strategy" in layer ? layer.strategy : null,
  ]);
  expect(chosen).toEqual([
    [1, "resource"],
    [1, "resource"],
    [1, "resource"],
    [9, "resource"],
    [1, null],
    [1, "resource"],
    [1, "resource"],
    [7, "latency"],
  ]);
});

test("weights that are not zero are counted", () => {
  const layer = conv("conv1", [3, 3, 1], [2, 2], 1);
  if (layer.kind !== "conv2d") throw new TypeError("not a conv2d");
  layer.weights.values.set([0, 3, 0, -2]);
  expect(planHls(network("one", [layer])).layers[0]).toMatchObject({
    nonZeroWeights: 2,
    inputs: 4,
    outputs: 1,
  });
});

test.each([
  ["io_parallel", { ioType: "io_parallel" }, /only io_stream is implemented/],
  [
    "an illegal factor",
    { strategy: "resource", reuseFactor: 4 },
    /layer conv1: .*legal values are 1, 3, 9/,
  ],
  [
    "an unknown layer",
    { layers: { conv9: {} } },
    /layers\.conv9: network student has no such layer/,
  ],
  ["a C++ keyword", { projectName: "switch" }, /projectName "switch"/],
  ["a name the firmware uses", { projectName: "defines" }, /projectName "defines"/],
  ["a wrong number", { reuseFactor: 0 }, /reuseFactor/],
] as const)("%s is refused", (_, config, message) => {
  expect(() => planHls(student, config)).toThrow(message);
});

test("a flatten that changes the type is refused", () => {
  const layers = [
    conv("conv1", [3, 3, 1], [2, 2], 1),
    flatten([2, 2, 1], fixedType(true, 8, 4)),
    dense("output", 4, 1, true),
  ];
  expect(() => planHls(network("bad", layers))).toThrow(/layer flatten: a flatten is an alias/);
});

test("a network that only flattens is refused", () => {
  const only = network("only", [flatten([2, 2, 1], fixedType(false, 2, 1))]);
  expect(() => planHls(only)).toThrow(/only flattens/);
});
