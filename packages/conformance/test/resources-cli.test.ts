import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import {
  IntegerNetwork,
  parseContract,
  ResourceEstimate,
  ResourceReport,
} from "@cnntargz/contracts";
import { readResources } from "@cnntargz/orchestrator";
import { writeArtifact } from "@cnntargz/stage-kit";
import { randomNetwork } from "@cnntargz/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { cnntargz } from "./run-cnntargz.js";

const REPORTS = fileURLToPath(new URL("../../fpga-eval/test/fixtures/reports/", import.meta.url));
const SOLUTION = "myproject_prj/solution1";

let folder: string;
const put = (from: string, ...to: readonly string[]) => {
  const path = join(folder, ...to);
  mkdirSync(dirname(path), { recursive: true });
  cpSync(join(REPORTS, from), path);
};
const write = (text: string, ...to: readonly string[]) => {
  const path = join(folder, ...to);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};
const run = (...args: readonly string[]) => cnntargz(args, folder);

interface Compared {
  baseline: string;
  designs: {
    design: string;
    hls4ml?: Record<string, Record<string, string>>;
    reports: {
      design: string;
      files: string[];
      fits: string | null;
      percent: Record<string, number>;
      latencyNs: number | null;
      factors: Record<string, number> | null;
      report: ResourceReport;
      hls4ml?: Record<string, Record<string, string>>;
    }[];
    unread: { file: string; why: string }[];
  }[];
}
const compared = async (...args: readonly string[]) => {
  const { stdout } = await run("compare", ...args, "--json");
  return JSON.parse(stdout) as Compared;
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cnntargz-resources-"));
  const network = randomNetwork(7, { imageLayers: 2, modes: "common", bits: 4 });
  writeArtifact(join(folder, "network.json"), IntegerNetwork, network);
  put("vivado-2020.1/vivado_hls.app", "prj/myproject_prj/vivado_hls.app");
  put("vivado-2020.1/myproject_csynth.xml", "prj", SOLUTION, "syn/report/myproject_csynth.xml");
  put("vivado-2020.1/myproject_csynth.rpt", "prj", SOLUTION, "syn/report/myproject_csynth.rpt");
  // Of one layer: not what the project takes.
  put("written/vivado-hls-2019.1_csynth.rpt", "prj", SOLUTION, "syn/report/dense_s_csynth.rpt");
  put("vivado-2020.1/vivado_synth.rpt", "prj/vivado_synth.rpt");
  put("written/vivado-hls-2020.1_cosim.rpt", "prj", SOLUTION, "sim/report/myproject_cosim.rpt");
  put("written/vitis-hls-2024.1_csim.log", "prj", SOLUTION, "csim/report/myproject_csim.log");
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("a part that is not in the device table", () => {
  const amounts = "lut=871680,ff=1743360,dsp=5952,bram18=2688,uram=640";

  it("is estimated and compared with the figures that are given", async () => {
    const part = ["--part", "xcu50-fsvh2104-2-e"];
    const without = await run("estimate", "network.json", ...part);
    expect(without).toMatchObject({ code: 2, stdout: "" });
    expect(without.stderr).toMatch(/"xcu50-fsvh2104-2-e" is not in the device table.*--device/);
    const device = [...part, "--device", amounts];
    const given = await run("estimate", "network.json", ...device, "--json");
    const { resources } = JSON.parse(given.stdout) as { resources: ResourceEstimate };
    expect(resources.device).toEqual({
      name: "xcu50-fsvh2104-2-e",
      family: "given",
      available: { lut: 871_680, ff: 1_743_360, dsp: 5_952, bram18: 2_688, uram: 640 },
      source: "given in the configuration",
    });
    const { designs } = await compared("network.json", ...device);
    expect(designs[0]!.reports[0]!.report.device).toEqual(resources.device);
  });

  it.each(["lut=1", "lut=1,ff=1,dsp=0,bram18=x", "lut=1,ff=1,dsp=0,bram18=0,slr=4", ""])(
    "refuses the amounts %j",
    async (text) => {
      const { code, stderr } = await run("estimate", "network.json", "--device", text);
      expect(code).toBe(2);
      expect(stderr).toMatch(/It must be as lut=871680,ff=/);
    },
  );
});

describe("cnntargz estimate", () => {
  it("prints layers, shares, time and a verdict", async () => {
    const { code, stdout, stderr } = await run("estimate", "network.json");
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^estimate, like csynth$/m);
    expect(stdout).toMatch(/^estimate, like synthesis$/m);
    expect(stdout).toMatch(/^share +\d/m);
    expect(stdout).toMatch(/latency \d+ cycles = [\d.,]+ ns, interval \d+ cycles/);
    expect(stdout).toMatch(/^one image per 25 ns bunch crossing/m);
    expect(stdout).toMatch(/verdict: pass\n$/);
  });

  it("gives one JSON document, with options above the configuration file", async () => {
    write("clockPeriodNs: 4\nbackend: vivado\n", "hls.yaml");
    const { stdout, stderr } = await run(
      ...["estimate", "network.json", "--config", "hls.yaml", "--clock-period", "3", "--json"],
    );
    expect(stderr).toBe("");
    const result = JSON.parse(stdout) as {
      hls: { clockPeriodNs: number; backend: string };
      resources: unknown;
      latencyNs: number;
      keepsUp: boolean;
      status: string;
    };
    expect(result.hls).toMatchObject({ clockPeriodNs: 3, backend: "vivado" });
    const resources = parseContract(ResourceEstimate, result.resources, "resources");
    expect(resources.clockNs).toBe(3);
    expect(result.latencyNs).toBe(3 * resources.latencyCycles);
    expect(result.keepsUp).toBe(3 * resources.initiationInterval <= 25);
    expect(result.status).toBe("pass");
  });

  it("exits with 3 when it is too slow or too large, and says what would help", async () => {
    const slow = await run("estimate", "network.json", "--max-latency", "1");
    expect(slow.code).toBe(3);
    expect(slow.stdout).toMatch(/latency <= 1 ns: .* Most cycles: .*It would help to have/);
    const large = await run("estimate", "network.json", "--device-share", "0.000001");
    expect(large.code).toBe(3);
    expect(large.stdout).toMatch(/too many.* is taken by .* would help/);
  });

  it("does without TensorFlow", async () => {
    write(
      `import { register } from "node:module";
       const hooks = \`export const resolve = (name, context, next) => {
         if (name.startsWith("@tensorflow/")) throw new Error(name + " was loaded");
         return next(name, context);
       };\`;
       register("data:text/javascript," + encodeURIComponent(hooks));`,
      "no-tensorflow.mjs",
    );
    const preload = join(folder, "no-tensorflow.mjs");
    for (const args of [
      ["estimate", "network.json"],
      ["compare", "network.json", "prj"],
    ]) {
      const { stderr } = await cnntargz(args, folder, { NODE_OPTIONS: `--import ${preload}` });
      expect(stderr).toBe("");
    }
    // The hook works: the pipeline does load it.
    write("name: x\n", "x.yaml");
    const { stderr } = await cnntargz(["run", "--preset", "demo"], folder, {
      NODE_OPTIONS: `--import ${preload}`,
    });
    expect(stderr).toMatch(/@tensorflow\/.* was loaded/);
  });

  it.each([
    [["estimate"], 2, /missing required argument 'network'/],
    [["estimate", "nothing.json"], 1, /nothing\.json does not exist/],
    [["estimate", "prj"], 1, /manifest\.json can not be read/],
    [["estimate", "network.json", "--reuse-factor", "0"], 2, /integer of at least 1/],
    [["estimate", "network.json", "--clock-period", "Infinity"], 2, /number from 0\.1 to 1000/],
    [["estimate", "network.json", "--device-share", "2"], 2, /at most 1/],
    [["estimate", "network.json", "--part", "xc7nope"], 2, /xc7nope/],
    [["estimate", "network.json", "--config", "gone.yaml"], 2, /gone\.yaml can not be read/],
    [["estimate", "hls.json"], 2, /hls\.json is not valid/],
  ])("%j ends with %i", async (args, code, message) => {
    write("{}", "hls.json");
    const outcome = await run(...args);
    expect(outcome.stderr).toMatch(message);
    expect(outcome.code).toBe(code);
    expect(outcome.stdout).toBe("");
  });
});

describe("cnntargz compare", () => {
  it("sets the published table, an estimate and a project beside each other", async () => {
    const args = ["compare", "slides:teacher", "slides:qstudent-4bit", "network.json", "prj"];
    const { code, stdout, stderr } = await run(...args);
    expect(stderr).toBe("");
    // The slides' Teacher does not fit.
    expect(code).toBe(3);
    expect(stdout).toMatch(/^slides:teacher +published csynth +265,600 +2,400,000 +31,700 +1,123/m);
    expect(stdout).toMatch(
      /^slides:qstudent-4bit +published csynth +9 +168 +5,280 +102 +- +3\.5$/m,
    );
    expect(stdout).toMatch(/^network\.json +estimate, like csynth /m);
    expect(stdout).toMatch(/^network\.json +estimate, like synthesis /m);
    expect(stdout).toMatch(/^prj +vivado-hls csynth \(Vivado HLS 2020\.1\) +2,532 +7,969 +73/m);
    expect(stdout).toMatch(/^prj +vivado-synth synthesis \(Vivado 2020\.1\) +1,526 +2,428 +66/m);
    expect(stdout.indexOf("== C-synthesis")).toBeLessThan(stdout.indexOf("== logic synthesis"));
  });

  it("merges what belongs together, and reads the top function only", async () => {
    const { baseline, designs } = await compared("prj");
    expect(baseline).toBe("prj");
    const [{ reports, unread }, ...others] = designs as [Compared["designs"][0]];
    expect([others, unread]).toEqual([[], []]);
    expect(reports.map(({ report }) => report.like)).toEqual([
      "csynth",
      "csim",
      "cosim",
      "synthesis",
    ]);
    const [csynth] = reports;
    expect(csynth!.files).toEqual(
      ["xml", "rpt"].map((end) => join("prj", SOLUTION, `syn/report/myproject_csynth.${end}`)),
    );
    expect(csynth!.report.perLayer).toHaveLength(2);
    expect(csynth!.hls4ml).toMatchObject({ CSynthesisReport: { DSP: "73", WorstLatency: "10" } });
    expect(csynth!.percent["dsp"]).toBeCloseTo(33.18, 2);
    for (const { report } of reports) parseContract(ResourceReport, report, "report");
  });

  it("gives one object per project, with all that hls4ml's parse_vivado_report has", async () => {
    const { designs } = await compared("prj", "network.json");
    expect(designs.map(({ design }) => design)).toEqual(["prj", "network.json"]);
    expect(designs[0]!.hls4ml).toEqual({
      CSynthesisReport: expect.objectContaining({ LUT: "2532", AvailableLUT: "53200" }) as unknown,
      CosimReport: expect.objectContaining({ Status: "Pass" }) as unknown,
      VivadoSynthReport: { LUT: "1526", FF: "2428", BRAM_18K: "0", DSP48E: "66" },
    });
    // An estimate is no tool's word.
    expect(designs[1]).not.toHaveProperty("hls4ml");
    expect(designs[1]!.reports.map(({ report }) => report.source)).toEqual([
      "estimate",
      "estimate",
    ]);
  });

  it("shows both of two reports that contradict each other", async () => {
    cpSync(join(folder, "prj"), join(folder, "odd"), { recursive: true });
    const xml = join(folder, "odd", SOLUTION, "syn/report/myproject_csynth.xml");
    writeFileSync(xml, readFileSync(xml, "utf8").replace("<LUT>2532<", "<LUT>9999<"));
    const { stdout, stderr } = await run("compare", "odd", "--json");
    const [{ hls4ml, reports }] = (JSON.parse(stdout) as Compared).designs as [
      Compared["designs"][0],
    ];
    const csynth = reports.filter(({ report }) => report.like === "csynth");
    expect(csynth.map(({ report }) => report.total.lut)).toEqual([9999, 2532]);
    // Nobody chooses between them; each is there in hls4ml's words.
    expect(csynth.map((row) => row.hls4ml!["CSynthesisReport"]!["LUT"])).toEqual(["9999", "2532"]);
    expect(Object.keys(hls4ml!)).toEqual(["CosimReport", "VivadoSynthReport"]);
    expect(stderr).toMatch(
      /^warning: odd: .*csynth\.xml, .*contradict each other; CSynthesisReport/,
    );
  });

  it("keeps solutions apart", async () => {
    put("written/hls.app", "two/myproject_prj/hls.app");
    for (const solution of ["solution1", "solution2"]) {
      const report = join("myproject_prj", solution, "syn/report/myproject_csynth.rpt");
      put("written/vitis-hls-2023.1_csynth.rpt", "two", report);
    }
    put("written/vivado-2025.1_routed_timing.rpt", "two/timing.rpt");
    const { designs } = await compared("two");
    expect(designs.map(({ design }) => design)).toEqual([
      "two (solution1)",
      "two (solution2)",
      "two (beside the solutions)",
    ]);
  });

  it("reads a component without a list of solutions, and a folder of reports", async () => {
    put("written/vitis-hls-2024.1_project_csynth.rpt", "component/hls/syn/report/csynth.rpt");
    put("written/vitis-hls-2023.1_csynth.rpt", "component/hls/syn/report/dense_csynth.rpt");
    put("written/vitis-hls-2023.1_csynth.rpt", "component/hls/syn/report/myproject_csynth.rpt");
    put("written/vitis-hls-2024.1_cosim.rpt", "component/hls/sim/report/myproject_cosim.rpt");
    const timing = "component/hls/impl/report/verilog/myproject_timing_routed.rpt";
    put("written/vivado-2025.1_routed_timing.rpt", timing);
    put(
      "written/vivado-2025.1_routed_utilization.rpt",
      "component/hls/impl/report/verilog/myproject_utilization_routed.rpt",
    );
    write("route status", "component/hls/impl/report/verilog/myproject_status_routed.rpt");
    const [component] = (await compared("component")).designs;
    expect(component!.reports.map(({ report, files }) => [report.like, files.length])).toEqual([
      ["csynth", 1],
      ["cosim", 1],
      ["post-route", 2],
    ]);
    put("written/vivado-2025.1_routed_utilization.rpt", "reports/util.rpt");
    expect((await compared("reports")).designs).toHaveLength(1);
  });

  it("prints layers and what hls4ml prints", async () => {
    const { stdout, code } = await run("compare", "prj", "--layers", "--hls4ml");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^dense_array_array_ap_fixed_16_6_5_3_0_5u_config2_U0 +2,134/m);
    expect(stdout).toContain("    DSP:      73 / 220 (33.2%)\n");
  });

  it("takes another baseline, report files and resource reports", async () => {
    const [network] = (await compared("network.json")).designs;
    const estimate = network!.reports[0]!.report;
    writeArtifact(join(folder, "resources.json"), ResourceReport, estimate);
    const report = join("prj", SOLUTION, "syn/report/myproject_csynth.rpt");
    const { baseline, designs } = await compared(
      ...["resources.json", report, "--baseline", report],
    );
    expect(baseline).toBe(report);
    const factors = designs.map(({ reports }) => reports[0]!.factors);
    expect(factors.map((each) => each === null)).toEqual([false, true]);
    expect(factors[0]!["lut"]).toBeCloseTo(2532 / estimate.total.lut!);
  });

  it.each([
    [["compare"], 2, /missing required argument 'designs'/],
    [["compare", "slides:mine"], 2, /"slides:mine" is not published; there are slides:teacher,/],
    [["compare", "prj", "prj"], 2, /prj is given twice/],
    [["compare", "prj", "--baseline", "x"], 2, /baseline "x" is not among the designs: prj/],
    [["compare", "nothing"], 1, /nothing does not exist; give a run directory/],
    [["compare", "empty"], 1, /empty is no finished run .* no HLS project .* holds no report/],
    [["compare", "empty.rpt"], 1, /empty\.rpt: is empty; run the tool again/],
    [["compare", "cut.json"], 1, /cut\.json is not JSON/],
    [["compare", "plan.json"], 1, /plan\.json is a hls-plan; give an integer network/],
    [["compare", "unsynthesized"], 1, /unsynthesized is no finished run .* no HLS project/],
    [
      ["compare", "all-broken"],
      1,
      /no report that can be read:\n.*a\.rpt: is empty.*\n.*csynth\.xml: /,
    ],
    [["compare", "nothing", "prj", "--baseline", "nothing"], 1, /nothing does not exist/],
  ])("%j ends with %i", async (args, code, message) => {
    mkdirSync(join(folder, "empty"), { recursive: true });
    write("", "empty.rpt");
    write('{"kind": ', "cut.json");
    write('{"kind": "hls-plan"}', "plan.json");
    put("written/hls.app", "unsynthesized/a/hls.app");
    write("", "all-broken/a.rpt");
    write("<profile><oh", "all-broken/csynth.xml");
    const outcome = await run(...args);
    expect(outcome.stderr).toMatch(message);
    expect(outcome.code).toBe(code);
    expect(outcome.stdout).toBe("");
  });
});

describe("what can not be read", () => {
  it("is named, and the rest of the project shown", async () => {
    cpSync(join(folder, "prj"), join(folder, "broken"), { recursive: true });
    const xml = join(folder, "broken", SOLUTION, "syn/report/myproject_csynth.xml");
    writeFileSync(xml, readFileSync(xml, "utf8").slice(0, 1000));
    const { code, stdout, stderr } = await run("compare", "broken", "--json");
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: .*myproject_csynth\.xml: is not well-formed XML.*\n$/);
    const [broken] = (JSON.parse(stdout) as Compared).designs;
    expect(broken!.reports).toHaveLength(4);
    expect(broken!.hls4ml!["CSynthesisReport"]!["LUT"]).toBe("2532");
    expect(broken!.unread).toMatchObject([
      { file: join("broken", SOLUTION, "syn/report/myproject_csynth.xml") },
    ]);
  });

  it("is named among several designs, which are compared", async () => {
    const { code, stdout, stderr } = await run("compare", "nothing", "prj", "slides:teacher");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error \(artifact\): nothing does not exist/);
    expect(stdout).toMatch(/^prj +vivado-hls csynth/m);
    expect(stdout).toMatch(/factors to prj|prj/);
  });
});

describe("readResources", () => {
  it("is the library's way to the same reports", async () => {
    const [design, ...others] = await readResources(join(folder, "prj"));
    expect(others).toEqual([]);
    expect(design!.reports.map(({ report }) => report.source)).toEqual([
      "vivado-hls",
      "hls",
      "hls",
      "vivado-synth",
    ]);
    const [published] = await readResources("slides:qstudent-3bit");
    expect(published!.reports[0]!.report).toMatchObject({
      source: "published",
      total: { dsp: 0, uram: null },
      latencyCycles: 182,
    });
  });
});
