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

/** Run the built command in a process of its own, with `environment` in addition to the caller's. */
export function cnntargz(
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const options = { cwd, env: { ...process.env, ...environment } };
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...args], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}
