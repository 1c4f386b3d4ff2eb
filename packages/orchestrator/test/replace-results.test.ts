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
import { basename, join } from "node:path";

import { presetConfig } from "@cnntargz/orchestrator";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { changedFirmware } from "../src/changed-firmware.js";
import { recordedDigest } from "../src/recorded-digest.js";
import { replaceResults } from "../src/replace-results.js";
import { RunDirectory } from "../src/run-directory.js";
import { readManifest } from "../src/run-manifest.js";

let folder: string;
let directory: RunDirectory;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cnntargz-results-"));
  mkdirSync(join(folder, "stages"));
  directory = RunDirectory.open(folder);
});
afterEach(() => {
  directory.close();
  rmSync(folder, { recursive: true });
});

const filesOf = (design: string): Record<string, string> => ({
  "firmware/project.tcl": "set project",
  "firmware/build_opt.tcl": "set csim 1",
  "firmware/firmware/weights.h": design,
  [`predictions/${design}.json`]: design,
  "figures/turn-on.svg": design,
  "record.json": design,
});

/** Put the results of a run there; what was said about it. */
function replace(design: string): string[] {
  const warnings: string[] = [];
  const manifest = {
    ...{ kind: "run-manifest", schemaVersion: 1, version: "1.0.0", stages: {} },
    config: { ...presetConfig("demo"), name: design },
  };
  replaceResults(directory, { manifest, files: filesOf(design), executables: [] }, (text) => {
    warnings.push(text);
  });
  return warnings;
}

const below = (path: string): string[] => readdirSync(join(folder, path)).sort();
const edit = (path: string, text = "edited"): void => {
  writeFileSync(join(folder, path), text);
};

describe("the results of a run", () => {
  it("replace those of another wholly, and leave alone what no run wrote", () => {
    replace("a");
    edit("predictions/mine.csv");
    edit("figures/turn-on.png", "as cnntargz report makes it");
    edit("figures/turn-on.svg.0123456789ab.tmp");
    expect(replace("b")).toEqual([]);
    expect(below("predictions")).toEqual(["b.json", "mine.csv"]);
    expect(below("figures")).toEqual(["turn-on.svg"]);
    expect(readManifest(folder).config.name).toBe("b");
    expect(below(".")).toEqual([
      ".lock",
      "figures",
      "firmware",
      "manifest.json",
      "predictions",
      "record.json",
      "stages",
    ]);
  });

  it("are not touched when they are there already", () => {
    replace("a");
    edit("figures/turn-on.png");
    expect(replace("a")).toEqual([]);
    expect(below("figures")).toEqual(["turn-on.png", "turn-on.svg"]);
  });

  it("leave edited firmware and what tools made of another design beside them", () => {
    replace("a");
    edit("firmware/build_opt.tcl", "as the build wrote it");
    mkdirSync(join(folder, "firmware/myproject_prj"));
    edit("firmware/myproject_prj/csynth.rpt", "report");
    // The same design: what was built from it stays.
    expect(replace("a")).toEqual([]);
    expect(below("firmware")).toContain("myproject_prj");
    expect(replace("b")).toEqual([
      expect.stringMatching(/firmware-1 is what .* holds .*csynth\.rpt, made from another design/),
    ]);
    expect(below("firmware-1")).toContain("myproject_prj");
    expect(below("firmware")).toEqual(["build_opt.tcl", "firmware", "project.tcl"]);

    edit("firmware/firmware/weights.h");
    expect(replace("b")).toEqual([
      expect.stringMatching(/firmware-2 .*weights\.h changed since a run wrote it/),
    ]);
    expect(readFileSync(join(folder, "firmware-2/firmware/weights.h"), "utf8")).toBe("edited");
    expect(readFileSync(join(folder, "firmware/firmware/weights.h"), "utf8")).toBe("b");
  });

  it("replace those of version 0.1.0, which said nothing of its files", () => {
    replace("a");
    const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as object;
    const old = { ...manifest, files: undefined, digest: undefined };
    edit("manifest.json", JSON.stringify(old));
    const warning = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    expect(recordedDigest(join(folder, "predictions/a.json"))).toBeNull();
    expect(recordedDigest(join(folder, "record.json"))).toBeNull();
    expect(warning).toHaveBeenCalledTimes(1);
    expect(warning.mock.lastCall![0]).toMatch(
      /was written by cnntargz 0\.1\.0, .* again with --out/,
    );
    // Nothing tells whether its firmware was edited.
    expect(replace("b")).toEqual([expect.stringMatching(/firmware-1 is what/)]);
    expect(below("predictions")).toEqual(["b.json"]);
  });

  it.each(["files", "digest"])("can not be taken for those of 0.1.0 without %s", (key) => {
    replace("a");
    const text = readFileSync(join(folder, "manifest.json"), "utf8");
    edit("manifest.json", text.replace(`"${key}":`, `"${key.replace(/./, "g")}":`));
    expect(() => readManifest(folder)).toThrow(/manifest\.json is damaged or was changed/);
  });

  it("are told from changed ones", () => {
    replace("a");
    const path = join(folder, "predictions/a.json");
    expect(recordedDigest(path)).toMatchObject({ where: join(folder, "manifest.json") });
    expect(recordedDigest(join(folder, "predictions/mine.json"))).toBeNull();
    expect(changedFirmware(join(folder, "firmware"))).toEqual([]);
    edit("firmware/firmware/weights.h");
    expect(changedFirmware(join(folder, "firmware"))).toEqual(["firmware/weights.h"]);
    expect(changedFirmware(folder)).toEqual([]);
  });

  it("are never looked for outside of the directory", () => {
    const precious = join(folder, "..", `${basename(folder)}.precious`);
    writeFileSync(precious, "");
    edit(".replacing.json", JSON.stringify({ [`../${basename(precious)}`]: [] }));
    replace("b");
    expect(existsSync(precious)).toBe(true);
    rmSync(precious);
  });
});
