import type { VendorStep } from "./steps.js";

/** Why a vendor tool failed, as far as its log tells. */
export type FailureCause =
  | "license"
  | "part"
  | "memory"
  | "disk"
  | "unrolling"
  | "simulation"
  | "compilation"
  | "report"
  | "tool";

/** Lines that tell why a run failed. */
export interface Symptom {
  readonly cause: FailureCause;
  readonly pattern: RegExp;
  /** The stage in which the lines mean something else. */
  readonly notIn?: VendorStep;
  readonly advice: string;
}

const DIFFERS =
  "the simulation failed: an output differs from tb_data, or the design stands still; `cnntargz verify` finds the first layer that differs without the vendor's tools";

/** From the most to the least telling: one failure makes the tools print several of them. */
export const SYMPTOMS: readonly Symptom[] = [
  {
    cause: "license",
    pattern:
      /^(?!INFO).*(?:\[Common 17-345\]|licen[sc]e was not found|licen[sc]e check-?out failed|FLEXnet|FlexNet Licensing|cannot connect to licen[sc]e server)/i,
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
    cause: "disk",
    pattern: /No space left on device|Disk quota exceeded/i,
    advice:
      "the disk is full: make room where the project and the tool's temporary files lie, or move it",
  },
  {
    cause: "memory",
    // A wrapper script, or a compiler's driver, is all that is left to tell of a killed program.
    pattern:
      /\bKilled\s+"\$RDI_PROG"|: Killed\b|\bKilled signal\b|std::bad_alloc|\bout of memory\b|\bmemory exhausted\b|cannot allocate memory|exc?e\w*ded (?:the )?memory/i,
    advice:
      "the tool ran out of memory, or the system ended it for that: take a machine with more, a larger reuse factor, or the resource strategy",
  },
  {
    cause: "unrolling",
    // Vivado HLS writes "exeeded".
    pattern: /Stop unrolling loop|partitioned elements number .* exc?e\w*ded the threshold/i,
    advice:
      "a loop or array is too large to be unrolled: use io_stream, the resource strategy or a larger reuse factor for the layer that the message names",
  },
  {
    cause: "simulation",
    pattern: /nonzero return value|Simulation failed: \S|CSim done with [1-9]\d* errors/,
    advice: DIFFERS,
  },
  {
    cause: "compilation",
    // Vivado HLS before 2020 says no more than "failed with errors" when it could not compile.
    pattern:
      /compilation error\(s\)|CSim failed with errors|: (?:fatal )?error: |\bld(?:\.\w+)?: |\bcannot find (?:-l|\S*crt\w*\.o)|undefined (?:reference|symbol)|collect2: |linker command failed|(?:\+\+|cc|clang|make|ld)(?:-\d+)?: (?:command )?not found|(?:\+\+|cc|clang|make|ld)(?:-\d+)?: No such file|^make(?:\[\d+\])?: \*\*\*|error while loading shared libraries|version `GLIBC\w*' not found/i,
    notIn: "csynth",
    advice:
      "the simulation's C++ does not compile or link on this host: the lines name what is wrong. A header, crt1.o or a library: install the host's compiler with its headers (build-essential, or gcc-c++ and glibc-devel) and, where the vendor's linker does not find them, set CPATH and LIBRARY_PATH to the folders that have them (LIBRARY_PATH=/usr/lib/x86_64-linux-gnu on Debian and Ubuntu); a line of the project's own C++: generate the project again. Synthesis needs none of it: --no-csim",
  },
  {
    cause: "simulation",
    pattern: /\[SIM 211-100\]|co-simulation finished: FAIL|ERROR: \[COSIM 212-|^ERROR: Test failed/,
    advice: DIFFERS,
  },
  {
    cause: "compilation",
    pattern: /^ERROR: \[HLS 207-|: (?:fatal )?error: /,
    advice: "the vendor's compiler rejects the C++: the lines above name file and line",
  },
  {
    cause: "tool",
    pattern: /error while loading shared libraries|version `GLIBC\w*' not found/,
    advice:
      "a program of the tool does not start on this host: install the library that the lines name (libtinfo.so.5 is in libtinfo5 or ncurses-compat-libs)",
  },
];
