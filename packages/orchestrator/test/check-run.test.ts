import { presetConfig, RunConfig, type RunConfigInput } from "@cnntargz/orchestrator";
import { describe, expect, it } from "vitest";

import { checkRun } from "../src/check-run.js";

const check = (config: RunConfigInput): Promise<void> => checkRun(RunConfig.parse(config));
const part = "xc7a35t-cpg236-1";

describe("checkRun", () => {
  it.each<RunConfigInput>([
    presetConfig("demo"),
    { quantization: { bits: 2 } },
    { quantization: { bits: 8 } },
    { hls: { ioType: "io_parallel", parallelizationFactor: 2, backend: "vivado" } },
    { hls: { strategy: "resource", layers: { dense1: { reuseFactor: 8 } } } },
    { hls: { part, device: { lut: 20_800, ff: 41_600, dsp: 90, bram18: 100 } } },
    { distillation: null },
    { dataset: { backgroundFraction: 0 } },
    { dataset: { backgroundFraction: 0.999 } },
  ])("lets %j pass", async (config) => {
    await expect(check(config)).resolves.toBeUndefined();
  });

  it.each<[RunConfigInput, RegExp]>([
    [{ hls: { part } }, /part "xc7a35t-cpg236-1" is not in the device table; .* device: \{ lut/],
    [
      { hls: { strategy: "resource", reuseFactor: 64 } },
      /layer conv1a: reuse factor 64 does not fit its 9 x 1 product with strategy resource; legal values are 1, 3, 9/,
    ],
    [{ hls: { layers: { conv9: { reuseFactor: 2 } } } }, /layers\.conv9: network student9x16/],
    [{ hls: { parallelizationFactor: 2 } }, /set ioType to io_parallel/],
    [{ hls: { ioType: "io_parallel", parallelizationFactor: 7 } }, /parallelization factor 7/],
    [{ hls: { projectName: "int" } }, /projectName "int"/],
    [{ hls: { compat: "hls4ml" } }, /compat is hls4ml/],
    [{ hls: { fragmenter: {} } }, /hls\.fragmenter is set/],
    [
      { distillation: { hints: [{ student: "conv7", teacher: "conv1b", gamma: 1 }] } },
      /a hint names the layer conv7, student9x16 has only conv1a/,
    ],
    [
      { distillation: { hints: [{ student: "conv1b", teacher: "conv7", gamma: 1 }] } },
      /a hint names the layer conv7, teacher9x16 has only/,
    ],
    [
      { dataset: { backgroundFraction: 1 } },
      /the training set holds no muon \(backgroundFraction 1\).*dataset\.backgroundFraction smaller/,
    ],
    [{ dataset: { preset: "imported" } }, /preset is imported/],
    [{ dataset: { ptMinGeV: 30 } }, /ptMinGeV is 30 and ptMaxGeV is 20/],
    [
      { dataset: { noiseEventSpread: 3, noiseScan: { noisePerPixel: [0.9], events: 5 } } },
      /dataset\.noiseScan: noisePerPixel is 0\.9/,
    ],
  ])("refuses %j in the words of the stage", async (config, message) => {
    await expect(check(config)).rejects.toMatchObject({ code: "config" });
    await expect(check(config)).rejects.toThrow(message);
  });
});
