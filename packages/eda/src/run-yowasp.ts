// A process of its own: `node run-yowasp.js FOLDER OUTPUT ARGUMENTS...` compiles the C++ in FOLDER
// with @yowasp/clang to the WASI program OUTPUT in it. The compiler itself is 100 MB of WebAssembly
// that blocks its thread for seconds and can only be stopped by ending the process.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { commands, Exit, runLLVM, type Tree } from "@yowasp/clang";

const [, , folder, output, ...args] = process.argv;
if (folder === undefined || output === undefined) {
  throw new TypeError("usage: run-yowasp.js FOLDER OUTPUT ARGUMENTS...");
}

async function readSources(path: string): Promise<Tree> {
  const tree: Tree = {};
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) tree[entry.name] = await readSources(child);
    else if (/\.(?:cpp|h)$/.test(entry.name)) tree[entry.name] = await readFile(child, "utf8");
  }
  return tree;
}

const print = (bytes: Uint8Array | null): void => {
  if (bytes) process.stderr.write(bytes);
};
// Loaded by itself first, since clang++ below would print how far loading is.
await runLLVM(undefined, undefined, { fetchProgress: () => undefined });
try {
  const files = await commands["clang++"]([...args, "-o", output], await readSources(folder), {
    stdout: print,
    stderr: print,
  });
  const program = files?.[output];
  if (program instanceof Uint8Array) await writeFile(join(folder, output), program);
  else process.exitCode = 1;
} catch (error) {
  if (!(error instanceof Exit)) throw error;
  process.exitCode = error.code || 1;
}
