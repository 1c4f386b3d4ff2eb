import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("../scripts/fit-coefficients.js", import.meta.url));

describe("fit-coefficients", () => {
  it("gives the checked-in coefficients and prints errors on reports left out", () => {
    const output = execFileSync(process.execPath, [script, "--check"], { encoding: "utf8" });
    expect(output).toMatch(/left out 4-bit weights: 3 reports, rms error \d+\.\d %/);
    expect(output).toMatch(/latency law \(no coefficient of its own\): 11 of 14 reports exact/);
    expect(output).toMatch(/FIFO law: 92 of 94 rows exact/);
  });
});
