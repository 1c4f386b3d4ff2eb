import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { HlsConfigInput } from "@cnntargz/contracts";
import { includeFolder } from "@cnntargz/eda";
import { planHls, renderHls } from "@cnntargz/hls-codegen";
import { writeProject, type WriteProjectOptions } from "@cnntargz/orchestrator";
import { randomNetwork } from "@cnntargz/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const network = randomNetwork(6);
const ORIGIN = "a".repeat(64);
const project = (config: HlsConfigInput = {}) => renderHls(planHls(network, config), network);

let parent: string;
let folder: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "cnntargz-project-"));
  folder = join(parent, "prj");
});
afterEach(() => {
  rmSync(parent, { recursive: true });
});

function write(config: HlsConfigInput = {}, options: Partial<WriteProjectOptions> = {}): string[] {
  return writeProject(folder, project(config), {
    network: network.name,
    origin: ORIGIN,
    force: false,
    ...options,
  });
}
const read = (path: string): string => readFileSync(join(folder, path), "utf8");
const edit = (path: string): void => {
  writeFileSync(join(folder, path), "mine");
};

test("a project carries the headers that an ordinary compiler needs, and the digests of its files", () => {
  const written = write();
  for (const name of ["ap_fixed.h", "ap_int.h", "hls_stream.h"]) {
    expect(read(`firmware/ap_types/${name}`)).toBe(
      readFileSync(join(includeFolder(), name), "utf8"),
    );
  }
  const record = JSON.parse(read("cnntargz-project.json")) as { files: Record<string, string> };
  expect([...Object.keys(record.files), "cnntargz-project.json"].sort()).toEqual(written);
});

describe("a project of the same network is written anew", () => {
  test("with other settings: what it no longer has goes, what others put there stays", () => {
    write();
    writeFileSync(join(folder, "notes.txt"), "mine");
    write({ backend: "vivado", projectName: "muon" });
    expect(existsSync(join(folder, "firmware/muon.cpp"))).toBe(true);
    expect(existsSync(join(folder, "firmware/myproject.cpp"))).toBe(false);
    expect(existsSync(join(folder, "build_opt.tcl"))).toBe(false);
    expect(read("notes.txt")).toBe("mine");
  });

  test("where an interrupted write left some of its files", () => {
    write();
    rmSync(join(folder, "cnntargz-project.json"));
    rmSync(join(folder, "project.tcl"));
    writeFileSync(join(folder, "project.tcl.0123456789ab.tmp"), "half");
    expect(write()).toContain("project.tcl");
  });

  test("and a build_opt.tcl that a tool has changed stays as it is", () => {
    write();
    edit("build_opt.tcl");
    write({ reuseFactor: 2 });
    write();
    expect(read("build_opt.tcl")).toBe("mine");
  });

  test("of a configuration that lies in it", () => {
    write();
    edit("hls4ml_config.yml");
    write({}, { source: join(folder, "hls4ml_config.yml") });
    expect(read("hls4ml_config.yml")).toMatch(/^Backend: Vitis/);
  });
});

describe("nothing is lost in silence", () => {
  test.each([
    "firmware/myproject.cpp",
    "firmware/weights/w3.txt",
    "hls4ml_config.yml",
    "myproject_test.cpp",
    "project.tcl",
    "README.md",
    "build_lib.sh",
    "firmware/ap_types/ap_fixed.h",
  ])("an edited %s is refused by name, and written with force", (path) => {
    write();
    const text = read(path);
    edit(path);
    const digest = read("cnntargz-project.json");
    expect(() => write({ reuseFactor: 2 })).toThrow(
      `prj: 1 file was changed by hand since cnntargz wrote the project: ${path}; give another folder, or replace it with --force`,
    );
    expect(read(path)).toBe("mine");
    expect(read("cnntargz-project.json")).toBe(digest);
    write({}, { force: true });
    expect(read(path)).toBe(text);
  });

  test("an edited file that the new project does not have stays", () => {
    write();
    edit("firmware/myproject.cpp");
    write({ projectName: "muon" });
    expect(read("firmware/myproject.cpp")).toBe("mine");
  });

  test("another network's project is refused, and replaced with force", () => {
    write();
    const other = { network: "other", origin: "b".repeat(64) };
    expect(() => write({ reuseFactor: 2 }, other)).toThrow(
      /holds the project of another network: random_network \(origin aaaaaaaaaaaa\), not other \(origin bbbbbbbbbbbb\); give another folder/,
    );
    write({}, { ...other, force: true });
    expect(read("cnntargz-project.json")).toContain('"network":"other"');
  });

  test("a project of unknown hand is refused, a folder of other things always", () => {
    write();
    rmSync(join(folder, "cnntargz-project.json"));
    expect(() => write({ reuseFactor: 2 })).toThrow(/HLS project without cnntargz-project\.json/);
    write({ reuseFactor: 2 }, { force: true });
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    writeFileSync(join(folder, "thesis.tex"), "years");
    expect(() => write({}, { force: true })).toThrow(/holds files but no HLS project/);
    expect(read("thesis.tex")).toBe("years");
  });

  test("a record that leads out of the folder deletes nothing there", () => {
    write();
    const outside = join(parent, "thesis.tex");
    writeFileSync(outside, "years");
    const record = JSON.parse(read("cnntargz-project.json")) as { files: Record<string, string> };
    record.files["../thesis.tex"] = "0".repeat(64);
    writeFileSync(join(folder, "cnntargz-project.json"), JSON.stringify(record));
    expect(() => write()).toThrow(/the path "\.\.\/thesis\.tex" leaves the folder/);
    expect(readFileSync(outside, "utf8")).toBe("years");
  });
});
