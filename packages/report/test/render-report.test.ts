import { describe, expect, it } from "vitest";

import { MISPRINTS, PUBLISHED_DESIGNS, renderReport } from "@cnntargz/report";

import { sampleInput } from "./sample.js";

const report = async (input = sampleInput()) => (await renderReport(input))["report.md"]!;

/** Blocks of consecutive table lines, as cells; an escaped bar does not part cells. */
function tables(markdown: string): string[][][] {
  return markdown
    .split(/\n(?:[^|\n][^\n]*)?\n/)
    .map((block) => block.split("\n").filter((line) => line.startsWith("|")))
    .filter((lines) => lines.length > 0)
    .map((lines) =>
      lines.map((line) =>
        line
          .slice(1, -1)
          .split(/(?<!\\)\|/)
          .map((cell) => cell.trim()),
      ),
    );
}

const section = (markdown: string, heading: string) =>
  markdown.split(/^## /m).find((part) => part.startsWith(heading))!;

describe("renderReport", () => {
  it("puts the verdict on top, and every row, limit and note in it", async () => {
    const input = sampleInput();
    const markdown = await report(input);
    expect(markdown).toMatch(/^# Student, 4 bit\n\n## Verdict: pass\n/);
    const verdict = section(markdown, "Verdict");
    expect(verdict).toContain("| latency &lt;= 400 ns | 376 ns | 400 ns | 6.0 % | **pass** |");
    expect(verdict).toContain("85 of 100,000");
    expect(tables(verdict)[0]).toHaveLength(2 + input.verdict.rows.length);
  });

  it("writes well-formed tables, each preceded by an empty line", async () => {
    const markdown = await report();
    const found = tables(markdown);
    expect(found.length).toBeGreaterThanOrEqual(9);
    for (const [header, rule, ...rows] of found) {
      expect(rule!.every((cell) => /^:?-+:?$/.test(cell))).toBe(true);
      expect(rows.length).toBeGreaterThan(0);
      for (const cells of [rule!, ...rows]) {
        expect(cells).toHaveLength(header!.length);
        for (const cell of cells) expect(cell).not.toBe("");
      }
    }
    expect(markdown).not.toMatch(/\n[^|\n][^\n]*\n\|/);
    expect(markdown).not.toMatch(/undefined|NaN|\[object|Infinity/);
  });

  it("prints the numbers of its artifacts", async () => {
    const markdown = await report();
    const models = section(markdown, "Models");
    expect(models).toContain("| QStudent 4 bit | 290 | 4 bit |");
    expect(models).toContain("0.962 (0.9606..0.9634)");
    expect(models).toContain("0.85 (0.758..0.942)");
    expect(models).toContain("-0.12 ± 1.62 (1.4)");
    const resources = section(markdown, "Resources");
    expect(resources).toContain("| conv4 | 6,440 | 7,673 | 0 | 2 | 0 |");
    expect(resources).toContain("13,000..24,000");
    expect(resources).toContain("1.01 %");
    const latency = section(markdown, "Latency");
    expect(latency).toContain("1 pixel (1 x ap\\_ufixed&lt;2,1>) per clock");
    expect(latency).toContain("| 188 | 376 | 400 |");
    expect(section(markdown, "Bit-exactness")).toContain(
      "| interpreter | HLS C++ (g++) | 1,000 | 0 | no |",
    );
    expect(section(markdown, "Provenance")).toContain(`\`${"ab".repeat(32)}\``);
  });

  it("sets the published table beside this design and names its misprints", async () => {
    const published = section(await report(), "Beside the published designs");
    expect(published).toContain("| Teacher | 1,123 | 31,700 | 2,400,000 | 265,600 | 640 | 1,280 |");
    expect(published).toContain("| QStudent 4 bit | 11 | 6 | 14,300 | 29,500 | 183 | 366 |");
    expect(published).toContain("**here: QStudent 4 bit** (estimate) | 2 | 0 | 20,252 | 17,383 |");
    expect(published).toContain("| QStudent 3 bit | 102 | - | 207 | 11.4 | 3.52 |");
    for (const { printed, should } of MISPRINTS) {
      expect(published).toContain(`printed ${printed}, is ${should}`);
    }
  });

  it("shows figures that are there, and only those", async () => {
    for (const input of [
      sampleInput(),
      { ...sampleInput(), models: sampleInput().models.slice(1, 2) },
    ]) {
      const files = await renderReport(input);
      const shown = [...files["report.md"]!.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(
        ([, path]) => path,
      );
      expect(shown.toSorted()).toEqual(
        Object.keys(files)
          .filter((path) => path !== "report.md")
          .toSorted(),
      );
    }
  });

  it("gives the same bytes twice", async () => {
    expect(await renderReport(sampleInput())).toEqual(await renderReport(sampleInput()));
  });

  it("keeps names from breaking tables and headings", async () => {
    const input = sampleInput();
    const label = "4 bit | `x` <b>\n# y";
    const models = [{ ...input.models[1]!, label }];
    const markdown = await report({ ...input, title: "a *b* <c>", models, judged: label });
    expect(markdown).toMatch(/^# a \\\*b\\\* &lt;c>\n/);
    expect(markdown).not.toContain("<b>");
    for (const [header, ...rows] of tables(markdown)) {
      for (const cells of rows) expect(cells).toHaveLength(header!.length);
    }
  });

  it("prints dashes for what is not known", async () => {
    const input = sampleInput();
    const nothing = { passed: 0, total: 0, value: null, low: 0, high: 1, confidence: 0.68 };
    const performance = {
      ...input.models[2]!.performance,
      turnOn: [],
      plateau: nothing,
      fakeRate: nothing,
      resolution: null,
      etaResolutionPx: null,
    };
    const markdown = await report({
      ...input,
      models: [{ label: "x", model: null, performance }],
      judged: "x",
      bitExact: { images: 0, mismatches: 0, pairs: [] },
      provenance: [],
    });
    expect(markdown).toContain("| x | - | - | - | - | - | - | - | - | - |");
    expect(markdown).toContain("Nothing was compared.");
    expect(markdown).toContain("None was recorded.");
    expect(markdown).not.toContain("turn-on.svg");
  });

  it("refuses a judged model that is not there", async () => {
    await expect(renderReport({ ...sampleInput(), judged: "other" })).rejects.toThrow(
      /"other".*Teacher/,
    );
  });
});

describe("the published table", () => {
  it("has the printed percentages, truncated, of a VU13P", () => {
    const available = { lut: 1_728_000, ff: 3_456_000, dsp: 12_288, bram18: 5_376 };
    for (const design of PUBLISHED_DESIGNS) {
      for (const kind of ["lut", "ff", "dsp", "bram18"] as const) {
        const percent = (100 * design[kind]) / available[kind];
        // The counts are rounded to two or more digits, so a percentage on the edge may be higher.
        expect(design.printedPercent[kind]).toBeGreaterThanOrEqual(Math.floor(percent));
        expect(design.printedPercent[kind]).toBeLessThanOrEqual(Math.floor(1.01 * percent));
      }
    }
  });
});
