import { type ComparedRun, renderComparison, type ReportFiles } from "@cnntargz/report";
import { beforeAll, describe, expect, it } from "vitest";

import { bareRecord, hostileRecord, sampleRecord } from "./sample.js";

/** A run of so many bits, better with each, cheaper with fewer. */
function run(bits: number, isDistilled: boolean, seed = 1): ComparedRun {
  const record = sampleRecord();
  const { resources } = record;
  return {
    label: `${bits} bit ${isDistilled ? "KD" : "plain"} ${seed}`,
    record: {
      ...record,
      bits,
      hints: isDistilled ? record.hints : null,
      models: record.models.map((model) => {
        const { resolution } = model.performance;
        const stdGeV = 3 / bits + seed / 100;
        return {
          ...model,
          performance: { ...model.performance, resolution: { ...resolution!, stdGeV } },
        };
      }),
      resources: { ...resources!, total: { ...resources!.total, lut: 4_000 * bits } },
      config: { quantization: { bits }, seed, same: true },
    },
  };
}
const RUNS = [run(3, true), run(3, false), run(4, true), run(4, true, 2), run(4, false)];

const texts = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!);

describe("renderComparison", () => {
  let files: ReportFiles;
  let markdown: string;
  beforeAll(async () => {
    files = await renderComparison(RUNS);
    markdown = files["report.md"] as string;
  });

  it("lists runs, what they differ in, and how many pass", () => {
    expect(markdown).toMatch(
      /^# Comparison of 5 runs\n\n5 of 5 runs meet every requirement\.\n\n## Runs\n/,
    );
    expect(markdown).toContain("| 4 bit KD 2 | **pass** | 4 | yes | 0.962 (0.9606..0.9634) |");
    expect(markdown).toContain("| run | quantization.bits | seed |");
    expect(markdown).toContain("| 4 bit KD 2 | 4 | 2 |");
    expect(markdown).not.toContain("| same |");
  });

  it("draws rates and resolution by bits with and without hints", () => {
    for (const name of ["bits-fake-rate", "bits-plateau", "bits-resolution"]) {
      const svg = files[`figures/${name}.svg`] as string;
      expect(texts(svg)).toEqual(
        expect.arrayContaining(["with hints of the Teacher", "without", "3", "4"]),
      );
      for (let index = 0; index < RUNS.length; index++) {
        expect(svg).toContain(`role-mark series${index}_`);
      }
    }
    // Two runs of 4 bits with hints: 0.76 and 0.77 GeV.
    expect(files["figures/bits-resolution.svg"]).toContain(
      "Median with hints of the Teacher: 1.01 GeV at 3 bits, 0.765 GeV at 4 bits.",
    );
  });

  it("overlays the runs and, for reference, the first one's models in floating point", () => {
    expect(texts(files["figures/turn-on.svg"] as string)).toEqual(
      expect.arrayContaining([...RUNS.map(({ label }) => label), "Teacher (3 bit KD 1)"]),
    );
  });

  it("joins the designs that no other beats", () => {
    const svg = files["figures/cost.svg"] as string;
    // Three and four bits beat each other in one of the two: a line in steps between two points.
    const [, line] = /role-mark layer_0_marks"><path d="([^"]+)" stroke="#5a5a5a"/.exec(svg)!;
    expect(line!.match(/L/g)).toHaveLength(2);
    expect(texts(svg)).toEqual(expect.arrayContaining(RUNS.map(({ label }) => label)));
    expect(texts(files["figures/pareto.svg"] as string)).toContain("pT resolution [GeV]");
  });

  it("has the same bytes twice, below 3 MB even for many runs", async () => {
    const again = await renderComparison(RUNS);
    for (const [path, content] of Object.entries(files)) {
      expect(again[path] === content, path).toBe(true);
    }
    const many = Array.from({ length: 60 }, (_, seed) => run(2 + (seed % 4), seed % 8 < 4, seed));
    const html = (await renderComparison(many, { formats: ["html"] }))["report.html"] as string;
    expect(Buffer.byteLength(html)).toBeLessThan(3_000_000);
    expect(html).toContain("The first 9 of 60 runs are shown here");
  });

  it("compares runs of which little is known, and hostile ones", async () => {
    const odd = [
      { label: "bare", record: bareRecord() },
      { label: "<script>", record: hostileRecord() },
    ];
    for (const [path, file] of Object.entries(await renderComparison(odd))) {
      const text = String(file).replace(/<script>[^]*?<\/script>/g, "");
      expect(/NaN|undefined/.test(text), path).toBe(false);
    }
    const bare = await renderComparison([odd[0]!], { formats: ["md"] });
    expect(bare["report.md"]).toContain("| bare | - | float | no | - |");
  });

  it("refuses no runs, and two of one label", async () => {
    await expect(async () => renderComparison([])).rejects.toThrow(/no run/);
    await expect(async () => renderComparison([RUNS[0]!, RUNS[0]!])).rejects.toThrow(
      /"3 bit KD 1"; give each/,
    );
  });
});
