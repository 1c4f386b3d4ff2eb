import { closeSync, fstatSync, openSync, readSync } from "node:fs";

import { CnntargzError } from "@cnntargz/contracts";
import type { File } from "h5wasm/node";

const SIGNATURE = Buffer.from([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]);

/** File descriptor of stderr, also within WebAssembly. */
const STDERR = 2;

/** The h5wasm module. */
export type Hdf5 = typeof import("h5wasm/node");

/** The HDF5 library, loaded at first use: it is 4 MB of WebAssembly. */
async function loadHdf5(): Promise<Hdf5> {
  const hdf5 = await import("h5wasm/node");
  await hdf5.ready;
  return hdf5;
}

/** Where the superblock may be: at 0, or behind a block of the user's of 512, 1024, 2048, ... bytes. */
function* superblockOffsets(length: number): Generator<number> {
  yield 0;
  for (let offset = 512; offset < length; offset *= 2) yield offset;
}

/** The file length that an HDF5 superblock states, or null for a superblock version not known here. */
function statedLength(superblock: Buffer): number | null {
  const version = superblock[8];
  // HDF5 file format specification 4.0, II.A: "End of File Address", for 8-byte offsets.
  if (version === 0) return Number(superblock.readBigUInt64LE(40));
  if (version === 1) return Number(superblock.readBigUInt64LE(44));
  if (version === 2 || version === 3) return Number(superblock.readBigUInt64LE(28));
  return null;
}

/**
 * Check that `path` is an HDF5 file of full length, which the HDF5 library itself reports only as
 * a stack dump on stderr.
 *
 * @throws CnntargzError `artifact` when it is missing, not HDF5 or truncated.
 */
function checkHdf5File(path: string): void {
  const superblock = Buffer.alloc(64);
  let length: number;
  let offset = 0;
  try {
    const file = openSync(path, "r");
    try {
      length = fstatSync(file).size;
      for (offset of superblockOffsets(length)) {
        readSync(file, superblock, 0, superblock.length, offset);
        if (superblock.subarray(0, 8).equals(SIGNATURE)) break;
      }
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw new CnntargzError(
      "artifact",
      `${path} can not be read (${(cause as Error).message}): check the path, or generate the dataset`,
      { cause },
    );
  }
  if (!superblock.subarray(0, 8).equals(SIGNATURE)) {
    throw new CnntargzError(
      "artifact",
      `${path} is not an HDF5 file (${length} bytes, wrong signature): give a file written by writeDataset`,
    );
  }
  const least = offset + superblock.length;
  const stated = length < least ? least : statedLength(superblock);
  if (stated !== null && length < stated) {
    throw new CnntargzError(
      "artifact",
      `${path} is truncated: it holds ${length} bytes of at least ${stated}: copy or generate it again`,
    );
  }
}

/** The innermost complaint of the first HDF5 error stack, with the system's own words if it has any. */
function reasonOf(complaints: string): string {
  const text = complaints.split("HDF5-DIAG:")[1] ?? complaints;
  const innermost = [...text.matchAll(/\(\): (.+)$/gm)].at(-1)?.[1] ?? text.split("\n")[0]!;
  const system = /error message = '([^']+)'/.exec(text)?.[1];
  const complaint = innermost.split(":")[0]!;
  return system === undefined ? complaint : `${complaint}: ${system}`;
}

/**
 * Run `work`, with HDF5 errors as exceptions. The library prints them on stderr and goes on, so that a
 * full disk would leave a broken file and no error; its own way to throw them leaves its C functions
 * in the middle, and what they have opened stays open for ever. So what it prints is caught instead.
 *
 * @param describe the message of the error for HDF5's reason.
 * @throws CnntargzError `artifact` when the library fails; `work`'s own CnntargzErrors where it has not.
 */
function withHdf5Errors<T>(hdf5: Hdf5, work: () => T, describe: (reason: string) => string): T {
  const fileSystem = hdf5.Module.FS as unknown as {
    write: (
      stream: { fd: number },
      bytes: Uint8Array,
      offset: number,
      length: number,
      ...rest: unknown[]
    ) => number;
  };
  const { write } = fileSystem;
  let printed = "";
  fileSystem.write = (stream, bytes, offset, length, ...rest) => {
    if (stream.fd !== STDERR) return write(stream, bytes, offset, length, ...rest);
    printed += Buffer.from(bytes.subarray(offset, offset + length)).toString("utf8");
    return length;
  };
  try {
    const result = work();
    if (printed === "") return result;
  } catch (cause) {
    // What was found wrong in a damaged file is a consequence.
    if (cause instanceof CnntargzError && printed === "") throw cause;
    const reason = printed === "" ? (cause as Error).message : printed;
    throw new CnntargzError("artifact", describe(reasonOf(reason)), { cause });
  } finally {
    fileSystem.write = write;
  }
  throw new CnntargzError("artifact", describe(reasonOf(printed)));
}

/**
 * Run `work` with the clock at 1970-01-01. HDF5 stores the modification time of every dataset, and
 * its WebAssembly build asks `Date.now` for it: with a fixed clock equal contents give equal files.
 * `work` is synchronous and must call nothing but HDF5, so that no other code sees that clock.
 */
function withFixedClock<T>(work: () => T): T {
  const now = Date.now;
  Date.now = () => 0;
  try {
    return work();
  } finally {
    Date.now = now;
  }
}

/** A file open for reading. */
export interface Hdf5Input {
  /**
   * Run `read` on the file. Call nothing but HDF5 within.
   *
   * @throws CnntargzError `artifact` when the library fails.
   */
  readonly step: <T>(read: (file: File, hdf5: Hdf5) => T) => T;
  readonly close: () => void;
}

/**
 * Open `path` for reading.
 *
 * @throws CnntargzError `artifact` as {@link checkHdf5File}, or when the library fails.
 */
export async function openHdf5(path: string): Promise<Hdf5Input> {
  checkHdf5File(path);
  const hdf5 = await loadHdf5();
  const guarded = <T>(work: () => T): T =>
    withHdf5Errors(
      hdf5,
      work,
      (reason) => `${path} is damaged, HDF5 can not read it (${reason}): copy or generate it again`,
    );
  const file = guarded(() => new hdf5.File(path, "r"));
  return {
    step: (read) => guarded(() => read(file, hdf5)),
    close: () => guarded(() => file.close()),
  };
}

/** A file being written: its bytes depend on what is written only, not on the time. */
export interface Hdf5Output {
  /**
   * Run `work` on the file, with a fixed clock. Call nothing but HDF5 within.
   *
   * @throws CnntargzError `artifact` when the library fails, such as on a full disk.
   */
  readonly step: <T>(work: (file: File) => T) => T;
  /** Flush and close. Throws as `step`. */
  readonly close: () => void;
  /** Close a file that will be deleted, whatever the library says; does nothing after `close`. */
  readonly abandon: () => void;
}

/**
 * Create the file `path`.
 *
 * @throws CnntargzError `artifact` when the library fails.
 */
export async function createHdf5(path: string): Promise<Hdf5Output> {
  const hdf5 = await loadHdf5();
  const guarded = <T>(work: () => T): T =>
    withHdf5Errors(
      hdf5,
      () => withFixedClock(work),
      (reason) => `${path} can not be written (${reason}): check free space and permissions`,
    );
  const file = guarded(() => new hdf5.File(path, "w"));
  let isOpen = true;
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    guarded(() => file.close());
  };
  return {
    step: (work) => guarded(() => work(file)),
    close,
    abandon: () => {
      try {
        close();
      } catch {
        // What could not be written can not be flushed either; the first error says why.
      }
    },
  };
}
