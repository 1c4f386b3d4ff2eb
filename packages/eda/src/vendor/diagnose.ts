/** Why a vendor tool failed, as far as its log tells. */
export type FailureCause =
  "license" | "part" | "memory" | "unrolling" | "simulation" | "compilation" | "report" | "tool";

/** What is known of a failure. */
export interface VendorFailure {
  readonly cause: FailureCause | "timeout";
  /** Lines of the log that say so. */
  readonly lines: readonly string[];
  /** What to do. */
  readonly advice: string;
}

interface Symptom {
  readonly cause: FailureCause;
  readonly pattern: RegExp;
  readonly advice: string;
}

/** From the most to the least telling: one failure makes the tools print several of them. */
const SYMPTOMS: readonly Symptom[] = [
  {
    cause: "license",
    pattern:
      /\[Common 17-345\]|licen[sc]e was not found|licen[sc]e check-?out failed|FLEXnet|FlexNet Licensing|cannot connect to licen[sc]e server/i,
    advice:
      "the tool found no license for the part or the step: set XILINXD_LICENSE_FILE (or LM_LICENSE_FILE) to the license file or port@server, or choose a part that needs none",
  },
  {
    cause: "part",
    pattern: /Part '?[\w-]+'? is not installed|No parts matched|Invalid part/i,
    advice:
      "the part of project.tcl is not installed: add its family with the vendor's installer (Add Design Tools or Devices), or generate the project for another part",
  },
  {
    cause: "memory",
    // The vendor's wrapper script is all that is left to tell of a killed tool.
    pattern:
      /\bKilled\s+"\$RDI_PROG"|std::bad_alloc|\bout of memory\b|cannot allocate memory|exceeded (?:the )?memory/i,
    advice:
      "the tool ran out of memory, or the system ended it for that: take a machine with more, a larger reuse factor, or the resource strategy",
  },
  {
    cause: "unrolling",
    pattern: /Stop unrolling loop|partitioned elements number .* exe?ceeded the threshold/i,
    advice:
      "a loop or array is too large to be unrolled: use io_stream, the resource strategy or a larger reuse factor for the layer that the message names",
  },
  {
    cause: "simulation",
    pattern:
      /\[SIM 211-100\]|CSim failed|C\/RTL co-simulation finished: FAIL|\[COSIM 212-[24]\]|ERROR: Test failed/,
    advice:
      "the simulation failed: an output differs from tb_data, or the design stands still; `cnntargz verify` finds the first layer that differs without the vendor's tools",
  },
  {
    cause: "compilation",
    pattern: /^ERROR: \[HLS 207-|fatal error: .*: No such file|: error: /,
    advice: "the vendor's compiler rejects the C++: the lines above name file and line",
  },
];

const ERROR = /^(?:ERROR|FATAL)\b/;
const KEPT = 10;

/** Watches a log for what may have gone wrong, without keeping it. */
export class LogDoctor {
  private readonly found = new Map<Symptom, string[]>();
  private readonly errors: string[] = [];

  /** Take the next line. */
  hear(line: string): void {
    if (ERROR.test(line) && this.errors.length < KEPT) this.errors.push(line);
    for (const symptom of SYMPTOMS) {
      if (!symptom.pattern.test(line)) continue;
      const lines = this.found.get(symptom) ?? [];
      if (lines.length < KEPT) lines.push(line);
      this.found.set(symptom, lines);
    }
  }

  /** Whether the tool called anything an error, whatever its exit code. */
  get heardError(): boolean {
    return this.errors.length > 0;
  }

  /** What the log says of a tool that has failed. */
  diagnose(otherwise: string): VendorFailure {
    for (const symptom of SYMPTOMS) {
      const lines = this.found.get(symptom);
      if (lines) return { cause: symptom.cause, lines, advice: symptom.advice };
    }
    return { cause: "tool", lines: this.errors, advice: otherwise };
  }
}
