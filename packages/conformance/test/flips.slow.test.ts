import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { isDeepStrictEqual } from "node:util";

import { CnntargzError, TrainedModel } from "@cnntargz/contracts";
import {
  changedFirmware,
  evaluateFiles,
  readDesign,
  readRecord,
  readRecorded,
  readResources,
  readRunConfig,
  readRunFiles,
  runPipeline,
  testImages,
} from "@cnntargz/orchestrator";
import { createRng } from "@cnntargz/stage-kit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { filesBelow, tinyRun } from "./tiny-run.js";

const FLIPS = 1000;

let folder: string;
let out: string;
/** What the reading commands take from the run, by what is asked. */
let readers: Record<string, () => unknown>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "cnntargz-flips-"));
  out = join(folder, "run");
  writeFileSync(join(folder, "tiny.yaml"), tinyRun(4));
  await runPipeline(readRunConfig(join(folder, "tiny.yaml")), { out });
  const files = filesBelow(out);
  const inStage = (name: string): string =>
    join(
      out,
      files.find((path) => path.startsWith("stages/") && path.endsWith(name))!,
    );
  const predictions = files.filter((path) => path.startsWith("predictions/"));
  const events = inStage("events.h5");
  const { network } = readDesign(out);
  readers = {
    report: () => readRecord(out),
    "config, convert, verify, estimate": () => readDesign(out),
    "the same, by hls4ml's types": () => readDesign(out, { typeRule: "hls4ml" }),
    "the same, of a file": () => readDesign(inStage("network.json")),
    "trained models": () => {
      const { trained } = readRunFiles(out);
      return (["teacher", "student", "quantized"] as const).map((model) =>
        readRecorded(trained(model), TrainedModel),
      );
    },
    compare: () => readResources(out),
    "compare, of a file": () => readResources(inStage("resources.json")),
    evaluate: () =>
      evaluateFiles(
        predictions.map((path) => join(out, path)),
        {},
      ),
    run: () => readRunConfig(join(out, "config.json")),
    "verify --data": () =>
      testImages(network, { count: 10, seed: 1, data: events, fragmenter: null }),
    build: () => changedFirmware(join(out, "firmware")),
  };
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What a reader gives, or the error that it throws on purpose. */
async function outcome(read: () => unknown): Promise<unknown> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof CnntargzError) return error;
    throw error;
  }
}

/** Call `act` while one bit of a file is the other way round. */
async function flipped(path: string, draw: Uint32Array, act: () => Promise<void>): Promise<void> {
  const bytes = readFileSync(path);
  const wrong = Buffer.from(bytes);
  wrong[draw[1]! % bytes.length]! ^= 1 << (draw[2]! % 8);
  writeFileSync(path, wrong);
  try {
    await act();
  } finally {
    writeFileSync(path, bytes);
  }
}

describe("a flipped bit in a finished run", () => {
  it("is told by whatever reads it, with the file's name, or changes nothing", async () => {
    const right: Record<string, unknown> = {};
    for (const [name, read] of Object.entries(readers)) right[name] = await read();
    const files = filesBelow(out);
    // What commands read gets half of the flips; the other half goes to any file.
    const central = files.filter((path) =>
      /^(?:manifest|record|config|predictions)|(?:network|model|resources|stage)\.json$|dataset-\w+\/events/.test(
        path,
      ),
    );
    const rng = createRng([1, 2]);
    const draw = new Uint32Array(4);
    const silent: string[] = [];
    const told = new Set<string>();
    for (let flip = 0; flip < FLIPS; flip++) {
      rng.block(flip, 0, draw);
      const from = flip % 2 === 0 ? central : files;
      const path = from[draw[0]! % from.length]!;
      await flipped(join(out, path), draw, async () => {
        for (const [name, read] of Object.entries(readers)) {
          const found = await outcome(read);
          if (found instanceof CnntargzError) {
            if (!found.message.includes(basename(path)))
              silent.push(`${name}: ${path}: ${found.message}`);
            told.add(path);
          } else if (name === "build" && path.startsWith("firmware/")) {
            expect(path.endsWith(".tcl") || isDeepStrictEqual(found, [path.slice(9)]), path).toBe(
              true,
            );
          } else if (!isDeepStrictEqual(found, right[name])) silent.push(`${name}: ${path}`);
        }
      });
    }
    expect(silent).toEqual([]);
    // Each of these is read by some command.
    expect(central.filter((path) => !told.has(path) && !/profile|noise/.test(path))).toEqual([]);
  });

  it("in a stage stops a run that would go on with it", async () => {
    const config = readRunConfig(join(folder, "tiny.yaml"));
    const draw = new Uint32Array(4);
    const rng = createRng([3, 4]);
    const stages = filesBelow(out).filter((path) => path.startsWith("stages/"));
    for (const [index, path] of stages.entries()) {
      rng.block(index, 0, draw);
      await flipped(join(out, path), draw, async () => {
        const run = outcome(() => runPipeline(config, { out }));
        expect(await run, path).toMatchObject({
          name: expect.stringMatching(/Error$/) as string,
          message: expect.stringContaining(basename(path)) as string,
        });
      });
    }
    expect(existsSync(join(out, "manifest.json"))).toBe(true);
    await runPipeline(config, { out });
  });
});
