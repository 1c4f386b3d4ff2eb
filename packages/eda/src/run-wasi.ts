// A process of its own: `node --no-warnings run-wasi.js PROGRAM.wasm FOLDER` runs a WASI program
// with FOLDER as its working directory and ends with its exit code. Node warns whenever node:wasi
// is loaded, hence the flag, and the program's crash must not be ours.
import { readFile } from "node:fs/promises";
import { WASI } from "node:wasi";

/** What is used here of a global that Node's type declarations lack. */
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object, imports: object): Promise<object>;
};

const [, , program, folder] = process.argv;
if (program === undefined || folder === undefined) {
  throw new TypeError("usage: run-wasi.js PROGRAM.wasm FOLDER");
}
const wasi = new WASI({ version: "preview1", args: [program], preopens: { ".": folder } });
const module = await WebAssembly.compile(await readFile(program));
const instance = await WebAssembly.instantiate(module, wasi.getImportObject());
process.exitCode = wasi.start(instance);
