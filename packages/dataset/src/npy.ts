import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";

import { CnntargzError } from "@cnntargz/contracts";

const MAGIC = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]);

/** Bytes of a header; numpy itself reads no longer ones. */
const HEADER_LIMIT = 10_000;

/** Size in bytes and reader of each element type of numpy that can be read, little-endian. */
const ELEMENTS: Readonly<Record<string, readonly [number, (b: Buffer, at: number) => number]>> = {
  "|b1": [1, (b, at) => b.readUInt8(at)],
  "|u1": [1, (b, at) => b.readUInt8(at)],
  "|i1": [1, (b, at) => b.readInt8(at)],
  "<u2": [2, (b, at) => b.readUInt16LE(at)],
  "<i2": [2, (b, at) => b.readInt16LE(at)],
  "<u4": [4, (b, at) => b.readUInt32LE(at)],
  "<i4": [4, (b, at) => b.readInt32LE(at)],
  "<i8": [8, (b, at) => Number(b.readBigInt64LE(at))],
  "<u8": [8, (b, at) => Number(b.readBigUInt64LE(at))],
  "<f4": [4, (b, at) => b.readFloatLE(at)],
  "<f8": [8, (b, at) => b.readDoubleLE(at)],
};

/**
 * The header of a .npy file (format version 1.0, C order), to be followed by the elements.
 *
 * @param descr element type in numpy's notation, such as `<f4`.
 */
export function npyHeader(descr: string, shape: readonly number[]): Uint8Array {
  const tuple = `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  // Magic, version and length take 10 bytes; blanks and a newline fill up to a multiple of 64.
  const length = Math.ceil((10 + text.length + 1) / 64) * 64;
  const header = Buffer.alloc(length, " ");
  MAGIC.copy(header);
  header[6] = 1;
  header[7] = 0;
  header.writeUInt16LE(length - 10, 8);
  header.write(text, 10, "latin1");
  header[length - 1] = 0x0a;
  return header;
}

/** Where the bytes of an array come from: `read(offset, size)` gives fewer at the end. */
export interface NpyBytes {
  readonly size: number;
  read(offset: number, size: number): Buffer;
}

/** A numpy array, of which any rows can be read. */
export class NpyArray {
  readonly name: string;
  readonly descr: string;
  readonly shape: readonly number[];
  private readonly bytes: NpyBytes;
  private readonly start: number;
  private readonly element: readonly [number, (b: Buffer, at: number) => number];

  /**
   * @param name of the file, for messages.
   * @throws CnntargzError `artifact` when it is not a .npy file, truncated, or of a layout that can
   * not be read: Fortran order, big-endian, objects, strings.
   */
  constructor(name: string, bytes: NpyBytes) {
    const refuse: (what: string) => never = (what) => {
      throw new CnntargzError("artifact", `${name} ${what}`);
    };
    this.name = name;
    this.bytes = bytes;
    const head = bytes.read(0, 12);
    if (head.length < 12 || !head.subarray(0, 6).equals(MAGIC)) {
      refuse("is not a .npy array (wrong signature): save it with numpy.save");
    }
    const long = head[6]! > 1;
    const length = long ? head.readUInt32LE(8) : head.readUInt16LE(8);
    if (length > HEADER_LIMIT) {
      refuse(
        `states a header of ${length} bytes, numpy writes at most ${HEADER_LIMIT}: save it again`,
      );
    }
    this.start = (long ? 12 : 10) + length;
    const text = bytes.read(long ? 12 : 10, length).toString("latin1");
    const descr = /'descr':\s*'([^']+)'/.exec(text)?.[1];
    const shape = /'shape':\s*\(([^)]*)\)/.exec(text)?.[1];
    if (descr === undefined || shape === undefined) {
      refuse(`has a header that can not be read (${text.slice(0, 80).trim()})`);
    }
    if (!/'fortran_order':\s*False/.test(text)) {
      refuse("is in Fortran order: save numpy.ascontiguousarray(array)");
    }
    const element = ELEMENTS[descr];
    if (element === undefined) {
      refuse(
        `has elements of type ${descr}, one of ${Object.keys(ELEMENTS).join(" ")} is wanted: convert it with array.astype("<f4")`,
      );
    }
    this.descr = descr;
    this.element = element;
    this.shape = shape
      .split(",")
      .filter((part) => part.trim() !== "")
      .map(Number);
    if (
      this.shape.length > 8 ||
      !this.shape.every((size) => Number.isSafeInteger(size) && size >= 0)
    ) {
      refuse(
        `has shape (${shape.slice(0, 80)}), at most 8 whole numbers from 0 are wanted: save it again`,
      );
    }
    const wanted = this.start + this.rows * this.rowBytes;
    if (bytes.size < wanted) {
      refuse(`is truncated: ${bytes.size} bytes of ${wanted}: copy it again`);
    }
  }

  /** Length of the first axis. */
  get rows(): number {
    return this.shape[0] ?? 1;
  }
  /** Elements of one row. */
  get columns(): number {
    return this.shape.slice(1).reduce((product, size) => product * size, 1);
  }
  private get rowBytes(): number {
    return this.columns * this.element[0];
  }

  /** The elements of rows `start .. start + count - 1`. */
  read(start: number, count: number): Float64Array {
    const [size, readElement] = this.element;
    const buffer = this.bytes.read(this.start + start * this.rowBytes, count * this.rowBytes);
    return Float64Array.from({ length: count * this.columns }, (_, index) =>
      readElement(buffer, index * size),
    );
  }
}

/** An open .npy file. Close it after use. */
export interface NpyFile {
  readonly array: NpyArray;
  readonly close: () => void;
}

/**
 * Open a .npy file.
 *
 * @throws CnntargzError `artifact` when it is missing or as {@link NpyArray}.
 */
export function openNpy(path: string): NpyFile {
  const file = readable(path, () => openSync(path, "r"));
  try {
    const read = (offset: number, size: number): Buffer => {
      const buffer = Buffer.alloc(size);
      return buffer.subarray(0, readSync(file, buffer, 0, size, offset));
    };
    const array = new NpyArray(path, { size: fstatSync(file).size, read });
    return {
      array,
      close: () => {
        closeSync(file);
      },
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** The bytes of a file. Throws CnntargzError `artifact` when it can not be read. */
export function readBytes(path: string): Buffer {
  return readable(path, () => readFileSync(path));
}

function readable<T>(path: string, open: () => T): T {
  try {
    return open();
  } catch (cause) {
    throw new CnntargzError(
      "artifact",
      `${path} can not be read (${(cause as Error).message}): check the path`,
      { cause },
    );
  }
}
