import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  loadNativeKernels,
  type NativeKernels,
  NativeKernelsError,
} from "@cnntargz/native-kernels";
import { needs } from "@cnntargz/testkit";
import { registerTrainingKernels } from "@cnntargz/wasm-kernels";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { buildAddon, instructionSets } from "./variants.js";

describe("loadNativeKernels", () => {
  it("names the build command when the addon is not built or is no addon", () => {
    const directory = mkdtempSync(join(tmpdir(), "native-kernels-"));
    const path = join(directory, "addon.node");
    expect(() => loadNativeKernels({ path })).toThrow(NativeKernelsError);
    expect(() => loadNativeKernels({ path })).toThrow(/not built.*npx cnntargz-build-native/);
    writeFileSync(path, "not a library");
    expect(() => loadNativeKernels({ path })).toThrow(/do not load.*npx cnntargz-build-native/);
    rmSync(directory, { recursive: true });
  });
});

needs("g++")("a built addon", () => {
  let addon: ReturnType<typeof buildAddon>;
  let kernels: NativeKernels;
  beforeAll(() => {
    addon = buildAddon();
    kernels = loadNativeKernels({ path: addon.path });
  });
  afterAll(() => {
    addon.remove();
  });

  it("runs the widest instruction set unless told otherwise", () => {
    const sets = instructionSets(addon.path);
    expect(kernels.instructionSet).toBe(sets.at(-1));
    const narrow = loadNativeKernels({ path: addon.path, instructionSet: "avx2" });
    expect(narrow.instructionSet).toBe("avx2");
  });

  it("is refused when it was built from other sources", () => {
    const other = join(addon.path, "..", "other.node");
    const bytes = readFileSync(addon.path);
    const hash = /[0-9a-f]{64}/.exec(bytes.toString("latin1"))!;
    bytes.write("0".repeat(64), hash.index, "latin1");
    writeFileSync(other, bytes);
    expect(() => loadNativeKernels({ path: other })).toThrow(
      /other sources.*cnntargz-build-native/,
    );
  });

  it.each([
    ["an address beyond the memory", [0, 400, 0, 100, 1]],
    ["an address that is not aligned", [2, 0, 0, 8, 1]],
    ["a negative count", [0, 0, 0, -1, 1]],
    ["too few arguments", [0, 0]],
  ])("throws on %s", (_, args) => {
    expect(() => {
      kernels.reluGradBounded(new ArrayBuffer(512), ...args);
    }).toThrow(RangeError);
  });

  it("throws on strides or groups of zero, and on a padding that is no integer", () => {
    //              height, width, padding, channels, filter, channels, output, strides, dilations, groups
    const good = [4, 4, 0, 0, 1, 1, 1, 1, 4, 4, 1, 1, 1, 1, 1];
    const run = (conv: number[]): void => {
      kernels.convForward(new ArrayBuffer(512), 0, 64, 0, 128, 1, ...conv, 0, 0);
    };
    run(good);
    for (const [position, value] of [
      [10, 0],
      [13, 0],
      [14, 0],
      [2, 0.5],
    ] as const) {
      expect(() => {
        run(good.with(position, value));
      }).toThrow(RangeError);
    }
  });

  it("counts the operations of the peak loop", () => {
    const lanes = kernels.instructionSet === "avx512" ? 16 : 8;
    const gigaflop = kernels.peakLoop(new ArrayBuffer(8), 1000);
    expect(gigaflop).toBeCloseTo((2 * 12 * lanes * 1000) / 1e9, 12);
  });

  it("is needed by the variant native, and by no other", async () => {
    await tf.setBackend("wasm");
    expect(() => {
      registerTrainingKernels(tf, { variant: "native" });
    }).toThrow(/@cnntargz\/native-kernels/);
    expect(() => {
      registerTrainingKernels(tf, { variant: "simd", native: kernels });
    }).toThrow(/"simd"/);
    const incomplete: Partial<NativeKernels> = { ...kernels, matMul: undefined as never };
    expect(() => {
      registerTrainingKernels(tf, { variant: "native", native: incomplete as NativeKernels });
    }).toThrow(/lacks the kernels matMul/);
  });
});
