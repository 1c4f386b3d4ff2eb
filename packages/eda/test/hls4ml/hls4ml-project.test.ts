import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import {
  compileCSim,
  findHls4mlMismatch,
  type Hls4mlLayer,
  includeFolder,
  readHls4mlProject,
} from "@cnntargz/eda";
import { compileNetwork, formatType } from "@cnntargz/fixed-point";
import { denseNetwork, hls4mlLikeProject, type Hls4mlLikeOptions, needs } from "@cnntargz/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cnntargz-hls4ml-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const sizes = { inputs: 2, outputs: 2 };
const layers: Hls4mlLayer[] = [
  { name: "hidden", role: "dense" },
  { name: "hidden_alpha", role: "scale" },
  { name: "hidden_relu", role: "activation" },
  { name: "output", role: "dense" },
];

function write(options: Hls4mlLikeOptions, change: (text: string) => string = (text) => text) {
  for (const [path, text] of Object.entries(hls4mlLikeProject(options))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), change(text));
  }
  cpSync(includeFolder(), join(folder, "firmware/ap_types"), { recursive: true });
}

describe.each(["io_stream", "io_parallel"] as const)(
  "a project in hls4ml's layout, %s",
  (ioType) => {
    test("is read: ports, types, layers, headers", async () => {
      write({ ioType });
      const read = await readHls4mlProject(folder, sizes);
      expect(read.project).toMatchObject({ projectName: "muon", interface: { ioType } });
      expect(formatType(read.project.interface.inputType)).toBe("ap_fixed<16,6>");
      expect(formatType(read.project.interface.outputType)).toBe("ap_fixed<20,10>");
      expect(read.layers).toEqual(layers);
      expect(read.apTypes).toBe(join(folder, "firmware", "ap_types"));
    });

    needs("g++")("compiled", () => {
      test("computes from its text weights, and is traced layer by layer", async () => {
        write({ ioType, scale: 1 });
        const { project, apTypes } = await readHls4mlProject(folder, sizes);
        const csim = await compileCSim(project, {
          apTypes: apTypes!,
          trace: true,
          compiler: "g++",
        });
        // 1.5 and 0.5 in units of 2^-10.
        const { outputs, traces } = await csim.run([1536, 512], 1);
        await csim.dispose();
        expect([...outputs].map((value) => value / 1024)).toEqual([1.75, 0.5]);
        const numbers = [...traces![0]!].map(([name, values]) => [name, [...values]]);
        expect(Object.fromEntries(numbers)).toEqual({
          hidden: [0.625, 0.5],
          hidden_alpha: [1.25, 0.5],
          hidden_relu: [1.25, 0.5],
          output: [1.75, 0.5],
        });
      });
    });
  },
);

test.each([
  [(text: string) => text.replace("&layer5_out\n", "&layer5_out, int n\n"), /"int n" is no stream/],
  [
    (text: string) => text.replaceAll("void muon(", "void other("),
    /muon\.h: it declares no function muon/,
  ],
  [
    (text: string) => text.replace("ap_fixed<20,10>, 2*1> result_t", "float, 2*1> result_t"),
    /defines\.h: result_t is no ap_fixed/,
  ],
])(
  "a project that is none of hls4ml's for Vitis or Vivado is refused by name",
  async (change, message) => {
    write({ ioType: "io_stream" }, change);
    await expect(readHls4mlProject(folder, sizes)).rejects.toThrow(message);
  },
);

describe("the first layer that differs", () => {
  const network = denseNetwork();
  const { trace } = compileNetwork(network).trace([3, 1]);
  // Of [1.5, 0.5]; the network has the scale of 2 in its weights.
  const right = new Map([
    ["hidden", Float64Array.of(0.625, 0.5)],
    ["hidden_alpha", Float64Array.of(1.25, 1)],
    ["hidden_relu", Float64Array.of(1.25, 1)],
    ["output", Float64Array.of(2, 0.75)],
  ]);
  const changed = (entries: [string, number[]][]) =>
    new Map([
      ...right,
      ...entries.map(([name, values]) => [name, Float64Array.from(values)] as const),
    ]);

  test("is none when all agree, whatever sums are before a scale", () => {
    expect(findHls4mlMismatch(network, trace, layers, right)).toBeNull();
  });

  test("is the scale that was halved, not the relu after it", () => {
    const theirs = changed([
      ["hidden_alpha", [1.25, 0.5]],
      ["hidden_relu", [1.25, 0.5]],
      ["output", [1.75, 0.5]],
    ]);
    expect(findHls4mlMismatch(network, trace, layers, theirs)).toEqual({
      layer: "hidden_alpha",
      networkLayer: "hidden",
      row: 0,
      column: 0,
      channel: 1,
      expected: 1,
      actual: 0.5,
    });
  });

  test("is not one whose difference the activation undoes", () => {
    const theirs = changed([
      ["hidden_alpha", [1.25, 7]],
      ["output", [2, 0]],
    ]);
    expect(findHls4mlMismatch(network, trace, layers, theirs)).toMatchObject({
      layer: "output",
      channel: 1,
      expected: 0.75,
      actual: 0,
    });
  });

  test("is not named where the layers are others", () => {
    const pooled = layers.with(1, { name: "pool", role: "pool" });
    expect(findHls4mlMismatch(network, trace, pooled, new Map())).toBeNull();
    const unknown = layers.with(1, { name: "add", role: "other" });
    expect(findHls4mlMismatch(network, trace, unknown, new Map())).toBeNull();
  });
});
