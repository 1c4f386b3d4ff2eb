import { execFileSync } from "node:child_process";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  DatasetFile,
  exportNpz,
  generateToFile,
  describeDataset,
  importDataset,
  type NpzLayout,
  readDataset,
  type ToyDataset,
} from "@cnntargz/dataset";
import { needs, pythonWith } from "@cnntargz/testkit";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { hitsOf } from "./events.js";

const folder = mkdtempSync(join(tmpdir(), "cnntargz-numpy-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const at = (name: string) => join(folder, name);
const path = at("events.h5");
let dataset: ToyDataset;
beforeAll(async () => {
  await generateToFile(path, { events: 1500, seed: 4, noisePerPixel: 3e-3 });
  dataset = await readDataset(path);
});

async function exported(name: string, layout: NpzLayout, from = path): Promise<string> {
  const file = await DatasetFile.open(from);
  exportNpz(file, at(name), layout);
  file.close();
  return at(name);
}

/** A .npy file, its header written as numpy writes it. */
function npy(name: string, descr: string, shape: readonly number[], data: NodeJS.ArrayBufferView) {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(", ")}), }`;
  const header = Buffer.from(`\x93NUMPY\x01\x00vv${text.padEnd(117)}\n`, "latin1");
  header.writeUInt16LE(118, 8);
  const { buffer, byteOffset, byteLength } = data;
  writeFileSync(at(name), Buffer.concat([header, new Uint8Array(buffer, byteOffset, byteLength)]));
  return at(name);
}

/** The 9x384 images unpacked, as doubles. */
function unpacked(count: number): Float64Array {
  return Float64Array.from({ length: count * 3456 }, (_, pixel) => {
    const byte = dataset.images[pixel >> 3]!;
    return (byte >> (7 - (pixel & 7))) & 1;
  });
}

describe("exportNpz", () => {
  it("holds every array, with equal bytes each time", async () => {
    const file = await exported("packed.npz", "packed");
    const entries = unzipSync(readFileSync(file));
    expect(Object.keys(entries)).toEqual([
      ...["images", "window", "pixels", "labels", "is_muon", "charge", "x0", "bend_scale"].map(
        (name) => `${name}.npy`,
      ),
      "layers_hit.npy",
      "config.json",
    ]);
    expect(Buffer.from(entries["images.npy"]!.slice(-1500 * 432))).toEqual(
      Buffer.from(dataset.images),
    );
    expect(JSON.parse(Buffer.from(entries["config.json"]!).toString())).toEqual(dataset.config);
    const again = await exported("again.npz", "packed");
    expect(readFileSync(again).equals(readFileSync(file))).toBe(true);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("says when it can not write", async () => {
    const file = await DatasetFile.open(path);
    expect(() => {
      exportNpz(file, folder);
    }).toThrow(/can not be written \(E/);
    file.close();
    expect(readdirSync(tmpdir()).filter((name) => /cnntargz-numpy-.*\.tmp$/.test(name))).toEqual(
      [],
    );
  });
});

describe("importDataset", () => {
  it("takes the authors' layout: 9x16 images and window-local labels", async () => {
    const npz = await exported("fragments.npz", "fragments");
    const info = await importDataset(at("fragments.h5"), { images: npz });
    expect(info.muons).toBe(dataset.isMuon.filter((flag) => flag === 1).length);
    const back = await readDataset(at("fragments.h5"));
    expect(back.pixels).toEqual(dataset.pixels);
    expect(back.isMuon).toEqual(dataset.isMuon);
    expect(back.config).toMatchObject({ preset: "imported", windows: "none", events: 1500 });
    // What nobody knows is null, not 0.
    expect(describeDataset(back)).toMatchObject({
      ...{ positiveMuons: null, layerEfficiency: null, keptLayers: null },
      ...{ meanHits: null, layerOccupancy: null, fragmentation: null },
    });
    // The same examples come out as from the dataset that was exported.
    const twice = await exported("twice.npz", "fragments", at("fragments.h5"));
    const [first, second] = [npz, twice].map((file) => unzipSync(readFileSync(file)));
    expect(second!["images.npy"]).toEqual(first!["images.npy"]);
    const floats = (entries: Record<string, Uint8Array>) =>
      new Float32Array(entries["labels.npy"]!.slice(-1500 * 8).buffer);
    const [a, b] = [floats(first!), floats(second!)];
    expect(Math.max(...a.map((value, index) => Math.abs(value - b[index]!)))).toBeLessThan(1e-5);
  });

  it("takes anybody's 9x384 images and fragments them", async () => {
    const images = npy("own.npy", "<f8", [1500, 9, 384, 1], unpacked(1500));
    const labels = npy("labels.npy", "<f4", [1500, 2], dataset.labels);
    await importDataset(at("own.h5"), { images, labels });
    const described = describeDataset(await readDataset(at("own.h5")));
    expect(described).toMatchObject({
      positiveMuons: null,
      layerEfficiency: null,
      keptLayers: null,
    });
    expect(described.meanHits).toBeGreaterThan(0);
    expect(described.fragmentation!.map(({ keptLayers }) => keptLayers)).toEqual(
      Array(4).fill(null),
    );
    const back = await readDataset(at("own.h5"));
    for (const field of ["images", "window", "pixels", "labels", "isMuon"] as const) {
      expect(back[field], field).toEqual(dataset[field]);
    }
    await importDataset(at("own23.h5"), { images, labels }, { windows: "overlapping" });
    expect(Math.max(...(await readDataset(at("own23.h5"))).window)).toBeGreaterThan(12);
  });

  it("refuses what it can not understand and says where", async () => {
    const ones = (size: number) => new Float32Array(size).fill(1);
    const images = npy("i.npy", "<f4", [2, 9, 16], ones(288));
    const labels = npy("l.npy", "<f4", [2, 2], ones(4));
    const refusal = (sources: { images: string; labels?: string }, options = {}) =>
      expect(importDataset(at("no.h5"), sources, options)).rejects;
    await refusal({ images }).toThrow(/either one .npz file/);
    await refusal({ images: at("none.npy"), labels }).toThrow(/none.npy can not be read.*ENOENT/);
    await refusal({ images: path, labels }).toThrow(/is not a .npy array/);
    await refusal({ images, labels }, { eta: "global" }).toThrow(/eta is global and the images/);
    const three = npy("three.npy", "<f4", [3, 2], ones(6));
    await refusal({ images, labels: three }).toThrow(/three.npy has shape \(3, 2\), \(2, 2\)/);
    const wide = npy("wide.npy", "<f4", [2, 9, 17], ones(306));
    await refusal({ images: wide, labels }).toThrow(/wide.npy has shape \(2, 9, 17\)/);
    const quarter = npy("quarter.npy", "<f4", [2, 9, 16], ones(288).fill(0.25, 150, 151));
    await refusal({ images: quarter, labels }).toThrow(/event 1, pixel 6 is 0.25/);
    const negative = npy("negative.npy", "<f4", [2, 2], Float32Array.of(1, 0, -3, 0));
    await refusal({ images, labels: negative }).toThrow(/row 1 is \[-3, 0\]/);
    const text = npy("text.npy", "<U3", [2, 2], ones(6));
    await refusal({ images, labels: text }).toThrow(/elements of type <U3/);
    const cut = npy("cut.npy", "<f4", [2, 9, 16], ones(288));
    truncateSync(cut, 700);
    await refusal({ images: cut, labels }).toThrow(/cut.npy is truncated: 700 bytes of 1280/);
    const minus = npy("minus.npy", "<f4", [2, -9, 16], ones(288));
    await refusal({ images: minus, labels }).toThrow(/minus.npy has shape \(2, -9, 16/);
    const endless = npy("endless.npy", "<f4", [1e15, 9, 16], ones(288));
    await refusal({ images: endless, labels }).toThrow(/endless.npy is truncated/);
    const header = Buffer.alloc(200);
    header.set(readFileSync(images).subarray(0, 6));
    header[6] = 2;
    header.writeUInt32LE(0xffffffff, 8);
    writeFileSync(at("header.npy"), header);
    await refusal({ images: at("header.npy"), labels }).toThrow(
      /states a header of 4294967295 bytes/,
    );
    writeFileSync(at("broken.npz"), "PK");
    await refusal({ images: at("broken.npz") }).toThrow(/not a .npz archive/);
    expect(readdirSync(folder).filter((name) => name.startsWith("no.h5"))).toEqual([]);
  });
});

const python = pythonWith("h5py", "numpy");
const run = (script: string, ...args: string[]): unknown =>
  JSON.parse(execFileSync(python, ["-c", script, ...args], { encoding: "utf8" }));

needs(python, ["-c", "import h5py, numpy"])("Python", () => {
  it("reads images and labels with h5py and finds the same hits", () => {
    const found = run(
      `import sys, json, h5py, numpy as np
f = h5py.File(sys.argv[1])
images = np.unpackbits(f["images"][:], axis=1).reshape(-1, 9, 384)
print(json.dumps({
  "hits": np.argwhere(images[:200]).tolist(), "total": int(images.sum()),
  "labels": f["labels"][:].tolist(), "window": f["window"][:].tolist(),
  "bitorder": f["images"].attrs["bitorder"], "events": json.loads(f.attrs["config_json"])["events"],
}))`,
      path,
    );
    const hits: number[][] = [];
    let total = 0;
    for (let event = 0; event < 1500; event++) {
      for (let layer = 0; layer < 9; layer++) {
        const inLayer = hitsOf(dataset, event, layer);
        total += inLayer.length;
        if (event < 200) hits.push(...inLayer.map((x) => [event, layer, x]));
      }
    }
    const labels = Array.from({ length: 1500 }, (_, event) => [
      ...dataset.labels.subarray(2 * event, 2 * event + 2),
    ]);
    const window = [...dataset.window];
    expect(found).toEqual({ hits, total, labels, window, bitorder: "big", events: 1500 });
  });

  it("opens the .npz, and its own .npy and .npz files come in", async () => {
    const npz = await exported("python.npz", "fragments");
    const found = run(
      `import sys, json, numpy as np
a = np.load(sys.argv[1])
images, labels = a["images"], a["labels"]
np.save(sys.argv[2] + "/py-images.npy", images.astype("f8"))
np.save(sys.argv[2] + "/py-labels.npy", labels)
np.savez_compressed(sys.argv[2] + "/py.npz", images=images[..., None], labels=labels)
print(json.dumps([list(images.shape), list(labels.shape), float(2 * images.sum())]))`,
      npz,
      folder,
    );
    const sum = dataset.pixels.reduce((total, pixel) => total + pixel, 0);
    expect(found).toEqual([[1500, 9, 16], [1500, 2], sum]);
    const sources = { images: at("py-images.npy"), labels: at("py-labels.npy") };
    const plain = await importDataset(at("py1.h5"), sources);
    const zipped = await importDataset(at("py2.h5"), { images: at("py.npz") });
    expect(zipped.digest).toBe(plain.digest);
    expect((await readDataset(at("py1.h5"))).pixels).toEqual(dataset.pixels);
  });
});
