import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { compileCSim, findVendorHeaders, includeFolder } from "@cnntargz/eda";
import { needs, needsSetting } from "@cnntargz/testkit";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { differentialProgram } from "./differential-program.js";
import { sumProject, sumsAndProducts } from "./projects.js";
import { runCpp } from "./run-cpp.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cnntargz-ap-types-"));
  for (const name of ["XILINX_HLS", "XILINX_VITIS", "XILINX_VIVADO"]) vi.stubEnv(name, "");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** An installation with `include/ap_fixed.h` under `name`. */
async function install(name: string): Promise<string> {
  const root = join(folder, name);
  await mkdir(join(root, "include"), { recursive: true });
  await mkdir(join(root, "bin"));
  await writeFile(join(root, "include/ap_fixed.h"), "#error this is not ours\n");
  return root;
}

describe("the vendor's headers", () => {
  test.each(["XILINX_HLS", "XILINX_VITIS", "XILINX_VIVADO"])("are found by %s", async (name) => {
    vi.stubEnv("PATH", folder);
    expect(await findVendorHeaders()).toBeNull();
    const root = await install("tool");
    vi.stubEnv(name, root);
    expect(await findVendorHeaders()).toBe(join(root, "include"));
  });

  test("are found beside a program on the PATH", async () => {
    const root = await install("Vitis");
    await writeFile(join(root, "bin/vitis-run"), "#!/bin/sh\n", { mode: 0o755 });
    vi.stubEnv("PATH", join(root, "bin"));
    expect(await findVendorHeaders()).toBe(join(root, "include"));
  });

  test("that are asked for and not there are an error that says where they were sought", async () => {
    vi.stubEnv("PATH", folder);
    await expect(compileCSim(sumProject(), { apTypes: "vendor" })).rejects.toThrow(
      /no ap_fixed\.h of Vitis or Vivado was found by XILINX_HLS, .*vitis-run/,
    );
    await expect(compileCSim(sumProject(), { apTypes: folder })).rejects.toThrow(
      /cnntargz-ap-types-\w+ has no ap_fixed\.h: name the include folder/,
    );
  });

  test("need a compiler of the machine", async () => {
    const apTypes = await install("tool");
    await expect(compileCSim(sumProject(), { apTypes, compiler: "@yowasp/clang" })).rejects.toThrow(
      /need g\+\+ or clang\+\+, not @yowasp\/clang/,
    );
  });
});

needs("g++")("headers of another folder", () => {
  test("are the ones that are compiled", async () => {
    const apTypes = await install("tool");
    await expect(compileCSim(sumProject(), { apTypes, compiler: "g++" })).rejects.toThrow(
      /this is not ours/,
    );
    const csim = await compileCSim(sumProject(), { apTypes: includeFolder(), compiler: "g++" });
    expect(csim.apTypes).toBe(includeFolder());
    expect([...(await csim.run([1, 2, 3], 1)).outputs]).toEqual(sumsAndProducts([1, 2, 3]));
    await csim.dispose();
  });
});

needsSetting("CNNTARGZ_AP_TYPES", "folder with them")("the vendor's own headers", (vendor) => {
  const seeds = (process.env["CNNTARGZ_AP_TYPES_SEEDS"] ?? "31").split(",").map(Number);
  test.each(seeds)("compute what ours compute, random types and values of seed %i", (seed) => {
    const { source, checks } = differentialProgram(seed, 12, 25);
    const ours = runCpp(source, { optimize: "-O0" }).split("\n");
    const theirs = runCpp(source, { optimize: "-O0", headers: vendor }).split("\n");
    expect(ours.length - 1).toBe(checks);
    expect(ours).toEqual(theirs);
  });

  test("give the same outputs of a project", async () => {
    const images = Array.from({ length: 300 }, (_, i) => ((i * 37) % 63) - 31);
    const csim = await compileCSim(sumProject(), { apTypes: vendor, compiler: "g++" });
    expect([...(await csim.run(images, 100)).outputs]).toEqual(sumsAndProducts(images));
    await csim.dispose();
  });
});
