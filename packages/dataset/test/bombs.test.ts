import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { DatasetFile, generateToFile, importDataset, readNpz } from "@cnntargz/dataset";
import { Zip, ZipDeflate } from "fflate";
import { File, ready } from "h5wasm/node";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "cnntargz-bombs-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const at = (name: string) => join(folder, name);

/** A .npz file of `megabytes` MiB of zeros, called images. */
function zeros(name: string, megabytes: number): Buffer {
  const chunks: Uint8Array[] = [];
  const zip = new Zip((_, chunk) => chunks.push(chunk));
  const entry = new ZipDeflate("images.npy", { level: 1 });
  zip.add(entry);
  for (let part = 1; part <= megabytes; part++) {
    entry.push(new Uint8Array(2 ** 20), part === megabytes);
  }
  zip.end();
  const bytes = Buffer.concat(chunks);
  writeFileSync(at(name), bytes);
  return bytes;
}

test("a small .npz of a gigabyte of zeros is refused before it is inflated", async () => {
  const { length } = zeros("bomb.npz", 1024);
  expect(length).toBeLessThan(2 ** 23);
  const before = process.memoryUsage().rss;
  await expect(importDataset(at("out.h5"), { images: at("bomb.npz") })).rejects.toThrow(
    /bomb\.npz would hold 1073741824 bytes in memory with images\.npy, archives of at most 536870912/,
  );
  expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 29);
});

test("one that states a smaller size than it has is no .npz", () => {
  const bytes = zeros("lies.npz", 8);
  // The size in the central directory, which is the one that is read.
  const central = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  bytes.writeUInt32LE(1000, central + 24);
  writeFileSync(at("lies.npz"), bytes);
  expect(() => readNpz(at("lies.npz"), ["images"])).toThrow(/lies\.npz/);
});

test("an HDF5 file that claims events which it does not hold is refused", async () => {
  const path = at("claims.h5");
  await generateToFile(path, { events: 100, seed: 1 });
  await ready;
  const file = new File(path, "a");
  for (const name of ["images", "pixels", "labels", "window", "is_muon"]) resize(file, name);
  for (const name of ["charge", "x0", "bend_scale", "layers_hit"]) resize(file, `truth/${name}`);
  file.close();
  expect(statSync(path).size).toBeLessThan(2 ** 20);
  await expect(DatasetFile.open(path)).rejects.toThrow(
    /claims\.h5 is not a dataset .*: it claims 100000000 events, which no file of \d+ bytes holds/,
  );
});

function resize(file: File, name: string): void {
  const dataset = file.get(name) as unknown as { shape: number[]; resize(shape: number[]): void };
  dataset.resize([1e8, ...dataset.shape.slice(1)]);
}
