import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { TriggerPerformance } from "@cnntargz/contracts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { bin, cnntargz } from "./run-cnntargz.js";

/** Too few events to pass, enough to go through every stage. */
const tinyConfig = `
name: tiny
seed: 3
dataset:
  split: { train: 6000, validation: 1000, test: 2000 }
  noiseScan: { noisePerPixel: [0.003], events: 500 }
teacher: { train: { epochs: 1, batchSize: 64, learningRate: 0.003 } }
student: { train: { epochs: 4, batchSize: 64, learningRate: 0.003, maxRestarts: 20 } }
quantization:
  bits: 4
  calibrationEvents: 1000
  train: { epochs: 2, batchSize: 64 }
distillation:
  hints: [{ student: dense2, teacher: dense2, gamma: 0.05 }]
verification: { csimImages: 50, referenceImages: 20 }
`;

/** Start a run and stop it with SIGTERM as soon as stderr tells of `stage`; gives the exit code. */
function stoppedAfter(stage: string, args: readonly string[], cwd: string): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [bin, ...args], {
      cwd,
      stdio: ["ignore", "ignore", "pipe"],
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      if (text.includes(`${stage}:`)) child.kill("SIGTERM");
    });
    child.on("close", resolve);
  });
}

interface Summary {
  performance: Record<string, number>;
  digests: Record<string, string>;
  bitExact: { images: number; mismatches: number };
  status: string;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cnntargz-cli-"));
  writeFileSync(join(folder, "tiny.yaml"), tinyConfig);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("cnntargz", () => {
  it.each([
    ["a part without figures", `hls: { part: xc7a35t-cpg236-1 }`, /is not in the device table/],
    [
      "a reuse factor",
      "hls: { strategy: resource, reuseFactor: 64 }",
      /layer conv1a: reuse factor 64 .* legal values are 1, 3, 9/,
    ],
  ])("refuses %s before the first event", async (_, hls, message) => {
    writeFileSync(join(folder, "wrong.yaml"), `${tinyConfig}${hls}\n`);
    const { code, stderr } = await cnntargz(["run", "wrong.yaml", "--out", "wrong"], folder);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(existsSync(join(folder, "wrong"))).toBe(false);
  });

  it("explains itself", async () => {
    const { code, stdout } = await cnntargz(["--help"], folder);
    expect(code).toBe(0);
    expect(stdout).toMatch(/run .*Run the whole pipeline/);
    expect(stdout).toMatch(/Exit codes/);
  });

  it.each([
    [["walk"], /unknown command 'walk'/],
    [["run"], /give either a config file or --preset/],
    [["run", "--preset", "nope"], /Allowed choices are/],
    [["run", "--preset", "demo", "--seed", "-1"], /must be an integer/],
    [["run", "missing.yaml"], /missing\.yaml can not be read/],
  ])("%j is a usage error", async (args, message) => {
    const { code, stdout, stderr } = await cnntargz(args, folder);
    expect(stderr).toMatch(message);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });

  it("points at the line of a wrong configuration", async () => {
    const wrong = tinyConfig.replace("bits: 4", "bits: 40\n  nbits: 4");
    writeFileSync(join(folder, "wrong.yaml"), wrong);
    const { code, stderr } = await cnntargz(["run", "wrong.yaml"], folder);
    expect(code).toBe(2);
    expect(stderr).toMatch(/wrong\.yaml:10:9 quantization\.bits: .*<=8/);
    expect(stderr).toMatch(/Unrecognized key: "nbits"/);
  });
});

describe("cnntargz run", () => {
  it("goes from events to a verdict, and makes the same bytes twice", async () => {
    const runs = [];
    for (const out of ["a", "b"]) {
      const outcome = await cnntargz(["run", "tiny.yaml", "--json", "--out", out], folder);
      // A network trained this briefly can not pass: the run is complete, the verdict is not.
      expect(outcome.stderr).not.toMatch(/error/);
      expect(outcome.code).toBe(3);
      runs.push(JSON.parse(outcome.stdout) as Summary);
    }
    const [first, second] = runs;
    expect(first!.bitExact).toMatchObject({ images: 2000, mismatches: 0 });
    expect(Object.keys(first!.digests)).toEqual(
      expect.arrayContaining(["dataset", "teacher", "student", "quantized", "network", "firmware"]),
    );
    expect(second!.digests).toEqual(first!.digests);
    for (const file of ["verdict.json", "manifest.json", "config.json", "firmware/build_prj.tcl"]) {
      expect(existsSync(join(folder, "a", file)), file).toBe(true);
    }
    for (const file of ["record.json", "report.html", "report.md", "figures/turn-on.svg"]) {
      const [one, other] = ["a", "b"].map((out) => readFileSync(join(folder, out, file)));
      expect(one!.equals(other!), file).toBe(true);
    }
  });

  it("leaves predictions that evaluate finds the same in", async () => {
    const run = await cnntargz(["run", "tiny.yaml", "--json", "--out", "a"], folder);
    const { performance } = JSON.parse(run.stdout) as Summary;
    const files = ["teacher-float", "student-4-bit-integer"].map(
      (name) => `a/predictions/${name}.json`,
    );
    const { stdout } = await cnntargz(["evaluate", ...files, "--json"], folder);
    const { models } = JSON.parse(stdout) as {
      models: { model: string; performance: TriggerPerformance }[];
    };
    expect(models.map(({ model }) => model)).toEqual(["Teacher, float", "Student 4 bit, integer"]);
    const { fakeRate, plateau, fakeRateUpperLimit, resolution, etaLocalResolution } =
      models[1]!.performance;
    expect(performance).toMatchObject({
      ...{ fakeRate: fakeRate.value, plateau: plateau.value, fakeRateUpperLimit },
      resolutionGeV: resolution!.stdGeV,
    });
    expect(etaLocalResolution!.events).toBeGreaterThan(900);
  });

  it("goes on after it was stopped, to the same bytes", async () => {
    const args = ["run", "tiny.yaml", "--json", "--out", "stopped"];
    expect(await stoppedAfter("train-teacher", args, folder)).toBe(130);
    expect(existsSync(join(folder, "stopped/verdict.json"))).toBe(false);
    const { stdout, stderr } = await cnntargz(args, folder);
    expect(stderr).toMatch(/train-teacher: cached/);
    const whole = await cnntargz(["run", "tiny.yaml", "--json", "--out", "a"], folder);
    expect((JSON.parse(stdout) as Summary).digests).toEqual(
      (JSON.parse(whole.stdout) as Summary).digests,
    );
  });

  it("takes everything from the run directory the second time", async () => {
    const { code, stderr, stdout } = await cnntargz(["run", "tiny.yaml", "--out", "a"], folder);
    expect(code).toBe(3);
    for (const stage of ["dataset", "train-teacher", "train-quantized", "firmware"]) {
      expect(stderr).toMatch(new RegExp(`${stage}: cached`));
    }
    expect(stdout).toMatch(/fake rate/);
    expect(JSON.parse(readFileSync(join(folder, "a/verdict.json"), "utf8"))).toMatchObject({
      kind: "verdict",
    });
  });

  it("can be made again from the configuration it leaves behind", async () => {
    const args = ["run", "a/config.json", "--json", "--out", "a"];
    const { stderr, stdout } = await cnntargz(args, folder);
    expect(stderr).toMatch(/train-quantized: cached/);
    expect(stderr).toMatch(/profile: cached/);
    expect(JSON.parse(stdout)).toMatchObject({ name: "tiny", seed: 3 });
  });

  it("leaves a directory that estimate and compare read", async () => {
    const estimate = await cnntargz(["estimate", "a", "--json"], folder);
    expect(estimate.stderr).toBe("");
    const { resources, file } = JSON.parse(estimate.stdout) as {
      resources: { total: object; latencyCycles: number };
      file: string;
    };
    expect(file).toMatch(/^a\/stages\/integers-\w+\/network\.json$/);
    const { stdout } = await cnntargz(["compare", "slides:teacher", "a", "--json"], folder);
    const { designs } = JSON.parse(stdout) as {
      designs: { design: string; reports: { report: object }[] }[];
    };
    expect(designs.map(({ design }) => design)).toEqual(["slides:teacher", "a"]);
    // The stage of the run and a fresh estimate agree.
    expect(designs[1]!.reports[0]!.report).toEqual(resources);
    const slower = await cnntargz(["estimate", "a", "--clock-period", "4"], folder);
    expect(slower.code).toBe(3);
    expect(slower.stdout).toMatch(/latency <= 400 ns .* fail/);
  });

  it("refuses a stage whose files were changed behind its back", async () => {
    const stages = readdirSync(join(folder, "a/stages"));
    const teacher = stages.find((name) => name.startsWith("train-teacher"))!;
    const model = join(folder, "a/stages", teacher, "model.json");
    writeFileSync(model, readFileSync(model, "utf8").replace("train-teacher", "train-torturer"));
    const { code, stderr } = await cnntargz(["run", "tiny.yaml", "--out", "a"], folder);
    expect(code).toBe(1);
    expect(stderr).toMatch(/model\.json in .*train-teacher.* is not what the stage wrote/);
  });
});

describe("cnntargz report", () => {
  interface Written {
    out: string;
    status: string;
    files: { path: string; bytes: number }[];
  }

  it("writes the report of a run anew, elsewhere, in the formats wanted", async () => {
    const args = ["report", "a", "--out", "again", "--format", "html,svg,png,vl", "--json"];
    const { code, stdout } = await cnntargz(args, folder);
    const { out, files, status } = JSON.parse(stdout) as Written;
    expect(out).toBe("again");
    // The run's own verdict.
    expect({ status, code }).toEqual({ status: "fail", code: 3 });
    const turnOn = ["svg", "png", "vl.json"].map((end) => `figures/turn-on.${end}`);
    expect(files.map(({ path }) => path)).toEqual(
      expect.arrayContaining(["report.html", ...turnOn]),
    );
    for (const { path, bytes } of files) {
      expect(readFileSync(join(folder, "again", path)).byteLength, path).toBe(bytes);
    }
    const [own, again] = ["a", "again"].map((name) =>
      readFileSync(join(folder, name, "report.html")),
    );
    expect(own!.equals(again!)).toBe(true);
  });

  it("sets runs beside each other", async () => {
    const args = ["report", "a", "b", "--format", "md", "--quiet"];
    const { code, stdout, stderr } = await cnntargz(args, folder);
    expect(stderr).toBe("");
    expect(code).toBe(3);
    expect(stdout).toMatch(/^comparison\/report\.md {2}\d+ kB\n$/);
    const markdown = readFileSync(join(folder, "comparison/report.md"), "utf8");
    expect(markdown).toMatch(/^# Comparison of 2 runs\n/);
    expect(markdown).toContain("The runs have the same configuration.");
  });

  it("leaves out, and names, what is no run among several", async () => {
    mkdirSync(join(folder, "a.lock"));
    const runs = ["a", "a.lock", "b", "tiny.yaml"];
    const args = ["report", ...runs, "--format", "md", "--out", "beside", "--quiet"];
    const { code, stdout, stderr } = await cnntargz(args, folder);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^beside\/report\.md {2}\d+ kB\n$/);
    expect(stderr).toMatch(/^warning: a\.lock is left out: it has neither record\.json nor stages/);
    expect(stderr).toMatch(/\nwarning: tiny\.yaml is left out: it is a file/);
    expect(readFileSync(join(folder, "beside/report.md"), "utf8")).toMatch(
      /^# Comparison of 2 runs/,
    );
  });

  it.each([
    [["report"], /missing required argument 'runs'/],
    [["report", "a", "nowhere"], /nowhere can not be reported: there is no such folder/],
    [["report", "a", "a"], /two runs are labelled/],
    [["report", "a", "--format", "html,pdf"], /must be some of html,md,svg,png,vl/],
  ])("%j is a usage error", async (args, message) => {
    const { code, stdout, stderr } = await cnntargz(args, folder);
    expect(stderr).toMatch(message);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });
});
