import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { runVendorFlow, type VendorFlowOptions, type VendorFlowResult } from "@cnntargz/eda";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { type FakeEnding, fakeTools, writeProject } from "./fake-tools.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cnntargz-vendor-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Put fake tools on the PATH and run the flow on a new project. */
async function flow(
  ending: FakeEnding,
  options: VendorFlowOptions = {},
  tools: readonly string[] = ["vitis-run"],
  backend: "vitis" | "vivado" = "vitis",
): Promise<VendorFlowResult & { project: string }> {
  for (const [name, value] of Object.entries(fakeTools(folder, tools, ending)))
    vi.stubEnv(name, value);
  const project = writeProject(folder, backend);
  return { ...(await runVendorFlow(project, options)), project };
}

const called = (project: string): string[] =>
  readFileSync(join(project, "called-with.txt"), "utf8").trimEnd().split("\n");
const paths = ({ reports }: VendorFlowResult): string[] => reports.map(({ path }) => path);

const SYNTHESIS = [
  "myproject_prj/solution1/csim/report/myproject_csim.log",
  "myproject_prj/solution1/syn/report/myproject_csynth.rpt",
  "myproject_prj/solution1/syn/report/myproject_csynth.xml",
  "myproject_prj/vivado_hls.app",
];

const NOT_SUPPORTED =
  "ERROR: [HLS 200-642] The 'config_array_partition -maximum_size' command is not supported.";
const UNKNOWN_OPTION =
  "ERROR: [HLS 200-101] config_array_partition: Unknown option '-maximum_size'.\nERROR: [HLS 200-101] config_array_partition: Unknown option '4096'.";

describe("a run that succeeds", () => {
  test("gives the reports, the stages and the whole log", async () => {
    const lines: string[] = [];
    const stages: string[] = [];
    const result = await flow("ok", {
      onLine: (line) => lines.push(line),
      onStage: (stage) => stages.push(stage),
    });
    expect(result).toMatchObject({
      status: "done",
      failure: null,
      tool: "vitis-run",
      version: "v2020.1",
      projectName: "myproject",
      stages: [
        { name: "csim", completed: true },
        { name: "csynth", completed: true },
      ],
    });
    expect(stages).toEqual(["csim", "csynth"]);
    expect(paths(result)).toEqual(SYNTHESIS);
    const fixture = new URL("../fixtures/vendor/myproject_csynth.xml", import.meta.url);
    expect(result.reports[2]!.text).toBe(readFileSync(fixture, "utf8"));
    expect(readFileSync(result.logPath, "utf8")).toBe(`${lines.join("\n")}\n`);
    expect(lines.at(-1)).toMatch(/Exiting/);
  });

  test("vitis-run takes the steps from build_opt.tcl", async () => {
    const { project } = await flow("ok");
    expect(called(project)).toEqual(["vitis-run", "--mode", "hls", "--tcl", "build_prj.tcl"]);
    expect(readFileSync(join(project, "build_opt.tcl"), "utf8")).toBe(`array set opt {
    reset      1
    csim       1
    synth      1
    cosim      0
    validation 0
    export     0
    vsynth     0
    fifo_opt   0
}
`);
  });

  test("vivado_hls takes them as an argument", async () => {
    const { project } = await flow("ok", { steps: ["csynth"] }, ["vivado_hls"], "vivado");
    expect(called(project)).toEqual([
      "vivado_hls",
      "-f",
      "build_prj.tcl",
      "reset=1 csim=0 synth=1 cosim=0 validation=0 export=0 vsynth=0 fifo_opt=0",
    ]);
  });

  test("an older project for Vitis, without build_opt.tcl, gets an argument too", async () => {
    Object.entries(fakeTools(folder, ["vitis_hls"])).forEach(([name, value]) =>
      vi.stubEnv(name, value),
    );
    const project = writeProject(folder, "vitis", false);
    const result = await runVendorFlow(project, { steps: ["csim"] });
    expect(result.status).toBe("done");
    expect(called(project).at(-1)).toMatch(/^reset=0 csim=1 synth=0/);
  });

  test.each([
    [["csim"], SYNTHESIS.slice(0, 1)],
    [["cosim"], ["myproject_prj/solution1/sim/report/myproject_cosim.rpt"]],
    [["export"], []],
    [["vsynth"], ["vivado_synth.rpt"]],
    [["csim", "export"], SYNTHESIS.slice(0, 1)],
  ] as const)(
    "%j keeps an earlier synthesis, whose reports are not this run's",
    async (steps, own) => {
      await flow("ok", { steps: ["csynth"] }, ["vitis-run", "vivado"]);
      const result = await flow("ok", { steps }, ["vitis-run", "vivado"]);
      expect(result.status).toBe("done");
      expect(paths(result)).toEqual(own);
      expect(existsSync(join(result.project, SYNTHESIS[2]!))).toBe(true);
      expect(readFileSync(join(result.project, "build_opt.tcl"), "utf8")).toMatch(/reset +0$/m);
      // The log of the run before is kept.
      expect(readFileSync(`${result.logPath}.old`, "utf8")).toMatch(/C\/RTL SYNTHESIS/);
    },
  );

  test.each([
    ["2020.2 to 2023.2", NOT_SUPPORTED],
    ["2025.1, and Vivado HLS before 2018.1", UNKNOWN_OPTION],
  ])("an error that the script catches (%s) is none", async (_, line) => {
    vi.stubEnv("FAKE_HLS_CAUGHT", line);
    for (const stream of ["1", "2"]) {
      vi.stubEnv("FAKE_HLS_CAUGHT_TO", stream);
      expect(await flow("ok")).toMatchObject({ status: "done", failure: null });
    }
  });

  test("bytes that are no UTF-8 do not stop it, and the log keeps them", async () => {
    const lines: string[] = [];
    const result = await flow("binary", { onLine: (line) => lines.push(line) });
    expect(result.status).toBe("done");
    expect(lines).toContain("INFO: \ufffd\ufffd ok");
    expect(readFileSync(result.logPath).includes(Buffer.from([0xff, 0xfe]))).toBe(true);
  });
});

describe("a run that fails", () => {
  test.each([
    ["license", "license", /Common 17-345/, /XILINXD_LICENSE_FILE/],
    ["part", "part", /xcvu13p-flga2577-2-e. is not installed/, /not installed/],
    ["memory", "memory", /Killed/, /memory/],
    ["unrolling", "unrolling", /Stop unrolling loop 'Product'/, /reuse factor/],
    ["mismatch", "simulation", /SIM 211-100/, /cnntargz verify/],
    ["uncompiled", "compilation", /cannot find -lmvec/, /host's compiler with its headers/],
    ["source", "compilation", /undeclared identifier/, /rejects the C\+\+/],
    ["wrapped", "memory", /^$/, /exit code 137, probably by the system/],
    ["crash", "tool", /^$/, /ended with exit code 1; build\.log/],
  ] as const)(
    "%s: the cause, the tool's words and what to do",
    async (ending, cause, words, advice) => {
      const { status, failure } = await flow(ending);
      expect(status).toBe("failed");
      expect(failure?.cause).toBe(cause);
      expect(failure?.lines.join("\n")).toMatch(words);
      expect(failure?.advice).toMatch(advice);
    },
  );

  test("what it has written until then is kept", async () => {
    const result = await flow("license");
    expect(paths(result)).toEqual(SYNTHESIS.slice(0, 1));
    expect(result.stages).toMatchObject([
      { name: "csim", completed: true },
      { name: "csynth", completed: false },
    ]);
  });

  test("an error that the script has caught is not shown for the one that ended it", async () => {
    vi.stubEnv("FAKE_HLS_CAUGHT", NOT_SUPPORTED);
    for (const ending of ["unrolling", "source", "mismatch", "crash"] as const) {
      const { failure } = await flow(ending);
      expect(failure!.lines.join("\n"), ending).not.toMatch(/config_array_partition/);
    }
    expect((await flow("silent")).failure).toMatchObject({ cause: "report", lines: [] });
  });

  test("the log of a C simulation that was not compiled is read, too", async () => {
    expect((await flow("uncompiled")).failure?.lines).toEqual([
      "ERROR: [SIM 211-100] CSim failed with errors.",
      "/usr/bin/ld: cannot find -lmvec",
    ]);
  });

  test.each(["0", "1"])("a co-simulation that fails with exit code %s", async (code) => {
    vi.stubEnv("FAKE_HLS_CODE", code);
    const { status, failure, stages } = await flow("standstill", { steps: ["csynth", "cosim"] });
    expect(status).toBe("failed");
    expect(failure).toMatchObject({ cause: "simulation", lines: [expect.stringMatching(/FAIL/)] });
    expect(stages).toMatchObject([{ completed: true }, { name: "cosim", completed: false }]);
  });

  test("exit code 0 without the report is a failure", async () => {
    const { status, failure } = await flow("silent");
    expect(status).toBe("failed");
    expect(failure).toMatchObject({ cause: "report" });
    expect(failure?.advice).toMatch(/csynth wrote no myproject_csynth\.xml/);
  });

  test("exit code 0 with an error as the last word is a failure", async () => {
    const { status, failure } = await flow("late");
    expect(status).toBe("failed");
    expect(failure).toMatchObject({ cause: "tool", lines: [expect.stringMatching(/COMMON 0-0/)] });
  });

  test("a tool that the system kills most likely lacked memory", async () => {
    const { failure } = await flow("killed");
    expect(failure).toMatchObject({ cause: "memory" });
    expect(failure?.advice).toMatch(/SIGKILL/);
  });
});

/** Whether a process is there and not just its entry, which a container's init may never clear. */
function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync("/proc") || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

describe("a run that does not end", () => {
  test("is ended with all it has started when its time is over", async () => {
    const result = await flow("hang", { timeoutSeconds: 1.5 });
    expect(result.status).toBe("timeout");
    expect(result.failure).toMatchObject({ cause: "timeout" });
    expect(result.failure?.advice).toMatch(/after 1\.5 s in csynth/);
    expect(lives(Number(readFileSync(join(result.project, "grandchild.pid"), "utf8")))).toBe(false);
    expect(paths(result)).toEqual(SYNTHESIS.slice(0, 1));
  });

  test("rejects with the signal's reason when aborted, after all processes are gone", async () => {
    const abort = new AbortController();
    const running = flow("hang", {
      signal: abort.signal,
      onLine(line) {
        if (line.includes("Analyzing")) abort.abort(new Error("enough"));
      },
    });
    await expect(running).rejects.toThrow("enough");
    const pid = Number(readFileSync(join(folder, "project/grandchild.pid"), "utf8"));
    expect(lives(pid)).toBe(false);
    expect(readFileSync(join(folder, "project/build.log"), "utf8")).toMatch(/Analyzing/);
  });

  test("does not begin when aborted before", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(flow("ok", { signal })).rejects.toThrow("enough");
    expect(existsSync(join(folder, "project/called-with.txt"))).toBe(false);
  });
});

describe("what can not be run", () => {
  test("a project without its tool, naming one that is there for the other backend", async () => {
    await expect(flow("ok", {}, ["vivado_hls"])).rejects.toThrow(
      /for Vitis HLS and vitis-run or vitis_hls is not on the PATH: .*settings64\.sh.*; vivado_hls is/,
    );
    await expect(flow("ok", { tool: "vitis_hls" }, ["vivado_hls"])).rejects.toThrow(
      /vitis_hls is not on the PATH/,
    );
  });

  test("vsynth without vivado", async () => {
    await expect(flow("ok", { steps: ["csynth", "vsynth"] })).rejects.toThrow(/vsynth runs vivado/);
  });

  test("no steps", async () => {
    await expect(flow("ok", { steps: [] })).rejects.toThrow(/at least one step: csim, csynth/);
  });

  test("folders that are no projects", async () => {
    await expect(runVendorFlow(folder)).rejects.toThrow(
      /is no HLS project: it has no project\.tcl/,
    );
    const project = join(folder, "odd");
    mkdirSync(project);
    writeFileSync(join(project, "project.tcl"), 'set project_name "../x"\n');
    await expect(runVendorFlow(project)).rejects.toThrow(/project_name is "\.\.\/x"/);
    writeFileSync(join(project, "project.tcl"), "set project_name myproject\n");
    await expect(runVendorFlow(project)).rejects.toThrow(/it has no build_prj\.tcl/);
  });
});
