import { CnntargzError, parseContract, ResourceReport } from "@cnntargz/contracts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { isVendorReport, parseHlsApp, parseVendorReport } from "@cnntargz/fpga-eval";

import { readFixture, REPORTS, reportText } from "./report-fixtures.js";

const CSYNTH = reportText("vivado-2020.1/myproject_csynth.rpt");
const XML = reportText("vivado-2020.1/myproject_csynth.xml");
const SYNTH = reportText("vivado-2020.1/vivado_synth.rpt");
const COSIM = reportText("written/vitis-hls-2024.1_cosim.rpt");
const TIMING = reportText("written/vivado-2025.1_routed_timing.rpt");
const EXPORT = reportText("written/vitis-hls-2024.1_impl_export.rpt");

const entities = (levels: number) =>
  Array.from(
    { length: levels },
    (_, level) => `<!ENTITY e${level + 1} "${`&e${level};`.repeat(10)}">`,
  ).join("\n");
const BOMB = `<?xml version="1.0"?>
<!DOCTYPE profile [<!ENTITY e0 "lol">${entities(9)}]>
<profile><ReportVersion><Version>&e9;</Version></ReportVersion></profile>`;
const EXTERNAL = `<?xml version="1.0"?>
<!DOCTYPE profile SYSTEM "file:///etc/passwd" [<!ENTITY file SYSTEM "file:///etc/passwd">]>
<profile><UserAssignments><Part>&file;</Part></UserAssignments></profile>`;

/** How `text` is refused; anything but a CnntargzError `artifact` fails. */
function refusal(text: string): string {
  try {
    parseVendorReport(text, "some.rpt");
  } catch (error) {
    if (error instanceof CnntargzError && error.code === "artifact") return error.message;
    throw error;
  }
  throw new Error(`was read: ${text.slice(0, 200)}`);
}

describe("a report that is none", () => {
  it.each([
    ["nothing", "", /some\.rpt: is empty; run the tool again/],
    ["blanks", " \r\n\t\n", /is empty/],
    ["UTF-16", CSYNTH.replaceAll(/(?<=.)/g, "\0"), /seems to be UTF-16 or binary; convert it/],
    ["an archive", "PK\u0003\u0004\0\0\0\0", /UTF-16 or binary/],
    [
      "a web page",
      "<!DOCTYPE html>\n<html><body>404</body></html>",
      /is a web page; give the report/,
    ],
    ["JSON", '{"kind": "resource-report"}', /seems to be JSON/],
    ["prose", "Dear colleagues,\nit fits.", /begins with "Dear colleagues,", which is no report/],
    [
      "another Vivado report",
      "| Tool Version : Vivado v.2024.1\n| Command      : report_power -file power.rpt\n",
      /is Vivado's report_power, which is no report that is read/,
    ],
    [
      "single timing paths",
      "| Tool Version : Vivado v.2024.1\n| Command      : report_timing -from a -to b\nSlack (MET) : 0.3ns\n",
      /report_timing, which lists single paths, not the design's worst slack/,
    ],
    ["foreign XML", "<svg><rect/></svg>", /is XML with root <svg>, an HLS report has <profile>/],
    ["a list of solutions", reportText("written/hls.app"), /give the project's folder/],
    ["an empty profile", "<profile/>", /has no AreaEstimates\/Resources; give <top>_csynth.xml/],
    ["an entity bomb", BOMB, /document type, which reports do not have/],
    ["an external entity", EXTERNAL, /document type/],
    ["an unknown entity", XML.replace("zynq", "&lol;"), /not well-formed XML .*entity/],
    ["endless nesting", "<a>".repeat(100_000), /more than 200 levels/],
    [
      "a very large file",
      `${CSYNTH}${" ".repeat(2 ** 26)}`,
      /has \d+ characters, reports have at most/,
    ],
  ])("%s is refused with what it seems to be and what to do", (_, text, message) => {
    expect(refusal(text)).toMatch(message);
  });

  it("names the report when it has no file name", () => {
    expect(() => parseVendorReport("")).toThrow(/^the report: is empty/);
  });

  it("is not taken for one", () => {
    for (const text of ["", "\0", "hello", "<svg/>", '{"a": 1}']) {
      expect(isVendorReport(text)).toBe(false);
    }
    expect(isVendorReport(CSYNTH.slice(0, 400))).toBe(true);
  });
});

describe("a report that was tampered with", () => {
  const swap = (text: string, from: string, to: string) => {
    expect(text).toContain(from);
    return text.replace(from, to);
  };
  it.each([
    [
      "a decimal comma",
      swap(CSYNTH, "4.049 ns", "4,049 ns"),
      /"4,049 ns", which is not a number with a decimal point/,
    ],
    ["a decimal comma in XML", swap(XML, "4.049", "4,049"), /EstimatedClockPeriod is "4,049"/],
    ["thousands separators", swap(CSYNTH, "   7969|", "  7,969|"), /"7,969", which is not a count/],
    ["a negative count", swap(XML, "<LUT>2532<", "<LUT>-2532<"), /Resources\/LUT is "-2532"/],
    ["no number", swap(XML, "<LUT>2532<", "<LUT>NaN<"), /"NaN", which is not a count/],
    [
      "a clock of nothing",
      swap(XML, "<TargetClockPeriod>5.00", "<TargetClockPeriod>0.00"),
      /positive/,
    ],
    [
      "a title in German",
      swap(CSYNTH, "== Utilization Estimates", "== Ressourcen"),
      /has no section "Utilization Estimates": it is cut off, edited, or not in English/,
    ],
    [
      "a column in German",
      swap(CSYNTH, "|       Name      | BRAM_18K|", "|       Name      | SpeicherB|"),
      /has no column BRAM_18K/,
    ],
    [
      "an instance less",
      CSYNTH.replace(/^.*config3_s[ |]+0\|[ 0|]+84\|.*\n/m, ""),
      /does not add up to its Total/,
    ],
    [
      "a cell less",
      swap(CSYNTH, "|Total            |        0|", "|Total            |"),
      /has 5 cells, the header of the utilization summary 6/,
    ],
    ["a negative amount", swap(SYNTH, "| 1526 |", "|-1526 |"), /Slice LUTs\* is "-1526"/],
    [
      "a third of a tile",
      swap(SYNTH, "| Block RAM Tile |    0 |", "| Block RAM Tile | 0.33 |"),
      /not a number of 36 Kb tiles/,
    ],
    [
      "a design of no known state",
      swap(SYNTH, ": Synthesized", ": Imagined"),
      /in state "Imagined"; known are Synthesized/,
    ],
    ["sections less", SYNTH.slice(0, SYNTH.indexOf("3. DSP\n------")), /has no section "3. DSP"/],
    ["nothing simulated", COSIM.replaceAll("Pass", "  NA"), /no RTL was simulated/],
    ["a negative average", swap(COSIM, "181|", "-181|"), /-181, which is no average/],
    [
      "slack in words",
      swap(TIMING, "     -0.781     -936", "     great     -936"),
      /WNS\(ns\) is "great"/,
    ],
    [
      "a step left open",
      swap(TIMING, "| Design State      : Routed\n", "").replace(", routed)", ")"),
      /before or after routing/,
    ],
    [
      "an end that is missing",
      swap(EXPORT, "Timing not met\n", ""),
      /has no last line "Timing met"/,
    ],
  ])("%s is refused", (_, text, message) => {
    expect(refusal(text)).toMatch(message);
  });
});

describe("any text", () => {
  /** Either a report that honours its contract, or a refusal. */
  const survives = (text: string) => {
    try {
      parseContract(ResourceReport, parseVendorReport(text), "report");
    } catch (error) {
      if (error instanceof CnntargzError && error.code === "artifact") return;
      throw error;
    }
  };

  it.each(REPORTS)("cut off anywhere, %s says the same or is refused", (name) => {
    const text = reportText(name);
    const whole = readFixture(name);
    const sizes = new Set([...Array(120).keys()].map((at) => Math.floor((at * text.length) / 120)));
    // The last lines matter most: a number cut there is still a number.
    for (let size = text.length; size > text.length - 120 && size > 0; size--) sizes.add(size);
    for (const size of sizes) {
      const part = text.slice(0, size);
      let report;
      try {
        report = parseVendorReport(part, name);
      } catch (error) {
        expect(error).toMatchObject({ name: "CnntargzError", code: "artifact" });
        continue;
      }
      expect(report, `the first ${size} characters`).toEqual(whole);
    }
  });

  it("with a few characters changed is a valid report or refused", () => {
    const edit = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      drop: fc.nat({ max: 40 }),
      put: fc.oneof(
        fc.string({ maxLength: 8 }),
        fc.constantFrom("|", "+", "\n", "-", "9", "<", "&", "NaN", "-1", "\0"),
      ),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...REPORTS),
        fc.array(edit, { minLength: 1, maxLength: 4 }),
        (name, edits) => {
          let text = reportText(name);
          for (const { at, drop, put } of edits) {
            const start = Math.floor(at * text.length);
            text = text.slice(0, start) + put + text.slice(start + drop);
          }
          survives(text);
        },
      ),
      { numRuns: 1500 },
    );
  });

  it("of lines in any order is a valid report or refused", () => {
    const lines = REPORTS.flatMap((name) => reportText(name).split("\n"));
    const piece = fc.oneof(fc.constantFrom(...lines), fc.string());
    fc.assert(
      fc.property(
        fc.constantFrom(...REPORTS),
        fc.array(piece, { maxLength: 60 }),
        (name, pieces) => {
          survives(pieces.join("\n"));
          survives([reportText(name), ...pieces].join("\n"));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("at all is refused, as a report and as a list of solutions", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 100 }), (text) => {
        expect(refusal(text)).toMatch(/^some\.rpt: /);
        expect(() => parseHlsApp(text)).toThrow(CnntargzError);
      }),
    );
  });

  it("made to be slow is not", () => {
    const wide = "+-".repeat(200_000);
    const table = `== Vitis HLS Report for 'x'\n* Version: 2023.1\n== Performance Estimates\n+ Timing:\n* Summary:\n${wide}+\n${`|${" ".repeat(400_000)}|\n`.repeat(20)}${wide}+\n`;
    const slow = [
      table,
      `== Vitis HLS Report for '${"a'".repeat(500_000)}`,
      `| Command : report_utilization\n${"| Site Type | Used |\n".repeat(200_000)}`,
      `${"| Tool Version : ".repeat(300_000)}\n| Command : report_timing`,
      `<profile>${"<a/>".repeat(510_000)}</profile>`,
      `| Tool Version : ${" ".repeat(300_000)}x\n| A${" ".repeat(300_000)}\n| Design Timing Summary\n`,
      `Utilization Design Information\nTable of Contents\n---\n${Array.from(
        { length: 30_000 },
        (_, at) => `${at}. x\n`,
      )
        .join("")
        .repeat(2)}`,
      `<profile ${"a".repeat(3_000_000)}`,
    ];
    for (const text of slow) survives(text);
  }, 20_000);
});

describe("parseHlsApp", () => {
  it("reads the lists of Vivado HLS and Vitis HLS", () => {
    expect(parseHlsApp(reportText("vivado-2020.1/vivado_hls.app"))).toEqual({
      top: "myproject",
      solutions: ["solution1"],
    });
    expect(parseHlsApp(reportText("written/hls.app"))).toEqual({
      top: "myproject",
      solutions: ["solution1", "solution2"],
    });
  });

  it.each([
    ["no XML", "solutions: 1", /is no XML/],
    ["another root", "<profile/>", /has root <profile>/],
    ["no solution", "<project><solutions/></project>", /lists no solution; synthesize first/],
    [
      "a way out",
      '<project><solutions><solution name="../../etc"/></solutions></project>',
      /no plain name/,
    ],
    ["dots", '<project><solutions><solution name=".."/></solutions></project>', /no plain name/],
  ])("refuses %s", (_, text, message) => {
    expect(() => parseHlsApp(text, "hls.app")).toThrow(message);
  });
});
