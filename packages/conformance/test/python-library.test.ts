import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { HlsConfigInput, IntegerNetwork } from "@cnntargz/contracts";
import { compileNetwork, fractionBits } from "@cnntargz/fixed-point";
import { planHls, renderHls } from "@cnntargz/hls-codegen";
import { writeProject } from "@cnntargz/orchestrator";
import { denseNetwork, needs, pythonWith, randomImages, randomNetwork } from "@cnntargz/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";

/** What hls4ml's link_existing_project needs of hls4ml_config.yml. */
interface LinkKeys {
  Backend: string;
  ProjectName: string;
  OutputDir: string;
  Stamp: string;
  InputShapes: Record<string, number[]>;
  OutputShapes: Record<string, number[]>;
  HLSConfig: object;
}

// Loads the library as hls4ml does, with the C types of the arrays that it is given; prints the outputs.
const PREDICT = `
import ctypes, json, sys
path, function, ctype, sizes, images = json.load(sys.stdin)
library = ctypes.cdll.LoadLibrary(path)
top = getattr(library, function)
top.restype = None
ctype = getattr(ctypes, ctype)
outputs = []
for image in images:
    arrays = [(ctype * len(image))(*image)] + [(ctype * size)() for size in sizes]
    top(*arrays)
    outputs.append([list(array) for array in arrays[1:]])
json.dump(outputs, sys.stdout)
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cnntargz python "));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Write the project of a network, and give what hls4ml would read of it. */
function write(network: IntegerNetwork, config: HlsConfigInput, name: string): LinkKeys {
  const outputDir = join(folder, name);
  const project = renderHls(planHls(network, config), network, { outputDir });
  writeProject(outputDir, project, {
    ...{ network: network.name, origin: "0".repeat(64), force: false },
  });
  return parse(readFileSync(join(outputDir, "hls4ml_config.yml"), "utf8")) as LinkKeys;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Compile the project as hls4ml does, and predict. */
function predict(
  { OutputDir, ProjectName, Stamp, OutputShapes }: LinkKeys,
  ctype: "float" | "double",
  images: number[][],
): number[][][] {
  execFileSync(join(OutputDir, "build_lib.sh"), { cwd: OutputDir, stdio: "pipe" });
  const input = JSON.stringify([
    `${OutputDir}/firmware/${ProjectName}-${Stamp}.so`,
    `${ProjectName}_${ctype}`,
    `c_${ctype}`,
    Object.values(OutputShapes).map(sizeOf),
    images,
  ]);
  const printed = execFileSync(pythonWith("ctypes"), ["-c", PREDICT], { input, encoding: "utf8" });
  return JSON.parse(printed) as number[][][];
}

const rows = (values: Float64Array, count: number): number[][] => {
  const size = values.length / count;
  return Array.from({ length: count }, (_, i) => [...values.subarray(i * size, (i + 1) * size)]);
};

describe("what hls4ml's link_existing_project reads", () => {
  test("names ports, shapes, folder and a stamp of the C++", () => {
    const network = randomNetwork(6);
    const keys = write(network, {}, "keys");
    expect(keys).toMatchObject({
      ...{ Backend: "Vitis", ProjectName: "myproject", OutputDir: join(folder, "keys") },
      InputShapes: { input_1: [...network.inputShape] },
    });
    expect(Object.values(keys.OutputShapes)).toEqual([[network.layers.at(-1)!.outputShape[2]]]);
    expect(keys.Stamp).toMatch(/^[0-9a-f]{12}$/);
    expect(write(network, { part: "xcu250-figd2104-2L-e" }, "same").Stamp).toBe(keys.Stamp);
    expect(write(network, { ioType: "io_parallel" }, "other").Stamp).not.toBe(keys.Stamp);
  });

  test("has the window beside the outputs of firmware with a fragmenter", () => {
    const images = { inputShape: [9, 16, 1] as const, outputShape: [1, 1, 144] as const };
    const [hidden, output] = denseNetwork().layers;
    if (hidden?.kind !== "dense") throw new TypeError("not a dense layer");
    const flatten = {
      ...{ kind: "flatten" as const, name: "flatten", ...images },
      resultType: denseNetwork().inputType,
    };
    const wide = {
      ...hidden,
      inputShape: images.outputShape,
      weights: { ...hidden.weights, shape: [144, 2], values: new Int32Array(288).fill(1) },
    };
    const network = {
      ...denseNetwork(),
      inputShape: images.inputShape,
      layers: [flatten, wide, output!],
    };
    const fragmenter = { windows: "disjoint" as const, pooling: "average" as const };
    const keys = write(network, { fragmenter }, "fragmenter");
    expect(keys.InputShapes).toEqual({ strips: [9, 12] });
    expect(Object.values(keys.OutputShapes)).toEqual([[2], [1]]);
  });
});

needs("g++")("with a compiler", () => {
  needs("python3")("and Python", () => {
    test.each([
      ["several layers, io_stream, Vitis", randomNetwork(7), {}],
      [
        "several layers, io_parallel, Vivado",
        randomNetwork(7),
        { ioType: "io_parallel", backend: "vivado", projectName: "muon" },
      ],
      [
        "one layer, io_stream, Vivado",
        { ...denseNetwork(), layers: denseNetwork().layers.slice(0, 1) },
        { backend: "vivado" },
      ],
    ] as [string, IntegerNetwork, HlsConfigInput][])(
      "the library gives the network's outputs: %s",
      (name, network, config) => {
        const count = 40;
        const integers = randomImages(network, 3, count);
        const expected = compileNetwork(network).run(integers, count);
        const inputUnit = 2 ** -fractionBits(network.inputType);
        const outputUnit = 2 ** -fractionBits(network.layers.at(-1)!.resultType);
        const images = rows(
          integers.map((value) => value * inputUnit),
          count,
        );
        const wanted = rows(
          Float64Array.from(expected, (value) => value * outputUnit),
          count,
        );
        expect(new Set(wanted.flat()).size).toBeGreaterThan(2);
        const keys = write(network, config, name);
        for (const ctype of ["double", "float"] as const) {
          const outputs = predict(keys, ctype, images).map(([values]) => values);
          const rounded = wanted.map((row) => (ctype === "float" ? row.map(Math.fround) : row));
          expect(outputs, ctype).toEqual(rounded);
        }
      },
    );

    test("a library of changed weights replaces the one before", () => {
      const network = denseNetwork();
      const keys = write(network, {}, "changed");
      expect(predict(keys, "double", [[1.5, 0.5]])).toEqual([[[2, 0.75]]]);
      const weights = join(keys.OutputDir, "firmware/weights");
      const bias = join(
        weights,
        readdirSync(weights).findLast((name) => /^b\d+\.h$/.test(name))!,
      );
      const text = readFileSync(bias, "utf8");
      writeFileSync(bias, text.replace("{0.250", "{0.500"));
      expect(readFileSync(bias, "utf8")).not.toBe(text);
      expect(predict(keys, "double", [[1.5, 0.5]])).toEqual([[[2.25, 0.75]]]);
    });
  });
});
