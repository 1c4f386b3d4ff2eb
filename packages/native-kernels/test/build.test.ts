import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { buildNativeKernels, NativeKernelsError } from "@cnntargz/native-kernels";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "native-kernels-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

describe("buildNativeKernels", () => {
  it("names the compiler's complaint and leaves nothing behind when it fails", () => {
    const output = join(directory, "addon.node");
    const build = (): string =>
      buildNativeKernels({ output, compiler: "false", headers: directory });
    expect(build).toThrow(NativeKernelsError);
    expect(build).toThrow(/did not build: false .*addon\.cc/);
    expect(readdirSync(directory)).toEqual([]);
  });

  it("says which compilers it looked for", () => {
    const before = process.env["CXX"];
    process.env["CXX"] = "no-such-compiler";
    try {
      expect(() => buildNativeKernels({ output: join(directory, "addon.node") })).toThrow(
        /no-such-compiler.*set CXX/,
      );
    } finally {
      if (before === undefined) delete process.env["CXX"];
      else process.env["CXX"] = before;
    }
    expect(existsSync(join(directory, "addon.node"))).toBe(false);
  });
});
