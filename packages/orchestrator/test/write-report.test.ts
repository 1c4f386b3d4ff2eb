import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { readRecord, writeReport } from "@cnntargz/orchestrator";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { labelsOf } from "../src/write-report.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cnntargz-report-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("readRecord", () => {
  it.each([
    ["nowhere", () => undefined, /nowhere can not be reported: there is no such folder/],
    [
      "empty",
      (path: string) => {
        mkdirSync(path);
      },
      /neither record\.json nor stages\/, so it is no run directory/,
    ],
    [
      "unfinished",
      (path: string) => {
        mkdirSync(join(path, "stages"), { recursive: true });
      },
      /stages\/ but no record\.json, so the run has not ended: start it again .* --out .*unfinished/,
    ],
    [
      "half replaced",
      (path: string) => {
        mkdirSync(join(path, "stages"), { recursive: true });
        writeFileSync(join(path, "record.json"), "{}");
      },
      /stages\/ but no manifest\.json, so the run has not ended: start it again .* --out .*half replaced/,
    ],
    [
      "file",
      (path: string) => {
        writeFileSync(path, "");
      },
      /it is a file/,
    ],
    [
      "truncated",
      (path: string) => {
        mkdirSync(path);
        writeFileSync(join(path, "record.json"), '{"kind":"run-record","schemaVer');
      },
      /record\.json is not JSON .*truncated/,
    ],
    [
      "foreign",
      (path: string) => {
        mkdirSync(path);
        writeFileSync(join(path, "record.json"), '{"kind":"verdict","schemaVersion":1}');
      },
      /record\.json is not valid[^]*expected "run-record"/,
    ],
  ] as const)("says what is missing: %s", (name, make, message) => {
    const path = join(folder, name);
    make(path);
    expect(() => readRecord(path)).toThrow(message);
  });
});

describe("writeReport", () => {
  it("writes nothing when one of the folders is no run", async () => {
    const out = join(folder, "out");
    await expect(writeReport([join(folder, "a"), join(folder, "b")], { out })).rejects.toThrow(
      /no such folder/,
    );
    expect(() => {
      rmSync(out);
    }).toThrow(/ENOENT/);
  });
});

describe("labelsOf", () => {
  it("takes as much of the paths as tells them apart", () => {
    expect(labelsOf(["runs/a", "runs/b/"])).toEqual(["a", "b"]);
    expect(labelsOf(["one/a", "two/a", "two/b"])).toEqual(["one/a", "two/a", "two/b"]);
    expect(labelsOf(["runs/only"])).toEqual(["only"]);
  });

  it("can not tell a path from itself", () => {
    const [first, second] = labelsOf(["runs/a", "runs/a"]);
    expect(first).toBe(second);
  });
});
