import { describe, expect, it } from "vitest";

import { MISPRINTS, PUBLISHED_DESIGNS, renderReport } from "@cnntargz/report";

import { bareRecord, hostileRecord, sampleRecord } from "./sample.js";

const report = async (record = sampleRecord()): Promise<string> =>
  (await renderReport(record, { formats: ["md"] }))["report.md"] as string;

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

describe("report.md", () => {
  it("puts the verdict on top, and every row, limit and note in it", async () => {
    const record = sampleRecord();
    const markdown = await report(record);
    expect(markdown).toMatch(
      /^# Student, 4 bit\n\n\*\*pass\*\*: QStudent 4 bit on xcvu13p meets every requirement\.\n\n## Verdict: pass\n/,
    );
    const verdict = section(markdown, "Verdict");
    expect(verdict).toContain(
      "| latency &lt;= 400 ns | **pass** | 376 ns | 400 ns | 6 % | 188 cycles",
    );
    expect(verdict).toContain("| **pass** | 1.06 ‰ | 2 ‰ | 47 % | 85 of 100,000 \\| background");
    expect(tables(verdict)[0]).toHaveLength(2 + record.verdict!.rows.length);
  });

  it("says which requirement is not met", async () => {
    const record = sampleRecord();
    const [latency, ...others] = record.verdict!.rows;
    const rows = [{ ...latency!, status: "fail" as const }, ...others];
    const markdown = await report({
      ...record,
      verdict: { ...record.verdict!, status: "fail", rows },
    });
    expect(markdown).toContain(
      "**fail**: QStudent 4 bit on xcvu13p does not meet every requirement: latency &lt;= 400 ns (fail).",
    );
  });

  it("writes well-formed tables, each preceded by an empty line", async () => {
    const markdown = await report();
    const found = tables(markdown);
    expect(found.length).toBeGreaterThanOrEqual(15);
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
    const trigger = section(markdown, "Trigger performance");
    expect(trigger).toContain("0.962 (0.9606..0.9634)");
    expect(trigger).toContain("0.85 (0.758..0.942)");
    expect(trigger).toContain("| 1.620 ± 0.020 | 1.400 ± 0.015 | -0.120 ± 0.016 |");
    expect(trigger).toContain("| 0.003 | 1.9 (");
    expect(section(markdown, "Networks")).toContain("| QStudent 4 bit | student | 200 | 4 bit |");
    expect(section(markdown, "Weights and activations")).toContain(
      "First value outside its type: result 17 of layer conv4, image 3",
    );
    const firmware = section(markdown, "Firmware");
    expect(firmware).toContain("| conv4 | 6,440 | 7,673 | 0 | 2 | 0 |");
    expect(firmware).toContain("13,000..24,000");
    expect(firmware).toContain("1.01 %");
    expect(firmware).toContain("1 pixel (1 x ap\\_ufixed&lt;2,1>) per clock");
    expect(firmware).toContain("| 188 | 376 | 400 |");
    // Timing analysis does not allow the 2 ns that were asked for.
    expect(firmware).toContain(
      "| vitis-hls csynth (Vitis HLS 2024.1) | 21,000 | 9,100 | 3 | 4 | - | 190 | 475 | - | 2.5 |",
    );
    expect(firmware).toContain("| interpreter | HLS C++ (g++) | 1,000 | 0 | no |");
    const provenance = section(markdown, "Provenance");
    expect(provenance).toContain(`\`${"ab".repeat(32)}\``);
    expect(provenance).toContain("```\ncnntargz run config.json\n```");
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
    for (const record of [sampleRecord(), { ...sampleRecord(), resources: null }, bareRecord()]) {
      const files = await renderReport(record, { formats: ["md", "svg"] });
      const shown = [...(files["report.md"] as string).matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(
        ([, path]) => path,
      );
      expect(shown.toSorted()).toEqual(
        Object.keys(files)
          .filter((path) => path !== "report.md")
          .toSorted(),
      );
    }
  });

  it("keeps names from breaking tables and headings", async () => {
    const markdown = await report(hostileRecord());
    expect(markdown).toMatch(/^# &lt;\/script>/);
    expect(markdown.replace(/```[^]*?```|`[^`]*`/g, "")).not.toMatch(/<script|<img|<!--/);
    for (const [header, ...rows] of tables(markdown)) {
      for (const cells of rows) expect(cells).toHaveLength(header!.length);
    }
  });

  it("prints dashes, or says so, where nothing is known", async () => {
    const markdown = await report(bareRecord());
    expect(markdown).toContain("| x | - | - | - | - | - | - | - | - |");
    expect(markdown).toContain("Nothing was judged.");
    expect(markdown).toContain("None was recorded.");
    expect(markdown).not.toMatch(/!\[|undefined|NaN|null/);
  });
});

describe("renderReport", () => {
  it("refuses records that do not hold together", async () => {
    const record = sampleRecord();
    const twice = { ...record, models: [record.models[1]!, record.models[1]!] };
    for (const [wrong, message] of [
      [{ ...record, judged: "other" }, /"other" is not among the models: Teacher/],
      [twice, /two models have the same label/],
      [{ ...record, events: { ...record.events!, models: ["x"] } }, /one prediction per model/],
    ] as const) {
      await expect(async () => renderReport(wrong)).rejects.toThrow(message);
    }
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
