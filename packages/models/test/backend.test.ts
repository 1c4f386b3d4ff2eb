import { loadBackend } from "@cnntargz/models";
import { getBackend } from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";

describe("loadBackend", () => {
  it("takes the native backend or says why not", async () => {
    const { backend, reason } = await loadBackend("auto");
    expect(getBackend()).toBe(backend.name);
    expect(reason).toContain("@tensorflow/tfjs-node");
    if (backend.name === "tensorflow") {
      expect(backend.kernels).toBeNull();
    } else {
      expect(backend).toEqual({ name: "wasm", kernels: "simd" });
      expect(reason).toMatch(/^wasm with simd kernels, as .* is not usable: ./);
    }
  });

  it("gives the backend that was asked for, with the default kernels filled in", async () => {
    const { backend } = await loadBackend({ name: "wasm", kernels: null });
    expect(backend).toEqual({ name: "wasm", kernels: "simd" });
    expect(getBackend()).toBe("wasm");
    expect((await loadBackend({ name: "cpu", kernels: null })).backend.name).toBe("cpu");
    expect(getBackend()).toBe("cpu");
  });

  it("refuses two kernel sets in one process", async () => {
    await loadBackend({ name: "wasm", kernels: "simd" });
    await expect(loadBackend({ name: "wasm", kernels: "relaxed" })).rejects.toMatchObject({
      code: "tool",
      message: expect.stringContaining("relaxed") as string,
    });
  });

  it("refuses wasm kernels on another backend", async () => {
    await expect(loadBackend({ name: "cpu", kernels: "simd" })).rejects.toMatchObject({
      code: "config",
    });
  });
});
