import { stageOf, type VendorStep } from "./steps.js";
import { type FailureCause, type Symptom, SYMPTOMS } from "./symptoms.js";

/** What is known of a failure. */
export interface VendorFailure {
  readonly cause: FailureCause | "timeout";
  /** Lines of the log that say so. */
  readonly lines: readonly string[];
  /** What to do. */
  readonly advice: string;
}

const ERROR = /^(?:ERROR|FATAL)\b/;
/** By which the tools and their scripts say that a whole step, not a command of it, has failed. */
const STEP_FAILED =
  /'\w+_design' failed|CSim failed with errors|CSim done with [1-9]\d* errors|co-simulation finished: FAIL|\bPre-synthesis failed|^ERROR: Test failed|\[IMPL 213-\d+\] Failed|^command 'ap_source' returned error code/;
/**
 * A command or an option that the version lacks. It ends a script unless that catches it, as
 * hls4ml's does for `config_array_partition -maximum_size`.
 */
const UNKNOWN_COMMAND =
  /^ERROR: (?:\[HLS 200-(?:101|642)\]|.*config_array_partition.*(?:not supported|Unknown option))/;
/** What tells that the script went on. */
const GOES_ON = /^(?:(?:INFO|WARNING):|\*{5} )/;
/** What the tools also say after their last error. */
const CLOSING = /^INFO: \[(?:HLS 200-11[12]|SIM 211-3|Common 17-206)\]/;
const KEPT = 10;

const keep = (lines: string[], line: string): void => {
  if (lines.length < KEPT && !lines.includes(line)) lines.push(line);
};

/** What one stage has printed that may matter. */
class StageNotes {
  readonly found = new Map<Symptom, string[]>();
  readonly errors: string[] = [];
  readonly unknownCommands: string[] = [];
  hasFailed = false;
  endsInError = false;

  readonly stage: VendorStep | "validation" | null;

  constructor(stage: VendorStep | "validation" | null) {
    this.stage = stage;
  }

  take(line: string): void {
    if (STEP_FAILED.test(line)) this.hasFailed = true;
    if (UNKNOWN_COMMAND.test(line)) {
      keep(this.unknownCommands, line);
      return;
    }
    if (ERROR.test(line)) {
      keep(this.errors, line);
      this.endsInError = true;
    } else if (GOES_ON.test(line) && !CLOSING.test(line)) {
      this.endsInError = false;
    }
    for (const symptom of SYMPTOMS) {
      if (symptom.notIn === this.stage || !symptom.pattern.test(line)) continue;
      const lines = this.found.get(symptom) ?? [];
      keep(lines, line);
      this.found.set(symptom, lines);
    }
  }
}

/** Watches a log for what may have gone wrong, without keeping it. */
export class LogDoctor {
  /** The first stage that the tool calls failed, although it went on. */
  private failed: StageNotes | null = null;
  private now = new StageNotes(null);

  /** Take the next line. */
  hear(line: string): void {
    const stage = stageOf(line);
    if (stage !== null) {
      // A script that gets as far has survived whatever was called an error before.
      if (this.now.hasFailed) this.failed ??= this.now;
      this.now = new StageNotes(stage);
    }
    this.now.take(line);
  }

  /**
   * Whether the tool says that a step failed, or an error is its last word, whatever its exit code.
   * Other lines that begin with ERROR are of commands that the script can do without.
   */
  get heardFailure(): boolean {
    return this.failed !== null || this.now.hasFailed || this.now.endsInError;
  }

  /** Take what the tool wrote into the log of the C simulation, if that is what failed. */
  readCsimLog(text: string): void {
    const notes = this.failed ?? this.now;
    if (notes.stage !== "csim") return;
    for (const line of text.split(/\r\n|\n|\r/)) notes.take(line);
  }

  /** What the log says of a tool that has failed. */
  diagnose(otherwise: string): VendorFailure {
    const { found, errors, unknownCommands } = this.failed ?? this.now;
    for (const symptom of SYMPTOMS) {
      const lines = found.get(symptom);
      if (lines) return { cause: symptom.cause, lines, advice: symptom.advice };
    }
    const lines = errors.length > 0 ? errors : unknownCommands;
    return { cause: "tool", lines, advice: otherwise };
  }
}
