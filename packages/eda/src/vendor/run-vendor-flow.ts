import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

import {
  CnntargzError,
  optionalFunction,
  optionalSignal,
  optionsCheck,
  z,
} from "@cnntargz/contracts";

import { findOnPath } from "../find-on-path.js";
import { LogDoctor, type VendorFailure } from "./diagnose.js";
import { newReports, type ReportFile, reportTimes } from "./find-reports.js";
import { type ProjectFolder, readProjectFolder } from "./read-project-folder.js";
import { type Ending, runLogged } from "./run-logged.js";
import {
  optionFile,
  requireSteps,
  scriptOptions,
  stageOf,
  VENDOR_STEPS,
  type VendorStep,
} from "./steps.js";
import { findVendorTool, VENDOR_TOOLS, type VendorTool } from "./tools.js";

/** How to run a vendor's tool. */
export interface VendorFlowOptions {
  /** `auto`, the default: the newest on the PATH that fits the project's backend. */
  readonly tool?: "auto" | VendorTool | undefined;
  /** csim and csynth when left out. */
  readonly steps?: readonly VendorStep[] | undefined;
  /** Seconds after which the tool is ended; none when left out. */
  readonly timeoutSeconds?: number | undefined;
  /** Called with each line of the log. */
  readonly onLine?: ((line: string) => void) | undefined;
  /** Called when the tool begins a stage. */
  readonly onStage?: ((stage: VendorStage["name"]) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const checkOptions = optionsCheck<VendorFlowOptions>("runVendorFlow", {
  tool: z.enum(["auto", ...VENDOR_TOOLS]).optional(),
  steps: z.array(z.enum(VENDOR_STEPS)).optional(),
  timeoutSeconds: z.number().positive().optional(),
  onLine: optionalFunction,
  onStage: optionalFunction,
  signal: optionalSignal,
});

/** A part of a run. */
export interface VendorStage {
  readonly name: VendorStep | "validation";
  readonly seconds: number;
  /** False for the stage in which a run failed. */
  readonly completed: boolean;
}

/** What came of a run. */
export interface VendorFlowResult {
  readonly status: "done" | "failed" | "timeout";
  /** Null when done. */
  readonly failure: VendorFailure | null;
  readonly tool: VendorTool;
  /** As the tool's banner says, such as `v2020.1`; null when it prints none. */
  readonly version: string | null;
  readonly command: readonly string[];
  readonly projectName: string;
  /** Absolute path; everything the tool printed. */
  readonly logPath: string;
  readonly stages: readonly VendorStage[];
  /** What this run has written, also of a run that failed. */
  readonly reports: readonly ReportFile[];
  readonly seconds: number;
}

const LOG = "build.log";
const BANNER = /High-Level Synthesis from C.*\b(v\d+\.\d[\w.]*)|\bVitis\b.*\b(v\d{4}\.\d[\w.]*)/;

/** A report that a step can not do without. */
function missingReport(
  { projectName }: ProjectFolder,
  steps: ReadonlySet<VendorStep>,
  reports: readonly ReportFile[],
): string | null {
  const expected: [VendorStep, RegExp, string][] = [
    ["csynth", /\/syn\/report\/.*csynth\.(?:xml|rpt)$/, `${projectName}_csynth.xml`],
    ["cosim", /\/sim\/report\/.*cosim\.rpt$/, `${projectName}_cosim.rpt`],
    ["vsynth", /^vivado_synth\.rpt$/, "vivado_synth.rpt"],
  ];
  const lacking = expected.find(
    ([step, pattern]) => steps.has(step) && !reports.some(({ path }) => pattern.test(path)),
  );
  return lacking === undefined ? null : `${lacking[0]} wrote no ${lacking[2]}`;
}

/** The program's arguments; the steps go into build_opt.tcl where there is one. */
async function prepare(
  project: ProjectFolder,
  tool: VendorTool,
  steps: ReadonlySet<VendorStep>,
): Promise<string[]> {
  const options = scriptOptions(steps);
  const assignments: string[] = [];
  if (project.hasOptionFile) {
    const path = join(project.folder, "build_opt.tcl");
    await writeFile(`${path}.part`, optionFile(options));
    await rename(`${path}.part`, path);
  } else {
    assignments.push(options.map(([name, value]) => `${name}=${value}`).join(" "));
  }
  return tool === "vitis-run"
    ? ["--mode", "hls", "--tcl", "build_prj.tcl"]
    : ["-f", "build_prj.tcl", ...assignments];
}

/** What a shell gives for a program that SIGKILL has ended. */
const KILLED = 137;
const CSIM_LOG = /\/csim\/report\/.*_csim\.log$/;

function failureOf(
  ending: Ending,
  doctor: LogDoctor,
  lacking: string | null,
  reports: readonly ReportFile[],
): VendorFailure | null {
  if (ending.exitCode === 0 && !doctor.heardFailure && lacking === null) return null;
  for (const { path, text } of reports) if (CSIM_LOG.test(path)) doctor.readCsimLog(text);
  const how =
    ending.killedBy !== null
      ? `the tool was ended by ${ending.killedBy}`
      : ending.exitCode !== 0
        ? `the tool ended with exit code ${String(ending.exitCode)}`
        : (lacking ?? "the tool reported an error at its end");
  const failure = doctor.diagnose(`${how}; ${LOG} has all that it printed`);
  // Only the system ends a tool like this, mostly for want of memory.
  const wasKilled = ending.killedBy === "SIGKILL" || ending.exitCode === KILLED;
  if (failure.cause === "tool" && wasKilled) {
    return {
      ...failure,
      cause: "memory",
      advice: `${how}, probably by the system for want of memory: take a machine with more, or a larger reuse factor`,
    };
  }
  return failure.cause === "tool" && ending.exitCode === 0 && lacking !== null
    ? { ...failure, cause: "report" }
    : failure;
}

/**
 * Run the vendor's HLS tool on a project folder of hls-codegen or hls4ml: `vitis-run --mode hls --tcl
 * build_prj.tcl`, `vitis_hls -f` or `vivado_hls -f`. The log goes to `build.log` in the folder, that of
 * the run before to `build.log.old`. A tool that fails is a result, with the reports it has written
 * and, where the log tells, the cause.
 *
 * @throws CnntargzError `artifact` when the folder is no HLS project; `config` without steps; `tool`
 * when the tool (or, for vsynth, vivado) is not on the PATH. Rejects with the signal's reason when
 * aborted, after the tool and all it has started are gone.
 */
export async function runVendorFlow(
  folder: string,
  options: VendorFlowOptions = {},
): Promise<VendorFlowResult> {
  checkOptions(options);
  const { signal, onLine, onStage, timeoutSeconds } = options;
  signal?.throwIfAborted();
  const steps = new Set<VendorStep>(options.steps ?? ["csim", "csynth"]);
  requireSteps(steps);
  const project = await readProjectFolder(folder);
  const tool = await findVendorTool(options.tool ?? "auto", project);
  if (steps.has("vsynth") && (await findOnPath("vivado")) === null) {
    throw new CnntargzError(
      "tool",
      "vsynth runs vivado, which is not on the PATH: source Vivado's settings64.sh first",
    );
  }
  const args = await prepare(project, tool, steps);
  const logPath = join(project.folder, LOG);
  await rename(logPath, `${logPath}.old`).catch(() => undefined);
  const before = await reportTimes(project);

  const doctor = new LogDoctor();
  const begun: { name: VendorStage["name"]; at: number }[] = [];
  let version: string | null = null;
  const start = performance.now();
  const ending = await runLogged({
    file: tool,
    args,
    cwd: project.folder,
    logPath,
    timeoutMs: timeoutSeconds === undefined ? null : timeoutSeconds * 1000,
    signal,
    onLine(line) {
      doctor.hear(line);
      const banner = BANNER.exec(line);
      version ??= banner?.[1] ?? banner?.[2] ?? null;
      const stage = stageOf(line);
      if (stage !== null) {
        begun.push({ name: stage, at: performance.now() });
        onStage?.(stage);
      }
      onLine?.(line);
    },
  });
  const end = performance.now();

  const reports = await newReports(project, before);
  const failure: VendorFailure | null = ending.timedOut
    ? {
        cause: "timeout",
        lines: [],
        advice: `the tool was ended after ${timeoutSeconds!} s${begun.length > 0 ? ` in ${begun.at(-1)!.name}` : ""}: give it more time, or the design a larger reuse factor`,
      }
    : failureOf(ending, doctor, missingReport(project, steps, reports), reports);
  return {
    status: failure === null ? "done" : ending.timedOut ? "timeout" : "failed",
    failure,
    tool,
    version,
    command: [tool, ...args],
    projectName: project.projectName,
    logPath,
    stages: begun.map(({ name, at }, index) => ({
      name,
      seconds: ((begun[index + 1]?.at ?? end) - at) / 1000,
      completed: failure === null || index < begun.length - 1,
    })),
    reports,
    seconds: (end - start) / 1000,
  };
}
