import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import type {
  FixedPointType,
  HlsConfigInput,
  HlsProject,
  IntegerLayer,
  IntegerNetwork,
} from "@cnntargz/contracts";
import {
  compareOutputs,
  compileCSim,
  findFirstMismatch,
  includeFolder,
  layerIntegers,
} from "@cnntargz/eda";
import { compileNetwork, fixedType, runReference } from "@cnntargz/fixed-point";
import { legalReuseFactors, planHls, renderHls } from "@cnntargz/hls-codegen";
import { needs, randomImages, randomNetwork } from "@cnntargz/testkit";
import { expect, test } from "vitest";

const exact = { mismatches: 0, firstMismatch: null };

/** The interpreter's outputs, as numbers. */
function interpret(network: IntegerNetwork, images: Float64Array, count: number): number[] {
  const size = images.length / count;
  return Array.from({ length: count }, (_, i) =>
    runReference(network, images.subarray(i * size, (i + 1) * size)).output.map(Number),
  ).flat();
}

/** The outputs of the generated firmware, compiled and run. */
async function simulate(
  network: IntegerNetwork,
  images: ArrayLike<number>,
  count: number,
  config: HlsConfigInput = {},
): Promise<Float64Array> {
  const project = renderHls(planHls(network, config), network);
  const csim = await compileCSim(project, { compiler: "g++" });
  try {
    return (await csim.run(images, count)).outputs;
  } finally {
    await csim.dispose();
  }
}

/** The Student's shape with random 4-bit weights and the types of a quantized training. */
function student(): IntegerNetwork {
  const activation = fixedType(false, 4, 0, "RND_CONV", "SAT");
  const accumulator = fixedType(true, 20, 10);
  const weight = fixedType(true, 4, 1);
  let state = 1;
  const tensor = (shape: number[]) => ({
    dtype: "int32" as const,
    shape,
    values: Int32Array.from({ length: shape.reduce((a, b) => a * b) }, () => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return (Math.floor(state / 65536) % 16) - 8;
    }),
  });
  const arithmetic = { weightType: weight, biasType: weight, accumulatorType: accumulator };
  const layers: IntegerLayer[] = [];
  let shape: readonly [number, number, number] = [9, 16, 1];
  for (const [i, filters] of [1, 1, 6, 6].entries()) {
    const outputShape = [shape[0] - 2, shape[1] - 2, filters] as const;
    layers.push({
      kind: "conv2d",
      name: `conv${i + 1}`,
      inputShape: shape,
      outputShape,
      resultType: activation,
      activation: "relu",
      ...arithmetic,
      kernelSize: [3, 3],
      strides: [1, 1],
      pads: { top: 0, bottom: 0, left: 0, right: 0 },
      weights: tensor([3, 3, shape[2], filters]),
      bias: tensor([filters]),
    });
    shape = outputShape;
  }
  const flat = [1, 1, shape[0] * shape[1] * shape[2]] as const;
  layers.push({
    kind: "flatten",
    name: "flatten",
    inputShape: shape,
    outputShape: flat,
    resultType: activation,
  });
  shape = flat;
  for (const [name, units] of [
    ["dense1", 10],
    ["dense2", 10],
    ["output", 2],
  ] as const) {
    const last = name === "output";
    layers.push({
      kind: "dense",
      name,
      inputShape: shape,
      outputShape: [1, 1, units],
      resultType: last ? accumulator : activation,
      activation: last ? "linear" : "relu",
      ...arithmetic,
      weights: tensor([shape[2], units]),
      bias: tensor([units]),
    });
    shape = [1, 1, units];
  }
  return {
    kind: "integer-network",
    schemaVersion: 1,
    name: "student",
    typeRule: "interval",
    inputShape: [9, 16, 1],
    inputType: fixedType(false, 2, 1),
    layers,
    labelScaling: { ptScaleGeV: 20, eta: "window" },
    provenance: { stage: "test", packages: {}, seed: 0, inputs: {}, config: null },
  };
}

/** The same network with random weights, and one type for every number. */
function uniform(network: IntegerNetwork, type: FixedPointType): IntegerNetwork {
  let state = 7;
  const one = 2 ** (type.width - type.integer);
  const values = (count: number) =>
    Int32Array.from({ length: count }, () => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return Math.round((state / 2147483648 - 0.5) * one);
    });
  const layers = network.layers.map((layer) => {
    if (layer.kind !== "conv2d" && layer.kind !== "dense") return { ...layer, resultType: type };
    return {
      ...layer,
      weightType: type,
      biasType: type,
      accumulatorType: type,
      resultType: type,
      weights: { ...layer.weights, values: values(layer.weights.values.length) },
      bias: { ...layer.bias, values: values(layer.bias.values.length) },
    };
  });
  return { ...network, typeRule: "uniform", inputType: type, layers };
}

/** Compile with all warnings as errors, but for what HLS code has by its nature: pragmas and loop labels. */
function expectNoWarnings({ files, projectName }: HlsProject): void {
  const folder = mkdtempSync(join(tmpdir(), "cnntargz-warnings-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const sources = [`${projectName}_test.cpp`, `firmware/${projectName}.cpp`];
    const allowed = ["-Wno-unknown-pragmas", "-Wno-unused-label"];
    const flags = ["-Wall", "-Wextra", "-Werror", ...allowed, `-I${includeFolder()}`];
    for (const [standard, ...defines] of [["-std=c++11"], ["-std=c++14", "-DCNNTARGZ_TRACE"]]) {
      const args = [standard!, ...defines, "-fsyntax-only", ...flags, ...sources];
      execFileSync("g++", args, { cwd: folder, stdio: "pipe" });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

needs("g++")("firmware compiled with g++ computes what the interpreter computes", () => {
  test.each([1, 2, 3, 4, 5, 6])(
    "random network %i, with all rounding and overflow modes",
    async (seed) => {
      const network = randomNetwork(seed, { accumulators: "any", modes: "any" });
      const images = randomImages(network, seed, 25);
      const outputs = await simulate(network, images, 25);
      const expected = interpret(network, images, 25);
      expect(compareOutputs(expected, outputs, expected.length / 25)).toMatchObject(exact);
    },
  );

  test.each([21, 22])("random network %i, with words of up to 16 bits", async (seed) => {
    const network = randomNetwork(seed, { bits: 16 });
    const images = randomImages(network, seed, 25);
    const expected = interpret(network, images, 25);
    const outputs = await simulate(network, images, 25);
    expect(compareOutputs(expected, outputs, expected.length / 25)).toMatchObject(exact);
  });

  test.each([31, 32, 33, 34])(
    "random network %i with the resource strategy, each layer with a legal reuse factor of its own",
    async (seed) => {
      // Sums that saturate on the way depend on the order of the products, too.
      const network = randomNetwork(seed, { accumulators: "any", modes: "any" });
      const factors = network.layers.flatMap((layer) => {
        if (layer.kind !== "conv2d" && layer.kind !== "dense") return [];
        const outputs = layer.outputShape[2];
        const legal = legalReuseFactors(layer.weights.values.length / outputs, outputs);
        return [[layer.name, { reuseFactor: legal[(seed * 7) % legal.length]! }] as const];
      });
      const config = { strategy: "resource", layers: Object.fromEntries(factors) } as const;
      const images = randomImages(network, seed, 25);
      const expected = interpret(network, images, 25);
      const outputs = await simulate(network, images, 25, config);
      expect(compareOutputs(expected, outputs, expected.length / 25)).toMatchObject(exact);
    },
  );

  test.each([41, 42, 43])(
    "random network %i in io_parallel, with activations and scales on their own",
    async (seed) => {
      const network = randomNetwork(seed, {
        accumulators: "any",
        modes: "any",
        elementwise: true,
      });
      const images = randomImages(network, seed, 25);
      const expected = interpret(network, images, 25);
      const outputs = await simulate(network, images, 25, { ioType: "io_parallel" });
      expect(compareOutputs(expected, outputs, expected.length / 25)).toMatchObject(exact);
    },
  );

  test("a random network in io_parallel, several pixels at once, with shared multipliers", async () => {
    const network = randomNetwork(44, { accumulators: "any", modes: "any", imageSize: 9 });
    const layers = Object.fromEntries(
      network.layers.flatMap((layer) => {
        if (layer.kind !== "conv2d") return [];
        const pixels = layer.outputShape[0] * layer.outputShape[1];
        const parallelizationFactor = [3, 2, 1].find((factor) => pixels % factor === 0)!;
        const outputs = layer.outputShape[2];
        const legal = legalReuseFactors(layer.weights.values.length / outputs, outputs);
        return [[layer.name, { parallelizationFactor, reuseFactor: legal[1] ?? 1 }] as const];
      }),
    );
    const config = { ioType: "io_parallel", strategy: "resource", layers } as const;
    const images = randomImages(network, 44, 25);
    const expected = interpret(network, images, 25);
    const outputs = await simulate(network, images, 25, config);
    expect(compareOutputs(expected, outputs, expected.length / 25)).toMatchObject(exact);
  });

  test.each([
    ["io_stream", "latency"],
    ["io_stream", "resource"],
    ["io_parallel", "resource"],
  ] as const)("a random network in hls4ml's layers, %s, %s", async (ioType, strategy) => {
    const network: IntegerNetwork = {
      ...randomNetwork(51, { elementwise: true }),
      typeRule: "hls4ml",
    };
    const images = randomImages(network, 51, 25);
    const expected = interpret(network, images, 25);
    const outputs = await simulate(network, images, 25, { compat: "hls4ml", ioType, strategy });
    expect(compareOutputs(expected, outputs, expected.length / 25)).toMatchObject(exact);
  });

  test.each(["io_stream", "io_parallel"] as const)(
    "a float network in ap_fixed<32,16>, %s: products of 64 bits, cut after each addition",
    async (ioType) => {
      const type = fixedType(true, 32, 16);
      const network = uniform(student(), type);
      const images = randomImages({ ...network, inputType: fixedType(false, 17, 1) }, 3, 200);
      const expected = compileNetwork(network).run(images, 200);
      expect(new Set(expected).size).toBeGreaterThan(200);
      const outputs = await simulate(network, images, 200, { ioType });
      expect(compareOutputs(expected, outputs, 2)).toEqual({ images: 200, ...exact });
    },
  );

  test("the generated C++ compiles without a warning", () => {
    const network: IntegerNetwork = {
      ...randomNetwork(2, { elementwise: true, imageLayers: 4 }),
      typeRule: "hls4ml",
    };
    const configs: HlsConfigInput[] = [
      {},
      { ioType: "io_parallel", strategy: "resource" },
      { compat: "hls4ml", strategy: "resource", backend: "vivado" },
    ];
    for (const config of configs) expectNoWarnings(renderHls(planHls(network, config), network));
    for (const ioType of ["io_stream", "io_parallel"] as const) {
      expectNoWarnings(renderHls(planHls(student(), { ioType, fragmenter: {} }), student()));
    }
  });

  test("a Student-shaped network, over 6,000 images", async () => {
    const network = student();
    const images = randomImages(network, 1, 6000);
    const expected = compileNetwork(network).run(images, 6000);
    // Not all the same: the comparison would prove little.
    expect(new Set(expected).size).toBeGreaterThan(200);
    expect(compareOutputs(expected, await simulate(network, images, 6000), 2)).toEqual({
      images: 6000,
      ...exact,
    });
  });

  test("the project's own script and test bench accept the interpreter's outputs, and no others", () => {
    const network = randomNetwork(6);
    const inputs = randomImages(network, 6, 10);
    const outputs = interpret(network, inputs, 10);
    const folder = mkdtempSync(join(tmpdir(), "cnntargz-conformance-"));
    const build = (expected: readonly number[]): string => {
      const testbench = { inputs, outputs: expected, count: 10 };
      const { files } = renderHls(planHls(network), network, { testbench });
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
      const env = { ...process.env, AP_INCLUDE: includeFolder() };
      return execFileSync("sh", ["build_lib.sh", "csim"], {
        cwd: folder,
        env,
        encoding: "utf8",
        stdio: "pipe",
      });
    };
    try {
      expect(build(outputs)).toBe("10 images, 0 mismatching outputs\n");
      const wrong = outputs.with(-1, outputs.at(-1)! === 0 ? 1 : 0);
      expect(() => build(wrong)).toThrow(/image 9, output \d+: expected/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("a trace names the first layer, pixel and channel at which a wrong weight shows", async () => {
    const network = student();
    const wrong = structuredClone(network);
    const layer = wrong.layers[2]!;
    if (layer.kind !== "conv2d") throw new TypeError("not a conv2d");
    layer.bias.values[4] = layer.bias.values[4]! > 0 ? -8 : 7;
    const images = randomImages(network, 2, 3);
    const csim = await compileCSim(renderHls(planHls(wrong), wrong), {
      compiler: "g++",
      trace: true,
    });
    const { traces } = await csim.run(images, 3);
    await csim.dispose();
    expect(traces).toHaveLength(3);
    const candidate = layerIntegers(network, traces![0]!);
    const traceOf = (of: IntegerNetwork) =>
      new Map(
        [...runReference(of, images.subarray(0, 144)).trace].map(([name, { result }]) => [
          name,
          result,
        ]),
      );
    expect(findFirstMismatch(wrong, traceOf(wrong), candidate)).toBeNull();
    expect(findFirstMismatch(network, traceOf(network), candidate)).toMatchObject({
      layer: "conv3",
      channel: 4,
    });
  });
});
