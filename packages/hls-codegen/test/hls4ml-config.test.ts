import type { Hls4mlConfig, IntegerNetwork } from "@cnntargz/contracts";
import { fixedType, formatType, validateNetwork } from "@cnntargz/fixed-point";
import {
  configFromNetwork,
  planHls,
  readHls4mlConfig,
  renderHls,
  resolveHls4mlConfig,
} from "@cnntargz/hls-codegen";
import { describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";

import { conv, dense, flatten, network, studentNetwork } from "./networks.js";

const student = studentNetwork();

const layer = (of: IntegerNetwork, name: string) => of.layers.find((each) => each.name === name)!;

describe("names that mean something in hls4ml's file", () => {
  test.each([
    ["input_1"],
    ["Model"],
    ["LayerName"],
    ["InputLayer"],
    ["null"],
    ["true"],
    ["on"],
    ["1.5"],
    ["a: b"],
    ["- x"],
  ])("a layer called %s keeps its types through YAML, whatever the granularity", (name) => {
    const input = conv(name, [9, 16, 1], [3, 3], 1);
    const net = network("odd", [input, conv("input_2", [7, 14, 1], [3, 3], 1)]);
    for (const granularity of ["name", "type", "model"] as const) {
      const text = stringify(configFromNetwork(net, { granularity }));
      expect(resolveHls4mlConfig(net, parse(text)).network).toBe(net);
    }
    const project = renderHls(planHls(net), net).files["hls4ml_config.yml"]!;
    expect(resolveHls4mlConfig(net, parse(project)).network).toBe(net);
  });
});

describe("a configuration made from a network", () => {
  test("by name: the network's types, hls4ml's keys", () => {
    const { HLSConfig, ...outer } = configFromNetwork(student);
    expect(outer).toEqual({
      Backend: "Vitis",
      ProjectName: "myproject",
      Part: "xcvu13p-flga2577-2-e",
      ClockPeriod: 2,
      IOType: "io_stream",
      Cnntargz: {
        Compat: null,
        FifoDepth: "analytic",
        Fragmenter: null,
        DefaultPrecision: "fixed<16,6>",
      },
    });
    expect(HLSConfig.Model).toEqual({
      Precision: { default: "fixed<16,6>" },
      ReuseFactor: 1,
      Strategy: "Latency",
      ParallelizationFactor: 1,
    });
    expect(HLSConfig.LayerName!["input_1"]).toEqual({ Precision: { result: "ap_ufixed<2,1>" } });
    expect(HLSConfig.LayerName!["conv2"]).toEqual({
      Precision: {
        weight: "ap_fixed<4,1>",
        bias: "ap_fixed<4,1>",
        accum: "ap_fixed<20,10>",
        // As in hls4ml, what goes into the relu; a cast to anything else would be one more layer.
        result: "ap_fixed<20,10>",
      },
      ReuseFactor: 1,
      Strategy: "Latency",
      ParallelizationFactor: 1,
    });
    expect(HLSConfig.LayerName!["conv2_linear"]).toEqual({
      Precision: { result: "ap_fixed<20,10>" },
    });
    expect(HLSConfig.LayerName!["conv2_relu"]).toEqual({
      Precision: { result: "ap_ufixed<4,0,AP_RND_CONV,AP_SAT,0>" },
    });
    expect(HLSConfig.LayerName!["flatten"]).toEqual({ Precision: { result: "auto" } });
  });

  test("by type: hls4ml's classes, and by name what differs within one", () => {
    const { LayerType, LayerName } = configFromNetwork(student, { granularity: "type" }).HLSConfig;
    expect(Object.keys(LayerType!)).toEqual(["Input", "Conv2D", "Reshape", "Dense", "Activation"]);
    expect(LayerType!["Conv2D"]!.Precision).toEqual({
      weight: "ap_fixed<4,1>",
      bias: "ap_fixed<4,1>",
      accum: "auto",
      result: "auto",
    });
    // hls4ml gives an activation that is `auto` the model's own type.
    expect(LayerType!["Activation"]!.Precision).toEqual({
      result: "ap_ufixed<4,0,AP_RND_CONV,AP_SAT,0>",
    });
    expect(LayerName).toBeUndefined();
    const mixed = configFromNetwork(
      {
        ...student,
        layers: student.layers.map((each) =>
          each.name === "conv2" ? { ...each, resultType: fixedType(false, 5, 1) } : each,
        ),
      },
      { granularity: "type" },
    ).HLSConfig;
    expect(mixed.LayerType).not.toHaveProperty("Activation");
    expect(mixed.LayerName!["conv2_relu"]).toEqual({ Precision: { result: "ap_ufixed<5,1>" } });
  });

  test("for the whole model: one type that hls4ml can take, and nothing else", () => {
    const whole = configFromNetwork(student, { granularity: "model" }).HLSConfig;
    expect(Object.keys(whole)).toEqual(["Model"]);
  });

  test.each(["model", "type", "name"] as const)(
    "by %s: unedited, it changes nothing",
    (granularity) => {
      const config = { strategy: "resource", layers: { conv4: { reuseFactor: 9 } } } as const;
      const given = configFromNetwork(student, { granularity, config });
      const resolved = resolveHls4mlConfig(student, given);
      expect(resolved.network).toBe(student);
      expect(resolved.notes).toEqual([]);
      expect(resolved.changes).toEqual([]);
      expect(planHls(student, resolved.config).layers).toEqual(planHls(student, config).layers);
    },
  );

  test("a changed type of the model is obeyed, though the one that was written stands for all", () => {
    const given = configFromNetwork(student, { granularity: "model" });
    given.HLSConfig.Model.Precision = { default: "fixed<18,8>" };
    const { network: changed } = resolveHls4mlConfig(student, given);
    for (const each of changed.layers) expect(formatType(each.resultType)).toBe("ap_fixed<18,8>");
  });

  test("a layer that has the input's name goes by it, the input by its class", () => {
    const named: IntegerNetwork = {
      ...student,
      layers: student.layers.map((each) =>
        each.name === "conv1" ? { ...each, name: "input_1" } : each,
      ),
    };
    const given = configFromNetwork(named);
    expect(given.HLSConfig.LayerType!["Input"]).toEqual({
      Precision: { result: "ap_ufixed<2,1>" },
    });
    expect(resolveHls4mlConfig(named, given).network).toBe(named);
  });
});

/** A configuration by name with one edit. */
function edited(edit: (config: Hls4mlConfig) => void, from = student): Hls4mlConfig {
  const config = structuredClone(configFromNetwork(from));
  edit(config);
  return config;
}

describe("an edited configuration", () => {
  test("a reuse factor and a strategy of one layer, in any case", () => {
    const { config } = resolveHls4mlConfig(
      student,
      edited(({ HLSConfig }) => {
        HLSConfig.LayerName!["conv4"]!.ReuseFactor = 9;
        HLSConfig.LayerName!["conv4"]!.Strategy = "RESOURCE";
      }),
    );
    expect(config.layers!["conv4"]).toMatchObject({ reuseFactor: 9, strategy: "resource" });
    expect(config.layers!["conv3"]).toMatchObject({ reuseFactor: 1, strategy: "latency" });
  });

  test("the name goes before the type, the type before the model", () => {
    const { config } = resolveHls4mlConfig(student, {
      Model: { ReuseFactor: 2, Strategy: "Latency" },
      LayerType: { Conv2D: { ReuseFactor: 3 }, QDense: { Strategy: "Resource" } },
      LayerName: { conv2: { ReuseFactor: 9 } },
    });
    expect(config).toMatchObject({ reuseFactor: 2, strategy: "latency" });
    expect(config.layers).toEqual({
      conv1: { reuseFactor: 3 },
      conv2: { reuseFactor: 9 },
      conv3: { reuseFactor: 3 },
      conv4: { reuseFactor: 3 },
      dense1: { strategy: "resource" },
      dense2: { strategy: "resource" },
      output: { strategy: "resource" },
    });
  });

  test("a weight type casts the weights, rounding down, and what was inferred follows", () => {
    const { network: coarse } = resolveHls4mlConfig(
      student,
      edited(({ HLSConfig }) => {
        const entry = HLSConfig.LayerName!["conv3"]!;
        entry.Precision = { weight: "fixed<3,1>", bias: "auto", accum: "auto", result: "auto" };
      }),
    );
    const [before, after] = [layer(student, "conv3"), layer(coarse, "conv3")];
    if (before.kind !== "conv2d" || after.kind !== "conv2d") throw new TypeError("not a conv2d");
    expect(formatType(after.weightType)).toBe("ap_fixed<3,1>");
    expect([...after.weights.values]).toEqual(
      Array.from(before.weights.values, (weight) => Math.floor(weight / 2)),
    );
    // As wide as the sums can be, the network's own rule.
    expect(after.accumulatorType.width).toBeLessThan(before.accumulatorType.width);
    expect(coarse.layers.filter((each, i) => each !== student.layers[i]).length).toBeGreaterThan(0);
    expect(() => {
      validateNetwork(coarse);
    }).not.toThrow();
    expect(coarse.provenance.config).toMatchObject({
      precision: { conv3: { weight: "ap_fixed<3,1>" } },
    });
  });

  test("one type for the model gives every number that type", () => {
    const { network: uniform } = resolveHls4mlConfig(student, {
      Model: { Precision: "ap_fixed<16,6>" },
    });
    expect(formatType(uniform.inputType)).toBe("ap_fixed<16,6>");
    for (const each of uniform.layers) {
      expect(formatType(each.resultType), each.name).toBe("ap_fixed<16,6>");
      if ("accumulatorType" in each) {
        expect(formatType(each.accumulatorType), each.name).toBe("ap_fixed<16,6>");
      }
    }
    // A flatten passes on what it gets, so that the firmware can be planned.
    expect(() => planHls(uniform)).not.toThrow();
  });

  test("types by hls4ml's rule follow a changed input by that rule", () => {
    const theirs: IntegerNetwork = {
      ...network("n", [
        conv("conv1", [4, 4, 1], [3, 3], 1),
        flatten([2, 2, 1]),
        dense("out", 4, 2, true),
      ]),
      typeRule: "hls4ml",
    };
    const { network: wider } = resolveHls4mlConfig(theirs, {
      Model: {},
      LayerName: { input_1: { Precision: "ap_fixed<16,6>" } },
    });
    const first = layer(wider, "conv1");
    if (first.kind !== "conv2d") throw new TypeError("not a conv2d");
    // 16 + 4 bits and 4 more for 9 products, one for the bias; the relu's own type stays.
    expect(formatType(first.accumulatorType)).toBe("ap_fixed<25,12>");
    expect(first.resultType).toEqual(fixedType(false, 4, 0, "RND_CONV", "SAT"));
  });
});

describe("IOType in two places", () => {
  const of = (outer?: string, inner?: string) =>
    resolveHls4mlConfig(student, {
      ...(outer === undefined ? {} : { IOType: outer }),
      HLSConfig: { Model: inner === undefined ? {} : { IOType: inner } },
    });

  test("the outer one wins, and it is said", () => {
    const { config, notes } = of("io_stream", "io_parallel");
    expect(config.ioType).toBe("io_stream");
    expect(notes).toEqual([
      "IOType is io_stream; the io_parallel in HLSConfig.Model has no effect.",
    ]);
  });

  test("the inner one alone counts, and it is said", () => {
    const { config, notes } = of(undefined, "io_parallel");
    expect(config.ioType).toBe("io_parallel");
    expect(notes[0]).toMatch(/io_parallel was taken from HLSConfig\.Model/);
  });

  test("when they agree, or there is none, nothing is said", () => {
    expect(of("io_parallel", "io_parallel").notes).toEqual([]);
    expect(of().config).not.toHaveProperty("ioType");
  });
});

test("what hls4ml knows and is nothing here is said once", () => {
  const { notes } = resolveHls4mlConfig(student, {
    OutputDir: "my-hls-test",
    InputData: null,
    WriterConfig: { WriteTar: true },
    HLSConfig: { Model: { BramFactor: 1_000_000_000, TraceOutput: false } },
  });
  expect(notes).toEqual([
    "Without effect here: OutputDir, WriterConfig, HLSConfig.Model.BramFactor, HLSConfig.Model.TraceOutput.",
  ]);
});

test.each([
  [{ Bakend: "Vitis" }, /^Bakend: no such key .* did you mean Backend\?/],
  [{ HLSConfig: { Modle: {} } }, /HLSConfig\.Modle: no such key .* did you mean Model\?/],
  [
    { Model: { ReuseFator: 1 } },
    /HLSConfig\.Model\.ReuseFator: no such key .* did you mean ReuseFactor\?/,
  ],
  [
    { Model: {}, LayerName: { conv1: { Precison: "auto" } } },
    /LayerName\.conv1\.Precison: no such key .* did you mean Precision\?/,
  ],
  [
    { Model: {}, LayerName: { cnv1: {} } },
    /HLSConfig\.LayerName\.cnv1: network student has no such layer; did you mean conv1\?/,
  ],
  [
    { Model: {}, LayerType: { Conv3D: {} } },
    /HLSConfig\.LayerType\.Conv3D: .* did you mean Conv2D\?/,
  ],
  [
    { Model: { Precision: { wieght: "auto" } } },
    /HLSConfig\.Model\.Precision\.wieght: no such role; did you mean weight\?/,
  ],
  [{ Model: { Precision: "ap_fixed<4" } }, /HLSConfig\.Model\.Precision\.\w+: "ap_fixed<4" is not/],
  [
    { Model: { Strategy: "Fast" } },
    /HLSConfig\.Model\.Strategy is "Fast"; known are latency, resource/,
  ],
  [
    { Model: { Strategy: "distributed_arithmetic" } },
    /which this version does not generate; choose Latency or Resource/,
  ],
  [{ Backend: "Quartus" }, /Backend is "Quartus": hls4ml has it, .* choose vitis or vivado/],
  [{ Backend: "Vivida" }, /Backend is "Vivida"; did you mean vivado\?/],
  [{ IOType: "io_serial" }, /IOType is "io_serial"; did you mean io_stream\?/],
  [{ ClockUncertainty: "a lot" }, /ClockUncertainty is "a lot", it must be a percentage/],
  [{ ClockPeriod: -5 }, /ClockPeriod/],
  [
    { Model: {}, LayerName: { flatten: { Precision: "ap_fixed<8,4>" } } },
    /LayerName\.flatten\.Precision is ap_fixed<8,4>, but a flatten is an alias and gives on the ap_ufixed<4,0,AP_RND_CONV,AP_SAT,0>/,
  ],
  [
    { Model: {}, LayerName: { conv1: { ConvImplementation: "Encoded" } } },
    /LayerName\.conv1\.ConvImplementation is "Encoded": hls4ml has it, this version does not do it/,
  ],
  [
    { Model: {}, LayerName: { output_relu: {} } },
    /LayerName\.output_relu: network student has no such layer/,
  ],
  [
    { Part: "xcvu13p-flga2577-2-e", XilinxPart: "xcku115-flvb2104-2-i" },
    /Part is xcvu13p.* and XilinxPart, its older name, xcku115/,
  ],
  [
    {
      Model: {},
      LayerName: { conv1: { Precision: { accum: "fixed<25,12>" } }, conv1_alpha: {} },
    },
    /conv1\.Precision\.accum is ap_fixed<25,12>, the type of sums before conv1_alpha, .* --type-rule hls4ml, or write auto/,
  ],
])("%j is refused", (config, message) => {
  expect(() => resolveHls4mlConfig(student, config)).toThrow(message);
});

test("a relu spoken of on its own gives the layer's result its type", () => {
  const { network: changed } = resolveHls4mlConfig(student, {
    Model: {},
    LayerName: { conv1_relu: { Precision: "ufixed<6,1,RND_CONV,SAT,0>" }, conv1_linear: {} },
  });
  expect(formatType(layer(changed, "conv1").resultType)).toBe(
    "ap_ufixed<6,1,AP_RND_CONV,AP_SAT,0>",
  );
});

test("the HLSConfig alone is read as config_from_keras_model gives it", () => {
  expect(readHls4mlConfig({ Model: { ReuseFactor: 4 } }).HLSConfig.Model.ReuseFactor).toBe(4);
});

test("a project's own hls4ml_config.yml says what its plan has", () => {
  const { files } = renderHls(planHls(student, { layers: { conv4: { reuseFactor: 2 } } }), student);
  const lines = files["hls4ml_config.yml"]!.split("\n");
  const at = lines.indexOf("    conv4:");
  expect(lines.slice(at, at + 9)).toEqual([
    "    conv4:",
    "      Precision:",
    "        weight: ap_fixed<4,1>",
    "        bias: ap_fixed<4,1>",
    "        accum: ap_fixed<20,10>",
    "        result: ap_fixed<20,10>",
    "      ReuseFactor: 2",
    "      Strategy: Latency",
    "      ParallelizationFactor: 1",
  ]);
});

describe("keys that hls4ml has", () => {
  const outer = (key: string, value: unknown) => ({ [key]: value, HLSConfig: { Model: {} } });
  const model = (key: string, value: unknown) => ({ Model: { [key]: value } });
  const one = (key: string, value: unknown) => ({
    Model: {},
    LayerName: { conv1: { [key]: value } },
  });

  test.each([
    [outer("Board", null), "Board"],
    [outer("KerasJson", "model.json"), "KerasJson"],
    [outer("KerasH5", "weights.h5"), "KerasH5"],
    [outer("OnnxModel", "model.onnx"), "OnnxModel"],
    [outer("FIFO", null), "FIFO"],
    [outer("fifo_opt", true), "fifo_opt"],
    [model("Compression", false), "HLSConfig.Model.Compression"],
    [model("TargetCycles", null), "HLSConfig.Model.TargetCycles"],
    [model("PipelineStyle", "auto"), "HLSConfig.Model.PipelineStyle"],
    [{ Model: {}, SkipOptimizers: ["relu_merge"] }, "HLSConfig.SkipOptimizers"],
    [one("Trace", true), "HLSConfig.LayerName.conv1.Trace"],
    [one("TableSize", 1024), "HLSConfig.LayerName.conv1.TableSize"],
    [{ Model: {}, LayerName: { conv1_relu: { ReuseFactor: 4 } } }, "conv1_relu.ReuseFactor"],
    [
      { Model: {}, LayerName: { conv1: { Precision: { table: "fixed<18,8>" } } } },
      "HLSConfig.LayerName.conv1.Precision.table",
    ],
    [
      { Model: {}, LayerName: { conv1: { Precision: { maximum: "fixed<18,8>" } } } },
      "HLSConfig.LayerName.conv1.Precision.maximum",
    ],
  ])("%j has no effect, and it is said", (config, words) => {
    const { notes, network: same } = resolveHls4mlConfig(student, config);
    expect(notes.join()).toMatch(/^Without effect here: /);
    expect(notes.join()).toContain(words);
    expect(same).toBe(student);
  });

  test.each([
    outer("Board", "pynq-z2"),
    outer("AcceleratorConfig", { Interface: "axi_stream" }),
    outer("Technology", "fpga"),
    outer("HyperoptHandshake", true),
    model("TargetCycles", 40),
    model("Compression", true),
    model("BitExact", true),
    model("PipelineStyle", "dataflow"),
    model("PipelineInterval", 4),
    { Model: {}, Flows: ["vivado:fifo_depth_optimization"] },
    one("exp_table_t", "ap_fixed<18,8>"),
    one("inv_table_t", "ap_fixed<18,8>"),
    one("implementation", "latency"),
    one("TargetCycles", 3),
    one("RecurrentReuseFactor", 2),
  ])("%j is nothing that this version does", (config) => {
    expect(() => resolveHls4mlConfig(student, config)).toThrow(
      /: hls4ml has it, this version does not do it; leave it out/,
    );
  });

  test("all that are refused are named at once, others with the nearest", () => {
    expect(() =>
      resolveHls4mlConfig(student, {
        Bord: 1,
        Model: {},
        HLSConfig: { Model: { TargetCycles: 4 } },
      }),
    ).toThrow(/^Bord: no such key .*\n.*Model: no such key .*\n?.*TargetCycles: hls4ml has it/s);
  });

  test("many layers' keys are one in a note", () => {
    const LayerName = Object.fromEntries(
      ["conv1", "conv2"].map((name) => [name, { Trace: false, Precision: { table: "auto" } }]),
    );
    expect(resolveHls4mlConfig(student, { Model: {}, LayerName }).notes).toEqual([
      "Without effect here: HLSConfig.LayerName.*.Trace, HLSConfig.LayerName.*.Precision.table.",
    ]);
  });

  test("a class of layers that are not here is said to have no effect, an unknown one refused", () => {
    const { notes } = resolveHls4mlConfig(student, {
      LayerType: { Softmax: { Strategy: "Stable" } },
    });
    expect(notes).toEqual(["Without effect here: HLSConfig.LayerType.Softmax."]);
  });

  test("XilinxPart is Part", () => {
    const { config } = resolveHls4mlConfig(student, { XilinxPart: "xczu9eg-ffvb1156-2-e" });
    expect(config.part).toBe("xczu9eg-ffvb1156-2-e");
  });
});

describe("types between a layer's sums and what it gives on", () => {
  const of = (LayerName: object) => resolveHls4mlConfig(student, { Model: {}, LayerName }).network;
  const result = (type: string) => ({ Precision: { result: type } });

  test("a result before the relu is a cast of its own, and the relu a layer of its own", () => {
    const { layers } = of({ conv1: result("fixed<8,4>"), conv1_relu: result("ufixed<6,1>") });
    const [first, relu] = layers;
    expect(first).toMatchObject({ name: "conv1", activation: "linear" });
    expect(formatType(first!.resultType)).toBe("ap_fixed<8,4>");
    expect(relu).toMatchObject({ kind: "activation", name: "conv1_relu", activation: "relu" });
    expect(formatType(relu!.resultType)).toBe("ap_ufixed<6,1>");
    expect(() => {
      validateNetwork({ ...student, layers });
    }).not.toThrow();
  });

  test("a cast that changes no sum is none", () => {
    const wide = of({ conv1: result("fixed<30,15>"), conv1_linear: result("fixed<20,10>") });
    expect(wide).toBe(student);
    // As configurations of earlier versions had it: unsigned and saturated, no relu is needed before.
    expect(of({ conv1: result("ap_ufixed<4,0,AP_RND_CONV,AP_SAT,0>") })).toBe(student);
  });

  test("a result under _linear is the layer's", () => {
    const last = of({ output_linear: result("ap_fixed<6,3>") }).layers.at(-1)!;
    expect(last.name).toBe("output");
    const { notes } = resolveHls4mlConfig(student, {
      LayerName: { output: result("auto"), output_linear: result("ap_fixed<6,3>") },
    });
    expect(notes[0]).toMatch(/output_linear\..* is the result of output here; hls4ml .* drops it/);
    expect(formatType(last.resultType)).toBe("ap_fixed<6,3>");
  });

  test("two casts that differ are two", () => {
    const { layers } = of({ output: result("fixed<8,4>"), output_linear: result("fixed<9,2>") });
    expect(layers.slice(-2).map(({ name, resultType }) => [name, formatType(resultType)])).toEqual([
      ["output", "ap_fixed<8,4>"],
      ["output_linear", "ap_fixed<9,2>"],
    ]);
  });

  test("a relu that is quantized in its layer has QKeras' name too", () => {
    const { layers } = of({ conv1_quantized_relu: result("ufixed<6,1>") });
    expect(formatType(layers[0]!.resultType)).toBe("ap_ufixed<6,1>");
  });

  test("Precision.maximum clamps what is inferred", () => {
    const { network: clamped } = resolveHls4mlConfig(student, {
      Model: { Precision: { maximum: "fixed<12,6>" } },
    });
    const conv2 = layer(clamped, "conv2");
    expect(formatType("accumulatorType" in conv2 ? conv2.accumulatorType : conv2.resultType)).toBe(
      "ap_fixed<12,6>",
    );
  });
});

describe("weights", () => {
  test("a quantizer's type goes before a class's and the model's, and it is said what that spares", () => {
    const {
      network: same,
      notes,
      changes,
    } = resolveHls4mlConfig(student, {
      Model: {},
      LayerType: { QConv2D: { Precision: { weight: "fixed<3,1>" } } },
    });
    expect(same).toBe(student);
    expect(changes).toEqual([]);
    expect(notes[0]).toMatch(
      /no effect for classes that hls4ml 1\.3\.0 does not look for, .*: QConv2D \(write Conv2D\)/,
    );
    expect(notes[1]).toMatch(/^Weights keep their quantizers' types, .*LayerType\.QConv2D/);
    const wrapped = student.layers.flatMap((each) =>
      each.kind === "conv2d" ? Array.from(each.weights.values, (value) => value % 2 !== 0) : [],
    );
    expect(notes[1]).toContain(`cast, ${wrapped.filter(Boolean).length} of `);
  });

  test("constants that change are counted, those that wrap among them", () => {
    const { network: narrow, changes } = resolveHls4mlConfig(student, {
      Model: {},
      LayerName: { conv3: { Precision: { weight: "fixed<3,0>" } } },
    });
    const [before, after] = [layer(student, "conv3"), layer(narrow, "conv3")];
    if (before.kind !== "conv2d" || after.kind !== "conv2d") throw new TypeError("not a conv2d");
    // Both have steps of 1/8; the new type ends at -1/2 and 3/8.
    const outside = before.weights.values.filter((value) => value < -4 || value > 3).length;
    expect(outside).toBeGreaterThan(0);
    expect(changes).toEqual([
      {
        layer: "conv3",
        weights: { total: before.weights.values.length, changed: outside, wrapped: outside },
        bias: { total: before.bias.values.length, changed: 0, wrapped: 0 },
      },
    ]);
    expect(
      after.weights.values.filter((value, i) => value !== before.weights.values[i]),
    ).toHaveLength(outside);
  });

  test("a type of unscaled weights leaves those that carry their scales", () => {
    const scaled: IntegerNetwork = {
      ...student,
      layers: student.layers.map((each) =>
        each.name === "conv1" && each.kind === "conv2d"
          ? { ...each, weightType: fixedType(true, 4, 2) }
          : each,
      ),
    };
    const { network: same, notes } = resolveHls4mlConfig(scaled, {
      Model: {},
      LayerName: {
        conv1: { Precision: { weight: "fixed<4,1,TRN,WRAP,0>", accum: "auto", result: "auto" } },
        conv1_alpha: { Precision: "auto" },
      },
    });
    expect(same).toBe(scaled);
    expect(notes.join()).toMatch(/the weights of conv1 keep ap_fixed<4,2>, .* \d+ of these wrap/);
  });
});
