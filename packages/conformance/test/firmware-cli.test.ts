import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { IntegerNetwork, TrainedModel } from "@cnntargz/contracts";
import { parseType } from "@cnntargz/fixed-point";
import { planHls } from "@cnntargz/hls-codegen";
import { student9x16 } from "@cnntargz/models";
import { writeArtifact } from "@cnntargz/stage-kit";
import { needs, randomNetwork } from "@cnntargz/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";

import { cnntargz } from "./run-cnntargz.js";

let folder: string;
const run = (...args: readonly string[]) => cnntargz(args, folder);
const text = (...path: string[]): string => readFileSync(join(folder, ...path), "utf8");

/** A Student trained in floating point, or so it says. */
function floatStudent(): TrainedModel {
  let state = 1;
  const values = (count: number) =>
    Float32Array.from({ length: count }, () => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return state / 2147483648 - 0.5;
    });
  const tensor = (shape: number[]) => ({
    dtype: "float32" as const,
    shape,
    values: values(shape.reduce((a, b) => a * b)),
  });
  const shapes: Record<string, number[]> = {
    conv1a: [3, 3, 1, 1],
    conv1b: [3, 3, 1, 1],
    conv2a: [3, 3, 1, 6],
    conv2b: [3, 3, 6, 6],
    dense1: [48, 10],
    dense2: [10, 10],
    output: [10, 2],
  };
  return {
    kind: "trained-model",
    schemaVersion: 1,
    spec: student9x16,
    quantScheme: null,
    inputType: parseType("ap_ufixed<2,1>"),
    labelScaling: { ptScaleGeV: 20, eta: "window" },
    weights: Object.fromEntries(
      Object.entries(shapes).flatMap(([name, shape]) => [
        [`${name}/kernel`, tensor(shape)],
        [`${name}/bias`, tensor([shape.at(-1)!])],
      ]),
    ),
    metrics: { epochs: [], constantLoss: 0, restarts: 0 },
    provenance: { stage: "test", packages: {}, seed: 1, inputs: {}, config: null },
  };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cnntargz-firmware-"));
  writeArtifact(join(folder, "network.json"), IntegerNetwork, randomNetwork(12));
  writeArtifact(join(folder, "float.json"), TrainedModel, floatStudent());
  mkdirSync(join(folder, "other"));
  writeFileSync(join(folder, "other", "thesis.tex"), "years of work");
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("cnntargz config", () => {
  it("prints a configuration in hls4ml's words, which changes nothing as it is", async () => {
    const { code, stdout, stderr } = await run("config", "network.json", "--reuse-factor", "1");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const config = parse(stdout) as { HLSConfig: { LayerName: Record<string, object> } };
    const { layers } = randomNetwork(12);
    expect(Object.keys(config.HLSConfig.LayerName)).toEqual([
      "input_1",
      ...layers.flatMap(({ kind, name }) => (kind === "dense" ? [name, `${name}_linear`] : [name])),
    ]);
    writeFileSync(join(folder, "same.yml"), stdout);
    await run("convert", "network.json", "--out", "plain");
    await run("convert", "network.json", "--config", "same.yml", "--out", "configured");
    for (const path of ["firmware/defines.h", "firmware/parameters.h", "firmware/myproject.cpp"]) {
      expect(text("configured", path)).toBe(text("plain", path));
    }
  });

  it("writes JSON to a file", async () => {
    const { stdout } = await run(
      ...["config", "network.json", "--granularity", "model", "--json", "--out", "model.json"],
    );
    expect(stdout).toBe("");
    expect(JSON.parse(text("model.json"))).toMatchObject({ Backend: "Vitis", IOType: "io_stream" });
  });
});

describe("cnntargz convert", () => {
  it("writes a project, and another over it", async () => {
    const first = await run("convert", "network.json", "--out", "project", "--images", "3");
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first.stdout).toMatch(
      /random_network for vitis HLS, io_stream, .* 3 images \(noise, seed 1\)/,
    );
    expect(text("project", "tb_data/tb_input_features.dat").trimEnd().split("\n")).toHaveLength(3);
    writeFileSync(join(folder, "project", "notes.txt"), "mine");
    const second = await run(
      ...["convert", "network.json", "--out", "project", "--backend", "vivado", "--json"],
      ...["--io-type", "io_parallel", "--project-name", "muon"],
    );
    const { hls, files } = JSON.parse(second.stdout) as { hls: object; files: string[] };
    expect(hls).toMatchObject({ backend: "vivado", ioType: "io_parallel", projectName: "muon" });
    expect(files).toContain("firmware/muon.cpp");
    expect(existsSync(join(folder, "project", "firmware/muon.cpp"))).toBe(true);
    expect(text("project", "notes.txt")).toBe("mine");
  });

  it("takes a float model in one type, and says what became of a misplaced IOType", async () => {
    writeFileSync(join(folder, "misplaced.yml"), "Model: { IOType: io_parallel }\n");
    const { code, stderr } = await run(
      ...["convert", "float.json", "--precision", "ap_fixed<16,6>", "--out", "float"],
      ...["--config", "misplaced.yml"],
    );
    expect(code).toBe(0);
    expect(stderr).toMatch(/^note: IOType io_parallel was taken from HLSConfig\.Model/);
    expect(text("float", "firmware/defines.h")).toContain("typedef ap_fixed<16,6> conv1a_accum_t;");
    expect(text("float", "firmware/myproject.h")).toContain("input_t input_1[144]");
  });

  it.each([
    [["--out", "other"], 2, /other holds files but no HLS project/],
    [["--out", "x", "--config", "gone.yml"], 2, /gone\.yml can not be read/],
    [["--out", "x", "--part", "a b"], 2, /must be a part number/],
    [["--out", "x", "--precision", "ap_fixed<8,4>"], 2, /whose types are settled/],
    [["--out", "x", "--templates", "nowhere"], 2, /there is no template folder nowhere/],
    [["--out", "x", "--fragmenter", "disjoint"], 2, /makes images of \[9, 16, 1\]/],
    [[], 2, /required option '--out <dir>'/],
  ])("%j ends with %i", async (args, expected, message) => {
    const { code, stderr } = await run("convert", "network.json", ...args);
    expect(code).toBe(expected);
    expect(stderr).toMatch(message);
    expect(existsSync(join(folder, "x"))).toBe(false);
    expect(text("other", "thesis.tex")).toBe("years of work");
  });

  it("asks for the type of a float model", async () => {
    const { code, stderr } = await run("convert", "float.json", "--out", "x");
    expect(code).toBe(2);
    expect(stderr).toMatch(/trained in floating point: .*--precision ap_fixed<32,16>/);
  });
});

describe("cnntargz convert says how far the firmware is from its model", () => {
  /** A configuration that gives the last layer another result. */
  const lastResult = (type: string): string => {
    const { name } = randomNetwork(12).layers.at(-1)!;
    return `Model: {}\nLayerName: { "${name}": { Precision: { result: "${type}" } } }\n`;
  };

  it("as it is: not at all", async () => {
    const { code, stdout } = await run("convert", "network.json", "--out", "near", "--json");
    expect(code).toBe(0);
    const { model } = JSON.parse(stdout) as { model: object };
    expect(model).toMatchObject({
      constants: [],
      wrappedConstants: 0,
      distance: { isExact: true, events: 100, differing: 0, maxDifference: 0 },
    });
  });

  it("with constants that wrap around: a note for each layer, exit code 3", async () => {
    const network = randomNetwork(12);
    const layer = network.layers.find(({ kind }) => kind === "conv2d" || kind === "dense")!;
    writeFileSync(
      join(folder, "narrow.yml"),
      `Model: {}\nLayerName: { "${layer.name}": { Precision: { weight: "ufixed<1,0>", bias: "ufixed<1,0>" } } }\n`,
    );
    const narrow = ["--config", "narrow.yml", "--out", "narrow"];
    const { code, stdout, stderr } = await run("convert", "network.json", ...narrow);
    expect(code).toBe(3);
    expect(stderr).toMatch(
      new RegExp(`note: Constants are other numbers .*: ${layer.name} \\d+ of \\d+ weights`),
    );
    expect(stdout).toMatch(/^against the network in network\.json: [1-9]\d* of 100 events differ/m);
    expect(stdout).toMatch(
      new RegExp(`^constants that changed: ${layer.name} \\d+ of \\d+ .*\\([1-9]\\d* wrap\\)`, "m"),
    );
  });

  it("a float model: distance, and sums that wrap around", async () => {
    const far = async (type: string) => {
      const args = ["convert", "float.json", "--precision", type, "--out", "far", "--json"];
      const { code, stdout } = await run(...args);
      expect(code).toBe(0);
      const { model } = JSON.parse(stdout) as {
        model: { wraps: object[]; distance: { reference: string; maxPtGeV: number } };
      };
      return model;
    };
    const fine = await far("ap_fixed<32,16>");
    expect(fine.distance).toMatchObject({ reference: "the float model", isExact: false });
    expect(fine.distance.maxPtGeV).toBeLessThan(0.1);
    expect(fine.wraps).toEqual([]);
    const coarse = await far("ap_fixed<10,1>");
    expect(coarse.distance.maxPtGeV).toBeGreaterThan(1);
    expect(coarse.wraps.length).toBeGreaterThan(0);
  });

  it.each([
    [
      "hls.yml",
      "Model: { ReuseFactor: 7, Strategy: Resource }",
      /Set LayerName\..+\.ReuseFactor: /,
    ],
    ["own.yml", "{ reuseFactor: 7, strategy: resource }", /Set layers\..+\.reuseFactor: /],
    [null, "", /All of these take --reuse-factor 1[,.;]/],
  ])("%s: all illegal reuse factors at once, in its words", async (file, text, words) => {
    if (file !== null) writeFileSync(join(folder, file), `${text}\n`);
    const given =
      file === null ? ["--reuse-factor", "7", "--strategy", "resource"] : ["--config", file];
    const args = ["convert", "float.json", "--precision", "ap_fixed<16,6>", "--out", "x", ...given];
    const { code, stderr } = await run(...args);
    expect(code).toBe(2);
    for (const layer of ["conv1a", "conv1b", "conv2a", "conv2b", "dense1", "dense2", "output"]) {
      expect(stderr).toContain(`layer ${layer}: reuse factor 7 does not fit its `);
    }
    expect(stderr).toMatch(
      /layer conv2a: .* legal values are 1, 3, 9, 18, 27, 54; the nearest is 9/,
    );
    expect(stderr).toMatch(words);
  });

  needs("g++")("and cnntargz verify", () => {
    it("does not certify another network", async () => {
      writeFileSync(join(folder, "last.yml"), lastResult("ap_fixed<3,3>"));
      const config = ["--config", "last.yml"];
      expect((await run("convert", "network.json", ...config, "--out", "last")).code).toBe(0);
      const args = ["verify", "network.json", "--project", "last", "--images", "50"];
      const { code, stdout } = await run(...args);
      expect(stdout).toMatch(/^0 outputs differ from the integer network's$/m);
      expect(stdout).toMatch(
        /^against the network in network\.json: [1-9]\d* of 50 events differ/m,
      );
      expect(code).toBe(3);
    });
  });
});

needs("g++")("cnntargz verify", () => {
  it("finds the firmware equal, strips and windows included", async () => {
    const { code, stdout } = await run(
      ...["verify", "float.json", "--precision", "ap_fixed<16,6>", "--images", "50", "--json"],
      ...["--fragmenter", "overlapping", "--io-type", "io_parallel", "--compiler", "g++"],
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      network: "student9x16",
      images: 50,
      imageSource: "toy events, seed 1",
      mismatches: 0,
      windowMismatches: 0,
      first: null,
      apTypes: "own",
    });
  });

  it("names the first layer that a changed project computes otherwise", async () => {
    await run("convert", "network.json", "--out", "edited");
    const same = await run("verify", "network.json", "--project", "edited", "--images", "20");
    expect(same.code).toBe(0);
    expect(same.stdout).toMatch(/^0 outputs differ/m);
    // The first layer's first bias becomes another one.
    const { layers } = planHls(randomNetwork(12));
    const first = layers.find((layer) => layer.kind === "conv2d" || layer.kind === "dense")!;
    const path = join(folder, "edited", `firmware/weights/b${first.index}.h`);
    const header = readFileSync(path, "utf8");
    const changed = header.replace(
      /\{(-?[\d.]+)/,
      (_, value) => `{${Number(value) === 0 ? "1.0" : "0.0"}`,
    );
    expect(changed).not.toBe(header);
    writeFileSync(path, changed);
    const other = await run("verify", "network.json", "--project", "edited", "--images", "20");
    expect(other.code).toBe(3);
    expect(other.stdout).toMatch(
      new RegExp(`first: image \\d+, layer ${first.name}, row \\d+, column \\d+, channel 0: `),
    );
  });

  it.each([
    [["--project", "other"], 2, /other\/hls4ml_config\.yml can not be read/],
    [["--data", "gone.h5"], 2, /leave the file out to test with noise|gone\.h5/],
    [["--ap-types", "nowhere"], 2, /nowhere/],
    [["--images", "0"], 2, /at least 1/],
  ])("%j ends with %i", async (args, expected, message) => {
    const { code, stderr } = await run("verify", "network.json", ...args);
    expect(code).toBe(expected);
    expect(stderr).toMatch(message);
  });
});
