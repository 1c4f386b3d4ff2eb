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
  // The cast to the result's type is an activation layer there, too.
  expect(planHls(short).layers.map((layer) => layer.index)).toEqual([2, 5]);
  const plain = {
    ...linear,
    resultType: student.layers[7]!.resultType,
  };
  expect(
    planHls(network("plain", [plain, student.layers[1]!])).layers.map(({ index }) => index),
  ).toEqual([2, 4]);
});

test("with fifoDepth image, a stream holds every output pixel once, and is as wide as its channels", () => {
  const { layers, input } = planHls(student, { fifoDepth: "image" });
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
  [
    "a parallelization factor in a stream",
    { parallelizationFactor: 2 },
    /layer conv1: parallelization factor 2, but a stream brings one pixel after the other/,
  ],
  [
    "a parallelization factor that leaves pixels over",
    { ioType: "io_parallel", layers: { conv3: { parallelizationFactor: 4 } } },
    /layer conv3: .* 30 output pixels; legal values are 1, 2, 3, 5, 6, 10, 15, 30/,
  ],
  [
    "a part that is more than one word of Tcl",
    { part: 'xcvu13p"; exec rm -rf /' },
    /must be a part number/,
  ],
  ["a long project name", { projectName: "x".repeat(65) }, /projectName/],
  [
    "hls4ml's layers with types as wide as values",
    { compat: "hls4ml" },
    /typeRule interval\): convert the trained model with typeRule hls4ml/,
  ],
  [
    "an illegal factor",
    { strategy: "resource", reuseFactor: 4 },
    /layer conv1: .*legal values are 1, 3, 9/,
  ],
  [
    "an unknown layer",
    { layers: { conv9: {} } },
    /layers\.conv9: network student has no such layer; did you mean conv1\?/,
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

test("in io_parallel every layer's values lie side by side, and a convolution takes its passes", () => {
  const plan = planHls(student, {
    ioType: "io_parallel",
    layers: { conv3: { parallelizationFactor: 10 }, conv4: { reuseFactor: 3 } },
  });
  expect(parseContract(HlsPlan, plan, "plan")).toEqual(plan);
  expect(plan.input).toEqual({ name: "input_1", depth: 1, widthBits: 144 * 2 });
  expect(
    plan.layers.map(({ output, initiationInterval }) => [
      output.depth,
      output.widthBits,
      initiationInterval,
    ]),
  ).toEqual([
    [1, 98 * 4, 98],
    [1, 60 * 4, 60],
    [1, 180 * 4, 3],
    [1, 48 * 4, 24],
    [1, 48 * 4, 1],
    [1, 40, 1],
    [1, 40, 1],
    [1, 40, 1],
  ]);
  expect(
    plan.layers.every((layer) => !("lineBuffer" in layer) || layer.lineBuffer.rows === 0),
  ).toBe(true);
  expect(plan.pipelineStyle).toBe("dataflow");
});

test("layers that each take one pass make one pipeline, as in hls4ml", () => {
  const dense1 = network("mlp", [dense("dense1", 8, 4), dense("output", 4, 2, true)]);
  const style = (config: Parameters<typeof planHls>[1]) => planHls(dense1, config).pipelineStyle;
  expect(style({ ioType: "io_parallel", reuseFactor: 2 })).toBe("pipeline");
  expect(style({ ioType: "io_parallel", strategy: "resource" })).toBe("dataflow");
  expect(style({ ioType: "io_stream" })).toBe("dataflow");
});

test("compat hls4ml puts padding, activations and casts into layers of their own", () => {
  const pads = { top: 1, bottom: 1, left: 1, right: 1 };
  const padded = network("padded", [
    conv("conv1", [4, 6, 1], [3, 3], 2, [1, 1], pads),
    conv("conv2", [4, 6, 2], [3, 3], 2, [1, 1], pads),
    flatten([4, 6, 2]),
    dense("output", 48, 2, true),
  ]);
  const { layers } = planHls({ ...padded, typeRule: "hls4ml" }, { compat: "hls4ml" });
  expect(
    layers.map(({ name, kind, index, resultOf, output }) => [
      name,
      kind,
      index,
      resultOf,
      output.depth,
    ]),
  ).toEqual([
    ["zp2d_conv1", "zeroPad2d", 11, null, 48],
    ["conv1", "conv2d", 2, null, 24],
    ["conv1_relu", "activation", 4, "conv1", 24],
    ["zp2d_conv2", "zeroPad2d", 12, null, 48],
    ["conv2", "conv2d", 5, null, 24],
    ["conv2_relu", "activation", 7, "conv2", 24],
    ["flatten", "flatten", 8, "flatten", 24],
    ["output", "dense", 9, "output", 1],
  ]);
});

test("compat hls4ml refuses its other order of products where that changes sums", () => {
  const [first] = student.layers;
  const saturating = {
    ...first!,
    accumulatorType: fixedType(true, 8, 4, "TRN", "SAT"),
  } as (typeof student.layers)[0];
  const one = { ...network("one", [saturating]), typeRule: "hls4ml" as const };
  expect(() => planHls(one, { compat: "hls4ml", strategy: "resource" })).toThrow(
    /layer conv1: hls4ml's resource strategy adds products in another order, which changes sums in ap_fixed<8,4,AP_TRN,AP_SAT,0>/,
  );
  expect(() => planHls(one, { compat: "hls4ml" })).not.toThrow();
});

test("a fragmenter needs a network that takes its images", () => {
  const small = smallNetwork();
  expect(() => planHls(small, { fragmenter: {} })).toThrow(
    /makes images of \[9, 16, 1\], network small takes \[4, 6, 1\]/,
  );
  const whole = { ...student, inputType: fixedType(false, 1, 1) };
  expect(() => planHls(whole, { fragmenter: {} })).toThrow(
    /1 and 1\/2 do not fit .* ap_ufixed<1,1>/,
  );
  expect(planHls(whole, { fragmenter: { pooling: "or" } }).config.fragmenter).toEqual({
    windows: "disjoint",
    pooling: "or",
  });
});
