import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { datasetDigest, DatasetFile, readDataset, writeDataset } from "@cnntargz/dataset";
import { type Dataset, File, ready } from "h5wasm/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { missingFilters } from "../src/hdf5-filters.js";
import { differingFields, make } from "./events.js";

const fixture = (name: string): string =>
  fileURLToPath(new URL(`fixtures/${name}.h5`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "cnntargz-h5py-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const dataset = make({ events: 8 });

describe("files that h5py has written", () => {
  it.each([
    ["lzf", "lzf (filter 32000)"],
    ["blosc", "blosc (filter 32001)"],
    ["zstd", "zstd (filter 32015)"],
    ["bzip2", "bzip2 (filter 307)"],
    ["lz4", "lz4 (filter 32004)"],
    ["bitshuffle", "bitshuffle (filter 32008)"],
  ])("%s: the filter is named, nothing is called damaged", async (name, filter) => {
    const path = fixture(name);
    await expect(readDataset(path)).rejects.toMatchObject({
      code: "artifact",
      message: `${path}: /images is compressed with ${filter}, which this program can not read: write it with gzip`,
    });
  });

  it("a filter that nobody has registered is told by its number", () => {
    expect(missingFilters([1, 2, 3])).toBeNull();
    expect(missingFilters([2, 4242])).toBe("filter 4242");
    expect(missingFilters([32000, 32008])).toBe("lzf (filter 32000) and bitshuffle (filter 32008)");
  });

  it.each([
    "gzip-shuffle-fletcher32",
    "user-block-512",
    "user-block-2048-latest",
    "numpy-types",
    "float-attributes",
  ])("%s is read, and its contents have the stored digest", async (name) => {
    const back = await readDataset(fixture(name));
    expect(back.count).toBe(8);
    expect(datasetDigest(back)).toBe(datasetDigest(dataset));
    expect(differingFields(back, dataset, 0)).toEqual([]);
  });

  it("one array of another type is read alone", async () => {
    const file = await DatasetFile.open(fixture("numpy-types"));
    expect(file.readField("isMuon", { start: 2, count: 3 })).toEqual(dataset.isMuon.slice(2, 5));
    expect(file.readField("labels", { start: 0, count: 8 })).toEqual(dataset.labels);
    file.close();
  });

  it("an attribute that is no integer is told, not missing", async () => {
    await expect(readDataset(fixture("half-version"))).rejects.toThrow(
      /root attribute schema_version is 1.5, an integer is wanted/,
    );
  });

  it("a value that does not fit is named", async () => {
    await ready;
    const path = join(folder, "wide.h5");
    writeFileSync(path, readFileSync(fixture("numpy-types")));
    const file = new File(path, "a");
    (file.get("window") as Dataset).write_slice([[3, 4]], BigInt64Array.of(300n));
    file.close();
    await expect(readDataset(path)).rejects.toThrow(
      /\/window holds 300 \(element 3\), which is no unsigned 8-bit integer/,
    );
  });

  it("a user block before a cut file does not hide that it is cut", async () => {
    const path = join(folder, "cut.h5");
    writeFileSync(path, readFileSync(fixture("user-block-512")).subarray(0, 5000));
    await expect(readDataset(path)).rejects.toThrow(
      /is truncated: it holds 5000 bytes of at least/,
    );
    writeFileSync(path, readFileSync(fixture("user-block-512")).subarray(0, 520));
    await expect(readDataset(path)).rejects.toThrow(/is truncated: it holds 520 bytes of at least/);
    writeFileSync(path, Buffer.alloc(5000));
    await expect(readDataset(path)).rejects.toThrow(/is not an HDF5 file/);
  });
});

describe("a failed read", () => {
  const damaged = join(folder, "damaged.h5");
  beforeAll(async () => {
    await writeDataset(damaged, make({ events: 3000 }));
    const bytes = readFileSync(damaged);
    const third = Math.floor(bytes.length / 3);
    bytes.fill(0xff, third, third + 400);
    writeFileSync(damaged, bytes);
  });
  /** The HDF5 files that this process holds open. */
  const open = (): string[] =>
    readdirSync("/proc/self/fd").flatMap((fd) => {
      try {
        return [readlinkSync(`/proc/self/fd/${fd}`)].filter((target) => target.endsWith(".h5"));
      } catch {
        // The descriptor of the listing itself is closed by now.
        return [];
      }
    });

  it.runIf(process.platform === "linux")("leaves no descriptor open", async () => {
    for (const path of [damaged, fixture("lzf"), fixture("half-version"), damaged]) {
      await expect(readDataset(path)).rejects.toMatchObject({ code: "artifact" });
    }
    expect(open()).toEqual([]);
  });

  it("prints nothing, and the next file is read", async () => {
    await expect(readDataset(damaged)).rejects.toThrow(/is damaged, HDF5 can not read it/);
    expect((await readDataset(fixture("user-block-512"))).count).toBe(8);
  });
});
