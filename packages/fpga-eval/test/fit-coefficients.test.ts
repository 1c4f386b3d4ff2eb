import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { beforeAll, describe, expect, it } from "vitest";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const packages = here("../..");

/** What the fit may read: itself, the compiled packages, and the reports in `data/`. */
const READABLE = [
  here("../scripts/"),
  here("../dist/"),
  here("../data/"),
  here("../package.json"),
  ...["contracts", "fixed-point"].flatMap((name) => [
    `${packages}${name}/dist/`,
    `${packages}${name}/package.json`,
  ]),
  // zod, and the workspace's links to the packages above.
  `${realpathSync(`${packages}../node_modules`)}/`,
  here("../src/fitted-coefficients.ts"),
];

describe("fit-coefficients", () => {
  let output = "";
  beforeAll(() => {
    const permission = process.allowedNodeEnvironmentFlags.has("--permission")
      ? "--permission"
      : "--experimental-permission";
    const allowed = READABLE.map((path) => `--allow-fs-read=${path}`);
    output = execFileSync(
      process.execPath,
      [permission, ...allowed, here("../scripts/fit-coefficients.js"), "--check"],
      { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
    );
  });

  it("gives the checked-in coefficients from public reports alone, without the slides' table", () => {
    expect(output).toMatch(/FIFO law: 93 of 94 rows exact/);
    expect(readdirSync(here("../data")).toSorted()).toEqual([
      "README.md",
      "hls4ml_ci_baselines_csynth.csv",
      "hls_fifo_resources.csv",
      "wa_hls4ml_dense_1layer_csynth.csv",
    ]);
    for (const file of readdirSync(here("../data"))) {
      const isOfSlides = /Teacher|Student|265600|2400000/.test(
        readFileSync(here(`../data/${file}`), "utf8"),
      );
      expect({ file, isOfSlides }).toEqual({ file, isOfSlides: false });
    }
  });

  /** Percentages of the line that begins with `left out <title>`. */
  const leftOut = (title: string) => {
    const line = output.split("\n").find((text) => text.startsWith(`  left out ${title}: LUT`));
    const [lutMedian, lutMean, lutCovered, ffMean, ffCovered] = [
      ...line!.matchAll(/(\d+\.\d) %/g),
    ].map((match) => Number(match[1]));
    return {
      lutMedian: lutMedian!,
      lutMean: lutMean!,
      lutCovered: lutCovered!,
      ffMean: ffMean!,
      ffCovered: ffCovered!,
    };
  };

  it("holds on dense reports left out at random", () => {
    const { lutMedian, lutMean, lutCovered, ffMean, ffCovered } = leftOut("10 random folds");
    expect(lutMedian).toBeLessThan(1);
    expect(lutMean).toBeLessThan(2);
    expect(ffMean).toBeLessThan(4);
    for (const covered of [lutCovered, ffCovered]) {
      expect(covered).toBeGreaterThan(85);
      expect(covered).toBeLessThan(95);
    }
  });

  it.each([
    "each weight width in turn",
    "each input size in turn",
    "each output size in turn",
    "each reuse factor in turn",
  ])("stays within the asked accuracy when %s is left out", (title) => {
    const { lutMedian, lutMean, ffMean } = leftOut(title);
    expect(lutMedian).toBeLessThan(10);
    expect(lutMean).toBeLessThan(15);
    expect(ffMean).toBeLessThan(20);
  });

  it("prints how its laws do, which no coefficient enters", () => {
    expect(output).toMatch(/DSP exact on 100.0 %.*cycles within 2 or 5 % on 100.0 %/);
  });
});
