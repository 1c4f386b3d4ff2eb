import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

const SEED = 12;
const INPUTS = 50_000;
/** No input takes a second of computing; one that gives no sign for so long hangs. */
const HANGS_MS = 120_000;

interface Result {
  faults: { input: number; kind: string; error: string }[];
  outcomes: Record<string, Record<string, number>>;
  peakBytes: number;
}
type Message = { input: number; kind: string } | { result: Result };

/** Fuzz in a process of its own, so that its memory can be limited and measured. */
function fuzz(): Promise<Result> {
  const script = fileURLToPath(new URL("fuzz/run-fuzz.js", import.meta.url));
  const child = fork(script, [String(SEED), String(INPUTS)], {
    execArgv: ["--max-old-space-size=768"],
  });
  return new Promise((resolve, reject) => {
    let last = "none";
    let result: Result | null = null;
    const hangs = (): void => {
      child.kill("SIGKILL");
      reject(new Error(`hangs at input ${last}`));
    };
    let timer = setTimeout(hangs, HANGS_MS);
    child.on("message", (message: Message) => {
      clearTimeout(timer);
      timer = setTimeout(hangs, HANGS_MS);
      if ("result" in message) result = message.result;
      else last = `${message.input} (${message.kind})`;
    });
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      if (result !== null) resolve(result);
      else reject(new Error(`ended with ${signal ?? String(code)} at input ${last}`));
    });
  });
}

test(
  "50,000 changed files: taken or refused with an error of ours, no hang, below 1 GB",
  { timeout: 3_600_000 },
  async () => {
    const { faults, outcomes, peakBytes } = await fuzz();
    expect(faults).toEqual([]);
    const kinds = Object.entries(outcomes);
    const tried = kinds.flatMap(([, counts]) => Object.values(counts));
    expect(tried.reduce((sum, number) => sum + number, 0)).toBe(INPUTS);
    for (const [kind, counts] of kinds) {
      // Neither is every change harmless, nor every changed file refused for the same reason.
      expect(counts["taken"], kind).toBeGreaterThan(0);
      expect(Object.keys(counts).length, kind).toBeGreaterThan(1);
    }
    expect(peakBytes).toBeLessThan(1e9);
  },
);
