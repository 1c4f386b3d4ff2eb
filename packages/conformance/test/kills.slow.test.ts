import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { readRecord, writeReport } from "@cnntargz/orchestrator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { bin, cnntargz } from "./run-cnntargz.js";
import { filesBelow, tinyRun, treeOf } from "./tiny-run.js";

const preload = fileURLToPath(new URL("fixtures/kill-at.js", import.meta.url));

/** An operation on a file at which a run is killed. */
type Kill = readonly [
  operation: string,
  /** Regular expression of its path. */
  path: string,
  when: "before" | "within" | "after",
  nth?: number,
];

const stage = (name: string, file: string): string => `${name}-\\w+\\.partial/${file}`;

/** In the order in which a run comes to them; each run goes on behind the last. */
const whileComputing: readonly Kill[] = [
  ["linkSync", "\\.lock", "before"],
  ["linkSync", "\\.lock", "after"],
  ["openSync", stage("dataset", "events\\.h5\\."), "after"],
  ["renameSync", stage("dataset", "events"), "before"],
  ["writeFileSync", stage("dataset", "stage\\.json"), "within"],
  ["renameSync", "dataset-\\w+\\.partial$", "before"],
  ["appendFileSync", stage("train-teacher", "metrics"), "within"],
  ["writeFileSync", stage("train-teacher", "checkpoint"), "within"],
  ["renameSync", stage("train-teacher", "checkpoint"), "after"],
  ["writeFileSync", stage("train-teacher", "model\\.json"), "within"],
  ["rmSync", stage("train-teacher", "checkpoint"), "before"],
  ["rmSync", stage("train-teacher", "checkpoint"), "after"],
  ["renameSync", "train-teacher-\\w+\\.partial$", "after"],
  ["renameSync", stage("train-student", "checkpoint"), "before", 2],
  ["writeFileSync", stage("train-student", "metrics\\.jsonl\\."), "within"],
  ["renameSync", stage("train-student", "stage\\.json"), "after"],
  ["writeFileSync", stage("train-quantized", "model\\.json"), "after"],
  ["writeFileSync", stage("integers", "network\\.json"), "within"],
  ["renameSync", stage("integers", "network\\.json"), "before"],
  ["writeFileSync", stage("firmware", "project\\.json"), "within"],
  ["renameSync", stage("noise-0\\.003", "events"), "before"],
  ["writeFileSync", stage("profile", "profile\\.json"), "within"],
  ["writeFileSync", "\\.replacing\\.json", "within"],
  ["renameSync", "manifest\\.json", "before"],
];
const whileReplacing: readonly Kill[] = [
  ["writeFileSync", "\\.replacing\\.json", "within"],
  ["renameSync", "\\.replacing\\.json", "after"],
  ["rmSync", "manifest\\.json$", "after"],
  ["rmSync", "predictions/student-4-bit-integer\\.json$", "after"],
  ["writeFileSync", "firmware/firmware/weights/w\\d+\\.h", "within"],
  ["renameSync", "firmware/tb_data/tb_output", "before"],
  ["writeFileSync", "predictions/", "within", 2],
  ["renameSync", "record\\.json", "before"],
  ["writeFileSync", "figures/", "within", 4],
  ["writeFileSync", "manifest\\.json", "within"],
  ["renameSync", "manifest\\.json", "after"],
  ["rmSync", "\\.replacing\\.json", "before"],
];

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "cnntargz-kills-"));
  for (const bits of [3, 4]) writeFileSync(join(folder, `${bits}.yaml`), tinyRun(bits));
  await finished(4, "whole");
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const argumentsOf = (bits: number, out: string): string[] => [
  "run",
  `${bits}.yaml`,
  "--quiet",
  "--json",
  "--processes",
  "1",
  "--out",
  out,
];

/** Start a run and let it kill itself; gives the signal that ended it, and what it said. */
function killed(args: readonly string[], [operation, path, when, nth = 1]: Kill) {
  const child = spawn(process.execPath, ["--import", preload, bin, ...args], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, CNNTARGZ_KILL: JSON.stringify({ operation, path, when, nth }) },
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return new Promise<{ signal: string | null; stderr: string }>((resolve) => {
    child.on("close", (_, signal) => {
      resolve({ signal, stderr });
    });
  });
}

async function finished(bits: number, out: string): Promise<void> {
  const { code, stderr } = await cnntargz(argumentsOf(bits, out), folder);
  // Trained this briefly, the network can not pass.
  expect(code, stderr).toBe(3);
}

describe("a run that is killed in the middle of an operation on files", () => {
  it(`goes on to the same bytes, and nothing else, after ${whileComputing.length} kills`, async () => {
    for (const kill of whileComputing) {
      const { signal, stderr } = await killed(argumentsOf(4, "killed"), kill);
      expect({ kill, signal, stderr }).toEqual({ kill, signal: "SIGKILL", stderr: "" });
    }
    await finished(4, "killed");
    expect(treeOf(join(folder, "killed"))).toEqual(treeOf(join(folder, "whole")));
  });

  it(`never shows two runs as one, while it replaces another's results, after ${whileReplacing.length} kills`, async () => {
    await finished(3, "other");
    const out = join(folder, "replaced");
    cpSync(join(folder, "whole"), out, { recursive: true });
    for (const kill of whileReplacing) {
      const { signal, stderr } = await killed(argumentsOf(3, "replaced"), kill);
      expect({ kill, signal, stderr }).toEqual({ kill, signal: "SIGKILL", stderr: "" });
      if (existsSync(join(out, "manifest.json"))) {
        // Before the first change it is the one run, after the last the other.
        expect(readRecord(out).bits).toBe(
          kill[0] === "writeFileSync" || kill === whileReplacing[1] ? 4 : 3,
        );
      } else {
        await expect(writeReport([out], { out: join(folder, "report") })).rejects.toThrow(
          /the run has not ended: start it again/,
        );
      }
    }
    await finished(3, "replaced");
    // The stages of both stay, the results are those of one.
    const results = (name: string): Record<string, string> =>
      Object.fromEntries(
        Object.entries(treeOf(join(folder, name))).filter(([path]) => !path.startsWith("stages")),
      );
    expect(results("replaced")).toEqual(results("other"));
    const stages = new Set([
      ...filesBelow(join(folder, "whole")),
      ...filesBelow(join(folder, "other")),
    ]);
    expect(filesBelow(out).filter((path) => !stages.has(path))).toEqual([]);
  });
});
