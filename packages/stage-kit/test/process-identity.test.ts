import { spawn } from "node:child_process";
import { once } from "node:events";

import { ownProcess, processState } from "@cnntargz/stage-kit";
import { describe, expect, it } from "vitest";

describe("processState", () => {
  it("knows living from dead ones, and what it can not know", async () => {
    const own = ownProcess();
    expect(processState(own)).toBe(own.start === null ? "unknown" : "alive");
    expect(processState({ ...own, start: null })).toBe("unknown");
    expect(processState({ ...own, machine: "elsewhere" })).toBe("unknown");
    const child = spawn(process.execPath, ["--eval", ""]);
    await once(child, "close");
    expect(processState({ ...own, pid: child.pid! })).toBe("dead");
  });

  it.runIf(process.platform === "linux")("knows that a number has gone to another process", () => {
    expect(processState({ ...ownProcess(), start: "1" })).toBe("dead");
  });
});
