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

  test("the input is called as no layer is", () => {
    const net = network("odd", [conv("input_1", [9, 16, 1], [3, 3], 1)]);
    const { LayerName } = configFromNetwork(net).HLSConfig;
    expect(Object.keys(LayerName!)).toEqual(["input_2", "input_1"]);
    expect(LayerName!["input_2"]).toEqual({ Precision: { result: "ap_ufixed<2,1>" } });
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
      Cnntargz: { Compat: null, FifoDepth: "analytic", Fragmenter: null },
    });
    expect(HLSConfig.Model).toEqual({
      Precision: { default: "auto" },
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
        result: "ap_ufixed<4,0,AP_RND_CONV,AP_SAT,0>",
      },
      ReuseFactor: 1,
      Strategy: "Latency",
      ParallelizationFactor: 1,
    });
    expect(HLSConfig.LayerName).not.toHaveProperty("flatten");
  });

  test("by type and for the whole model: auto, which stands for the network's types", () => {
    const byType = configFromNetwork(student, { granularity: "type" }).HLSConfig;
    expect(Object.keys(byType.LayerType!)).toEqual(["InputLayer", "Conv2D", "Dense"]);
    expect(byType.LayerType!["Dense"]!.Precision).toEqual({
      weight: "auto",
      bias: "auto",
      accum: "auto",
      result: "auto",
    });
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
      const plan = planHls(student, resolved.config);
      const wanted = planHls(student, granularity === "name" ? config : { strategy: "resource" });
      expect(plan.layers).toEqual(wanted.layers);
    },
  );
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
  [{ Backend: "Quartus" }, /Backend is "Quartus"; known are vitis, vivado/],
  [{ IOType: "io_serial" }, /IOType is "io_serial"; did you mean io_stream\?/],
  [{ ClockUncertainty: "a lot" }, /ClockUncertainty is "a lot", it must be a percentage/],
  [{ ClockPeriod: -5 }, /ClockPeriod/],
  [
    { Model: {}, LayerName: { conv1: { Precision: { result: "ap_fixed<8,4>" } }, conv1_relu: {} } },
    /conv1\.Precision\.result is ap_fixed<8,4>, but what goes into conv1_relu is the accumulator, ap_fixed<20,10>/,
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
    "        result: ap_ufixed<4,0,AP_RND_CONV,AP_SAT,0>",
    "      ReuseFactor: 2",
    "      Strategy: Latency",
    "      ParallelizationFactor: 1",
  ]);
});
