import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const fixtures = fileURLToPath(new URL("../fixtures/vendor/", import.meta.url));

/** How the fake tool behaves. */
export type FakeEnding =
  | "ok"
  | "part"
  | "binary"
  | "mismatch"
  | "license"
  | "memory"
  | "unrolling"
  | "silent"
  | "killed"
  | "hang"
  | "late"
  | "uncompiled"
  | "wrapped"
  | "source"
  | "standstill"
  | "crash";

/** The environment in which `names` are on the PATH, as a script that replays real reports. */
export function fakeTools(
  folder: string,
  names: readonly string[],
  ending: FakeEnding = "ok",
): { PATH: string; FAKE_HLS: string; FAKE_HLS_REPORTS: string } {
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  for (const name of names) {
    copyFileSync(join(fixtures, "fake-hls.sh"), join(bin, name));
    chmodSync(join(bin, name), 0o755);
  }
  const PATH = [bin, dirname(process.execPath), "/usr/bin", "/bin"].join(":");
  return { PATH, FAKE_HLS: ending, FAKE_HLS_REPORTS: fixtures };
}

/** A project folder with as much of it as a build reads. */
export function writeProject(
  folder: string,
  backend: "vitis" | "vivado",
  optionFile = true,
): string {
  const project = join(folder, "project");
  mkdirSync(project, { recursive: true });
  const write = (name: string, text: string): void => {
    writeFileSync(join(project, name), text);
  };
  write(
    "project.tcl",
    `variable project_name\nset project_name "myproject"\nvariable backend\nset backend "${backend}"\n`,
  );
  write("build_prj.tcl", "# run by the tool\n");
  if (backend === "vitis" && optionFile) write("build_opt.tcl", "array set opt {\n    csim 1\n}\n");
  return project;
}
