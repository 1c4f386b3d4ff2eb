import { presetConfig, presetNames, RunConfig } from "@cnntargz/orchestrator";
import { describe, expect, it } from "vitest";

describe("presets", () => {
  it.each(presetNames)("%s is a full configuration on the bit-stable backend", (name) => {
    const config = presetConfig(name);
    expect(RunConfig.parse(config)).toEqual(config);
    expect(config.name).toBe(name);
    expect(config.backend).toEqual({ name: "wasm", kernels: "simd" });
  });

  it("demo has enough background to prove a fake rate below 2 per mille", () => {
    const { split, backgroundFraction } = presetConfig("demo").dataset;
    // Without a single fake, 1,497 events are needed for a 95 % limit below 0.002.
    expect(split.test * backgroundFraction).toBeGreaterThan(5 * 1497);
  });

  it("an unknown one is an error that lists the known ones", () => {
    expect(() => presetConfig("demos")).toThrow(/preset demos is not known, choose one of: demo/);
  });
});
