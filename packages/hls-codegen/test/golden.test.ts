import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import type { HlsConfigInput, HlsProject, IntegerNetwork } from "@cnntargz/contracts";
import { planHls, renderHls } from "@cnntargz/hls-codegen";
import { randomNetwork } from "@cnntargz/testkit";
import { describe, expect, test } from "vitest";

import { smallNetwork, studentNetwork } from "./networks.js";

const fixtures = (name: string): string =>
  fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
const RECORDS = process.env["CNNTARGZ_UPDATE_GOLDEN"] === "1";

const small = smallNetwork();
const testbench = {
  inputs: Array.from({ length: 48 }, (_, i) => (i * 7) % 4),
  outputs: [100, -3, 0, 1024],
  count: 2,
};

/** Compare every file of a project with the recorded ones; record them when asked to. */
function expectRecorded(folder: string, { files }: HlsProject): void {
  if (RECORDS) {
    rmSync(folder, { recursive: true, force: true });
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  }
  const recorded = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .map((path) => path.replaceAll("\\", "/"))
    .sort();
  expect(Object.keys(files).sort()).toEqual(recorded);
  for (const path of recorded) {
    expect(files[path], path).toBe(readFileSync(join(folder, path), "utf8"));
  }
}

describe("a project is the recorded one, byte for byte (CNNTARGZ_UPDATE_GOLDEN=1 records it)", () => {
  test("Vitis, io_stream", () => {
    expectRecorded(fixtures("vitis-io-stream"), renderHls(planHls(small), small, { testbench }));
  });

  test("Vivado, io_parallel, shared multipliers", () => {
    const config = { backend: "vivado", ioType: "io_parallel", strategy: "resource" } as const;
    const project = renderHls(planHls(small, config), small, { testbench });
    expectRecorded(fixtures("vivado-io-parallel"), project);
  });
});

const CONFIGS: Record<string, HlsConfigInput> = {
  stream: {},
  "stream, image-deep FIFOs": { fifoDepth: "image" },
  "stream, resource": { strategy: "resource" },
  parallel: { ioType: "io_parallel" },
  "parallel, Vivado": { ioType: "io_parallel", strategy: "resource", backend: "vivado" },
  "compat hls4ml": { compat: "hls4ml", strategy: "resource" },
  fragmenter: { fragmenter: { windows: "overlapping", pooling: "or" } },
};

/** SHA-256 over paths and texts. */
function digest({ files }: HlsProject): string {
  const hash = createHash("sha256");
  for (const path of Object.keys(files).sort()) hash.update(`${path}\0${files[path]!}\0`);
  return hash.digest("hex");
}

/**
 * What a change that is to leave the firmware alone must not change: the digest of every fixture
 * network's project in every configuration. Recorded on purpose, as the projects above.
 */
test("the projects of the fixture networks are the recorded ones, by digest", () => {
  const networks: [string, IntegerNetwork][] = [
    ["small", small],
    ["student", studentNetwork()],
    ...[1, 2, 3, 4, 5, 6].map(
      (seed) =>
        [`random ${seed}`, randomNetwork(seed, { elementwise: true })] as [string, IntegerNetwork],
    ),
  ];
  const digests: Record<string, string> = {};
  for (const [name, network] of networks) {
    for (const [label, config] of Object.entries(CONFIGS)) {
      if (config.fragmenter && name !== "student") continue;
      // hls4ml's layers are for networks of its types.
      const typed: IntegerNetwork = config.compat ? { ...network, typeRule: "hls4ml" } : network;
      digests[`${name}, ${label}`] = digest(renderHls(planHls(typed, config), typed));
    }
  }
  const path = fixtures("project-digests.json");
  if (RECORDS) writeFileSync(path, `${JSON.stringify(digests, null, 2)}\n`);
  expect(digests).toEqual(JSON.parse(readFileSync(path, "utf8")));
});
