import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { planHls, renderHls } from "@cnntargz/hls-codegen";
import { randomNetwork } from "@cnntargz/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

import { cnntargz } from "./run-cnntargz.js";

const fixtures = fileURLToPath(new URL("../../eda/test/fixtures/vendor/", import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cnntargz-build-"));
  const network = randomNetwork(6);
  for (const backend of ["vitis", "vivado"] as const) {
    const { files } = renderHls(planHls(network, { backend }), network);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, backend, path)), { recursive: true });
      writeFileSync(join(folder, backend, path), text);
    }
  }
  mkdirSync(join(folder, "bin"));
  for (const name of ["vitis-run", "vivado_hls", "vivado"]) {
    copyFileSync(join(fixtures, "fake-hls.sh"), join(folder, "bin", name));
    chmodSync(join(folder, "bin", name), 0o755);
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  vi.stubEnv(
    "PATH",
    [join(folder, "bin"), dirname(process.execPath), "/usr/bin", "/bin"].join(":"),
  );
  vi.stubEnv("FAKE_HLS_REPORTS", fixtures);
  return () => {
    vi.unstubAllEnvs();
  };
});

describe("cnntargz build", () => {
  it("explains itself", async () => {
    const { code, stdout } = await cnntargz(["build", "--help"], folder);
    expect(code).toBe(0);
    expect(stdout).toMatch(/--timeout <seconds>/);
    expect(stdout).toMatch(/Examples:/);
  });

  it("runs the tool on a generated project and lists what it wrote", async () => {
    const { code, stdout, stderr } = await cnntargz(["build", "vitis"], folder);
    expect(stderr).toBe("C simulation ...\nC synthesis ...\n");
    expect(stdout).toMatch(/^myproject with vitis-run v2020\.1: done after \d+\.\d s$/m);
    expect(stdout).toMatch(/^ {2}myproject_prj\/solution1\/syn\/report\/myproject_csynth\.xml$/m);
    // What the report of the fixture states.
    expect(stdout).toMatch(/Vivado HLS[^]*latency 10 cycles/);
    expect(readFileSync(join(folder, "vitis/build.log"), "utf8")).toMatch(/C\/RTL SYNTHESIS/);
    expect(code).toBe(0);
  });

  it("goes by exit code and reports where the script goes on after an error", async () => {
    const caught =
      "ERROR: [HLS 200-642] The 'config_array_partition -maximum_size' command is not supported.";
    vi.stubEnv("FAKE_HLS_CAUGHT", caught);
    const { code, stdout, stderr } = await cnntargz(["build", "vitis"], folder);
    expect(stdout).toMatch(/^myproject with vitis-run v2020\.1: done/);
    expect([code, stderr]).toEqual([0, "C simulation ...\nC synthesis ...\n"]);
    expect(readFileSync(join(folder, "vitis/build.log"), "utf8")).toContain(caught);
  });

  it("tells a C simulation that was not compiled from one that differs", async () => {
    vi.stubEnv("FAKE_HLS", "uncompiled");
    const { code, stderr } = await cnntargz(["build", "vitis"], folder);
    expect(code).toBe(1);
    expect(stderr).toMatch(/failed \(compilation\): .*host's compiler[^]*cannot find -lmvec/);
  });

  it("takes its steps from the options, and prints one JSON document", async () => {
    const args = ["build", "vivado", "--no-csim", "--vsynth", "--json", "--quiet"];
    const { code, stdout, stderr } = await cnntargz(args, folder);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      status: "done",
      tool: "vivado_hls",
      command: [
        "vivado_hls",
        "-f",
        "build_prj.tcl",
        expect.stringMatching(/^reset=1 csim=0 synth=1/),
      ],
      stages: [{ name: "csynth" }, { name: "vsynth" }],
      reports: expect.arrayContaining(["vivado_synth.rpt"]) as unknown,
      figures: [
        { path: "myproject_prj/solution1/syn/report/myproject_csynth.xml" },
        { path: "vivado_synth.rpt", figures: { total: { lut: 1526, ff: 2428 } } },
      ],
    });
  });

  it("ends with exit code 1 when the tool fails, and says what to do", async () => {
    vi.stubEnv("FAKE_HLS", "license");
    const { code, stdout, stderr } = await cnntargz(["build", "vitis", "--json"], folder);
    expect(code).toBe(1);
    expect(stderr).toMatch(/failed \(license\): .*XILINXD_LICENSE_FILE[^]*Common 17-345/);
    expect(JSON.parse(stdout)).toMatchObject({ status: "failed", failure: { cause: "license" } });
  });

  it("ends a tool that does not, after the time it is given", async () => {
    vi.stubEnv("FAKE_HLS", "hang");
    const { code, stderr } = await cnntargz(["build", "vitis", "--timeout", "1"], folder);
    expect(code).toBe(1);
    expect(stderr).toMatch(/timed out: the tool was ended after 1 s/);
  });

  it.each([
    [["build", "."], 1, /is no HLS project: it has no project\.tcl/],
    [["build", "vitis", "--tool", "vitis_hls"], 1, /vitis_hls is not on the PATH/],
    [["build", "vitis", "--no-csim", "--no-synth"], 2, /needs at least one step/],
    [["build", "vitis", "--timeout", "soon"], 2, /must be a number above 0/],
    [["build"], 2, /missing required argument 'dir'/],
  ])("%j is an error", async (args, expected, message) => {
    const { code, stdout, stderr } = await cnntargz(args, folder);
    expect(stderr).toMatch(message);
    expect(stdout).toBe("");
    expect(code).toBe(expected);
  });
});
