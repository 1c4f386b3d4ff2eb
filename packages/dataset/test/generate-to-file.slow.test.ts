import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

describe("700,000 events", () => {
  it("are generated into 60 MB within 400 MB of memory", () => {
    const folder = mkdtempSync(join(tmpdir(), "cnntargz-700k-"));
    const path = join(folder, "events.h5");
    const script = `
      import { generateToFile } from "@cnntargz/dataset";
      const info = await generateToFile(process.argv[1], { events: 700000, seed: 1 });
      console.log(info.events, process.resourceUsage().maxRSS);`;
    const output = execFileSync(process.execPath, ["--input-type=module", "-e", script, path], {
      cwd: import.meta.dirname,
      encoding: "utf8",
    });
    const [events, kilobytes] = output.split(" ").map(Number);
    expect(events).toBe(700_000);
    expect(kilobytes! / 1024).toBeLessThan(400);
    expect(statSync(path).size).toBeLessThan(60e6);
    rmSync(folder, { recursive: true });
  });
});
