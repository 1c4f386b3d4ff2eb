import { createRequire } from "node:module";
import { availableParallelism } from "node:os";

import { findVendorHeaders, listCompilers, listVendorTools } from "@cnntargz/eda";

/** Something that commands use. */
export interface MachinePart {
  readonly name: string;
  /** Version or place; null where it is missing. */
  readonly found: string | null;
  /** The commands that use it. */
  readonly usedBy: string;
  /** How to get it. */
  readonly install: string;
}

/** What `cnntargz doctor --json` prints. */
export interface Machine {
  readonly node: string;
  readonly platform: string;
  readonly cores: number;
  /** Compilers of the C-simulation, of which one is enough. */
  readonly compilers: readonly MachinePart[];
  /** What makes training faster or else. */
  readonly training: readonly MachinePart[];
  /** The FPGA vendor's tools and headers. */
  readonly vendor: readonly MachinePart[];
  /** What stands in the way of which command, and the way on; empty when every command of our own runs. */
  readonly problems: readonly string[];
}

/** The installed version of a package that is not needed, or null. */
function versionOf(name: string): string | null {
  try {
    const { version } = createRequire(import.meta.url)(`${name}/package.json`) as {
      version: string;
    };
    return version;
  } catch {
    return null;
  }
}

/** Look for everything that a command may use. */
export async function examineMachine(): Promise<Machine> {
  const compilers = (await listCompilers()).map(({ name, version, install }) => ({
    name,
    found: version,
    usedBy: "run, verify",
    install,
  }));
  const training = ["@tensorflow/tfjs-node", "@cnntargz/native-kernels"].map((name) => ({
    name,
    found: versionOf(name),
    usedBy: `run --backend ${name.startsWith("@tensorflow") ? "tensorflow" : "wasm:native"}`,
    install: `npm install ${name}`,
  }));
  const tools = (await listVendorTools()).map(({ name, path, install }) => ({
    name,
    found: path,
    usedBy: name === "vivado" ? "build --vsynth" : "build",
    install,
  }));
  const headers = {
    name: "ap_fixed.h of the vendor",
    found: await findVendorHeaders(),
    usedBy: "verify --ap-types vendor",
    install: "source the tool's settings64.sh",
  };
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
    compilers,
    training,
    vendor: [...tools, headers],
    problems: compilers.some(({ found }) => found !== null)
      ? []
      : [
          `run and verify: no C++ compiler for C-simulation: ${compilers.map(({ install }) => install).join("; or ")}`,
        ],
  };
}
