import { LogDoctor } from "../../dist/vendor/diagnose.js";
import { describe, expect, test } from "vitest";

/** What is made of a log. */
function hear(...lines: readonly string[]): LogDoctor {
  const doctor = new LogDoctor();
  for (const line of lines) doctor.hear(line);
  return doctor;
}

const CSIM = "***** C SIMULATION *****";
const SYNTHESIS = "***** C/RTL SYNTHESIS *****";
const NOT_COMPILED = "ERROR: [SIM 211-100] 'csim_design' failed: compilation error(s).";

describe("a C simulation that was not compiled is no simulation that differs", () => {
  test.each([
    ["no crt1.o", "/opt/tools/bin/ld: cannot find crt1.o: No such file or directory"],
    ["no library", "/usr/bin/ld: cannot find -lmvec"],
    ["lld", "ld.lld: error: unable to find library -lpthread"],
    ["a symbol", "obj/myproject_test.o: undefined reference to `gmp_printf'"],
    ["clang's linker", "clang: error: linker command failed with exit code 1"],
    [
      "no system header",
      "/usr/include/features.h:424:12: fatal error: sys/cdefs.h: No such file or directory",
    ],
    [
      "no header of the vendor's",
      "../../../../firmware/defines.h:4:10: fatal error: 'ap_int.h' file not found",
    ],
    [
      "another gmp.h",
      "/opt/Xilinx/Vivado/2019.1/include/mpfr.h:702:39: error: ‘mpfr_srcptr’ has not been declared",
    ],
    ["no compiler", "make: g++: No such file or directory"],
    ["no compiler in a shell", "sh: 1: g++: not found"],
    ["no make", "bash: make: command not found"],
    [
      "a library of the compiler's",
      "clang: error while loading shared libraries: libtinfo.so.5: cannot open shared object file: No such file or directory",
    ],
    ["make", "make: *** [Makefile.rules:323: csim.exe] Error 1"],
  ])("%s", (_, line) => {
    for (const log of [
      [CSIM, line, NOT_COMPILED],
      [CSIM, line, "ERROR: [SIM 211-100] CSim failed with errors."],
      [line],
    ]) {
      const { cause, lines, advice } = hear(...log).diagnose("?");
      expect(cause).toBe("compilation");
      expect(lines).toContain(line);
      expect(advice).toMatch(/host's compiler with its headers/);
    }
  });

  test("whatever little Vivado HLS says of it", () => {
    for (const line of [NOT_COMPILED, "ERROR: [SIM 211-100] CSim failed with errors."]) {
      expect(hear(CSIM, line).diagnose("?")).toMatchObject({ cause: "compilation", lines: [line] });
    }
  });

  test.each([
    "ERROR: [SIM 211-100] 'csim_design' failed: nonzero return value.",
    "@E Simulation failed: Function 'main' returns nonzero value '1'.",
    "@E Simulation failed: SIGSEGV.",
    "INFO: [SIM 211-1] CSim done with 2 errors.",
  ])("but one that ran has run: %s", (line) => {
    const log = [CSIM, "out.txt: error: 3 of 4 values", line];
    const doctor = hear(...log, "ERROR: [SIM 211-100] CSim failed with errors.");
    expect(doctor.diagnose("?")).toMatchObject({ cause: "simulation" });
  });

  test.each([
    ["memory", "g++: fatal error: Killed signal terminated program cc1plus"],
    ["memory", "cc1plus: out of memory allocating 65536 bytes"],
    ["memory", "ld: final link failed: memory exhausted"],
    ["disk", "/tmp/ccX.s: fatal error: error writing to obj: No space left on device"],
    ["license", "ERROR: [Common 17-345] A valid license was not found for feature 'HLS'"],
  ])("%s is told before it", (cause, line) => {
    expect(hear(CSIM, line, NOT_COMPILED).diagnose("?")).toMatchObject({ cause, lines: [line] });
  });
});

describe("synthesis", () => {
  test.each(["exceeded", "exeeded", "execeeded", "exceded", "Exceeded"])(
    "a threshold that is %s",
    (word) => {
      const line = `ERROR: [XFORM 203-103] Array 'mult.V' (firmware/layers/dense.h:60): partitioned elements number (4096) has ${word} the threshold (1024), which may cause long run-time: see config_array_partition.`;
      const doctor = hear(line, "ERROR: [HLS 200-70] Pre-synthesis failed.");
      expect(doctor.diagnose("?")).toMatchObject({ cause: "unrolling", lines: [line] });
    },
  );

  test("that rejects the C++ has nothing to do with the host's compiler", () => {
    const doctor = hear(SYNTHESIS, "firmware/myproject.cpp:7:3: error: unknown type name 'foo'");
    expect(doctor.diagnose("?").advice).toMatch(/rejects the C\+\+/);
  });

  test("a program that does not start is neither", () => {
    const line = "vitis_hls: error while loading shared libraries: libtinfo.so.5: cannot open";
    const { cause, advice } = hear(SYNTHESIS, line).diagnose("?");
    expect([cause, advice]).toEqual(["tool", expect.stringMatching(/libtinfo5/)]);
  });
});

describe("what an ERROR in the log means when the exit code is 0", () => {
  const CAUGHT =
    "ERROR: [HLS 200-642] The 'config_array_partition -maximum_size' command is not supported.";
  const OTHER = "ERROR: [HLS 200-999] something that the script caught";
  const ON = "INFO: [HLS 200-1510] Running: config_compile -name_max_length 80";

  test.each<[boolean, string[]]>([
    [false, [CAUGHT, ON]],
    [false, [CAUGHT]],
    [false, ["ERROR: config_array_partition: Unknown option '-maximum_size'."]],
    [false, [SYNTHESIS, "INFO: done", CAUGHT]],
    [false, [OTHER, ON]],
    [false, [OTHER, CSIM, "a line"]],
    [false, [CSIM, OTHER, SYNTHESIS, "a line"]],
    [false, [CSIM, OTHER, "***** C SIMULATION COMPLETED IN 0h0m3s *****"]],
    [true, [SYNTHESIS, OTHER]],
    [true, [SYNTHESIS, OTHER, "", "    while executing", '"csynth_design"']],
    [true, [SYNTHESIS, OTHER, "INFO: [Common 17-206] Exiting vitis_hls at Tue Feb 12 2024..."]],
    [true, [SYNTHESIS, OTHER, "INFO: [HLS 200-112] Total CPU user time: 17 seconds."]],
    [true, [CSIM, NOT_COMPILED, SYNTHESIS, "INFO: [HLS 200-111] Finished"]],
    [true, [SYNTHESIS, "Pre-synthesis failed.", "INFO: [HLS 200-10] more"]],
    [true, ["ERROR: [COSIM 212-4] *** C/RTL co-simulation finished: FAIL ***", ON]],
    [true, ["***** EXPORT IP *****", "ERROR: [IMPL 213-28] Failed to generate IP.", ON]],
  ])("failed: %j %j", (failed, log) => {
    expect(hear(...log).heardFailure).toBe(failed);
  });

  test("a step that failed is what is told, although the script went on", () => {
    const doctor = hear(
      CSIM,
      NOT_COMPILED,
      SYNTHESIS,
      "ERROR: [HLS 200-70] Pre-synthesis failed.",
      "***** EXPORT IP *****",
      OTHER,
    );
    expect(doctor.diagnose("?")).toMatchObject({ cause: "compilation", lines: [NOT_COMPILED] });
  });

  test("a command that is unknown is told when there is nothing else", () => {
    expect(hear(CAUGHT).diagnose("?")).toEqual({ cause: "tool", lines: [CAUGHT], advice: "?" });
    const { lines } = hear(CAUGHT, OTHER).diagnose("?");
    expect(lines).toEqual([OTHER]);
  });
});
