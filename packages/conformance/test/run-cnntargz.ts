import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The command as npm links it. */
export const bin = fileURLToPath(new URL("../../orchestrator/bin/cnntargz.js", import.meta.url));

/** How a command ended, and what it said. */
interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Run the built command in a process of its own. */
export function cnntargz(args: readonly string[], cwd: string): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...args], { cwd }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}
