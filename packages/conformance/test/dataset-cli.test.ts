import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { cnntargz } from "./run-cnntargz.js";

const folder = mkdtempSync(join(tmpdir(), "cnntargz-dataset-cli-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Run `cnntargz dataset ...` in the folder of these tests. */
const dataset = (...args: readonly string[]) => cnntargz(["dataset", ...args], folder);

const json = async (...args: readonly string[]) => {
  const { code, stdout, stderr } = await dataset(...args, "--json");
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>;
};

let generated: Record<string, unknown>;
beforeAll(async () => {
  generated = await json(
    ...["generate", "--preset", "flat", "--events", "3000", "--seed", "7", "--out", "a.h5"],
  );
});

describe("cnntargz dataset generate", () => {
  it("makes the same file whoever computes it", async () => {
    expect(generated).toMatchObject({ kind: "dataset", events: 3000, path: "a.h5" });
    const again = await json(
      ...["generate", "--events", "3000", "--seed", "7", "--out", "b.h5"],
      ...["--workers", "2", "--block-events", "1000"],
    );
    expect(again["digest"]).toBe(generated["digest"]);
    const [a, b] = ["a.h5", "b.h5"].map((name) => readFileSync(join(folder, name)));
    expect(b!.equals(a!)).toBe(true);
  });

  it("takes fields from a file, under its options, and a part of the events", async () => {
    writeFileSync(
      join(folder, "mine.yaml"),
      "preset: helix\nevents: 500\nfieldTesla: 0.4\nwindows: overlapping\n",
    );
    const { config, events } = await json(
      ...["generate", "--config", "mine.yaml", "--noise", "0.002", "--pooling", "or"],
      ...["--range", "100:250", "--out", "mine.h5"],
    );
    expect(events).toBe(150);
    expect(config).toMatchObject({
      ...{ preset: "helix", events: 500, seed: 1, fieldTesla: 0.4, noisePerPixel: 0.002 },
      ...{ windows: "overlapping", pooling: "or" },
    });
  });

  it("refuses bad input with exit code 2 and writes nothing", async () => {
    writeFileSync(join(folder, "bad.yaml"), "events: 10\nefficency: 0.9\n");
    writeFileSync(join(folder, "list.yaml"), "- 1\n");
    for (const [args, message] of [
      [["--events", "10", "--noise", "2"], /number from 0 to 1/],
      [["--events", "0"], /integer of at least 1/],
      [[], /events/],
      [["--events", "10", "--range", "5:5"], /START:END/],
      [["--events", "10", "--range", "5:11"], /events 5 \.\. 10 are asked for, there are 10/],
      [["--config", "bad.yaml"], /efficency/],
      [["--config", "list.yaml"], /holds no fields/],
      [["--config", "none.yaml"], /none.yaml can not be read/],
    ] as const) {
      const { code, stderr, stdout } = await dataset("generate", ...args, "--out", "no.h5");
      expect(stderr).toMatch(message);
      expect([code, stdout]).toEqual([2, ""]);
    }
    expect(readdirSync(folder).filter((name) => name.startsWith("no.h5"))).toEqual([]);
  });
});

describe("cnntargz dataset inspect", () => {
  it("says what a file holds", async () => {
    const report = await json("inspect", "a.h5", "--pt-bins", "2");
    expect(report).toMatchObject({ digest: generated["digest"], events: 3000, firstEvent: 0 });
    expect(report["muons"]).toBe(generated["muons"]);
    expect(report["layerOccupancy"]).toHaveLength(9);
    expect(report["fragmentation"]).toHaveLength(4);
    const { stdout } = await dataset("inspect", "a.h5");
    for (const word of ["contents agree", "occupancy", "pT (GeV)", "overlapping: lost"]) {
      expect(stdout).toContain(word);
    }
  });

  it("finds damage", async () => {
    const bytes = readFileSync(join(folder, "a.h5"));
    const third = Math.floor(bytes.length / 3);
    bytes.fill(0x5a, third, 2 * third);
    writeFileSync(join(folder, "damaged.h5"), bytes);
    const { code, stderr } = await dataset("inspect", "damaged.h5");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error \(artifact\): .*damaged\.h5 is damaged/);
  });
});

describe("cnntargz dataset display", () => {
  it("shows an event in the terminal and as SVG", async () => {
    const { code, stdout } = await dataset("display", "a.h5", "--event", "2", "--svg", "e.svg");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^event 2: /);
    expect(stdout).toContain("^^^^^^^^");
    expect(readFileSync(join(folder, "e.svg"), "utf8")).toMatch(/^<svg .*\n[^]*<\/svg>\n$/);
    expect((await dataset("display", "a.h5", "--event", "3000")).code).toBe(2);
  });
});

describe("cnntargz dataset export and import", () => {
  it("come back as they went", async () => {
    const exported = await dataset(
      ...["export", "a.h5", "--layout", "fragments", "--out", "f.npz"],
    );
    expect(exported.code, exported.stderr).toBe(0);
    const info = await json("import", "f.npz", "--out", "f.h5");
    expect(info).toMatchObject({ events: 3000, muons: generated["muons"] });
    expect((await dataset("display", "f.h5")).stdout).toContain("9x16");
    const refused = await dataset("import", "a.h5", "--labels", "f.npz", "--out", "no.h5");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/a.h5 is not a .npy array/);
    expect(existsSync(join(folder, "no.h5"))).toBe(false);
  });
});
