import { ContractError, DatasetConfig, NetworkSpec, parseContract } from "@cnntargz/contracts";
import { describe, expect, it } from "vitest";

describe("parseContract", () => {
  it("names what was parsed and the path of each fault", () => {
    try {
      parseContract(
        DatasetConfig,
        { events: 10, seed: 1, efficiency: 1.5, noise: 0 },
        "dataset config",
      );
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ContractError);
      const { message, code, issues } = error as ContractError;
      expect(code).toBe("contract");
      expect(message).toMatch(/^dataset config is not valid/);
      expect(message).toMatch(/efficiency/);
      expect(message).toMatch(/noise/);
      expect(issues).toHaveLength(2);
    }
  });

  it("fills defaults", () => {
    const config = parseContract(DatasetConfig, { events: 10, seed: 1 }, "dataset config");
    expect(config).toMatchObject({ preset: "flat", efficiency: 0.96, noisePerPixel: 1e-3 });
  });
});

describe("NetworkSpec", () => {
  const layer = { kind: "dense", name: "out", units: 2 };
  it("refuses two layers of one name", () => {
    const spec = { name: "n", inputShape: [1, 1, 4], layers: [layer, layer] };
    expect(() => parseContract(NetworkSpec, spec, "spec")).toThrow(/layer names must be unique/);
  });
  it("refuses a layer kind it does not know", () => {
    const spec = { name: "n", inputShape: [1, 1, 4], layers: [{ ...layer, kind: "lstm" }] };
    expect(() => parseContract(NetworkSpec, spec, "spec")).toThrow(/layers\[0\]\.kind/);
  });
});
