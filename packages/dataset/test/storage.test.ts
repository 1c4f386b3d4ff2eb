import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { CnntargzError } from "@cnntargz/contracts";
import { datasetDigest, generateRange, readDataset, writeDataset } from "@cnntargz/dataset";
import { File, ready } from "h5wasm/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { contextOf, differingFields, make } from "./events.js";

const folder = mkdtempSync(join(tmpdir(), "cnntargz-dataset-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** More than one block of rows, and a last chunk that is not full. */
const dataset = make({ events: 17000 });
const path = join(folder, "sub folder é", "events.h5");
beforeAll(() => writeDataset(path, dataset));

async function refusal(file: string): Promise<CnntargzError> {
  try {
    await readDataset(file);
  } catch (error) {
    expect(error).toBeInstanceOf(CnntargzError);
    expect((error as CnntargzError).message).toContain(file);
    return error as CnntargzError;
  }
  throw new Error("was read");
}

/** The stored file, changed by `edit`, under another name. */
async function edited(name: string, edit: (file: File) => void): Promise<string> {
  await ready;
  const copy = join(folder, name);
  writeFileSync(copy, readFileSync(path));
  const file = new File(copy, "a");
  edit(file);
  file.close();
  return copy;
}

describe("writeDataset and readDataset", () => {
  it("give back every array and the configuration", async () => {
    const back = await readDataset(path);
    expect(back.config).toEqual(dataset.config);
    expect(back.count).toBe(17000);
    expect(datasetDigest(back)).toBe(datasetDigest(dataset));
    expect(differingFields(back, dataset, 0)).toEqual([]);
    expect(back.charge).toBeInstanceOf(Int8Array);
    expect(back.layersHit).toBeInstanceOf(Uint16Array);
  });

  it("leave no temporary file behind", () => {
    expect(readdirSync(join(folder, "sub folder é"))).toEqual(["events.h5"]);
  });

  it("write the same bytes at another time, and put the clock back", async () => {
    const clock = Date.now;
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const again = join(folder, "again.h5");
    await writeDataset(again, dataset);
    expect(readFileSync(again).equals(readFileSync(path))).toBe(true);
    expect(Date.now).toBe(clock);
  });

  it("store ranges of a dataset, down to a single event and none", async () => {
    for (const count of [0, 1, 1024]) {
      const part = generateRange({ events: 2000, seed: 1 }, { start: 5, count }, contextOf(1));
      const file = join(folder, `part${count}.h5`);
      await writeDataset(file, part);
      expect(datasetDigest(await readDataset(file))).toBe(datasetDigest(part));
    }
  });

  it("replace a file only when the new one is whole", async () => {
    const file = join(folder, "kept.h5");
    await writeDataset(file, make({ events: 3 }));
    const before = readFileSync(file);
    const signal = AbortSignal.abort(new Error("stopped"));
    await expect(writeDataset(file, dataset, { signal })).rejects.toThrow("stopped");
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("tell their progress up to 1, with the clock as it is", async () => {
    const fractions: number[] = [];
    const onProgress = ({ fraction }: { fraction: number }) => {
      expect(Date.now()).toBeGreaterThan(1e12);
      fractions.push(fraction);
    };
    await writeDataset(join(folder, "progress.h5"), dataset, { onProgress });
    expect(fractions.at(-1)).toBe(1);
    expect([...fractions].sort((a, b) => a - b)).toEqual(fractions);
  });

  it("stop in the middle when aborted from outside", async () => {
    const file = join(folder, "aborted.h5");
    const controller = new AbortController();
    const writing = writeDataset(file, dataset, { signal: controller.signal });
    setTimeout(() => {
      controller.abort(new Error("stopped"));
    }, 1);
    await expect(writing).rejects.toThrow("stopped");
    expect(readdirSync(folder).filter((name) => name.startsWith("aborted"))).toEqual([]);
  });

  it("say when there is no room, and leave nothing behind", () => {
    // A process that may write 200 kB per file stands for a full disk.
    const script = `
      import { generateDataset, writeDataset } from "@cnntargz/dataset";
      import { createRng } from "@cnntargz/stage-kit";
      const dataset = generateDataset({ events: 20000, seed: 1 }, { rng: createRng([1, 2]) });
      await writeDataset(process.argv[1], dataset).then(
        () => console.log("written"),
        (error) => console.log(error.code, error.message),
      );`;
    const limited = 'ulimit -f 400 && exec "$0" --input-type=module -e "$1" "$2"';
    const result = spawnSync(
      "sh",
      ["-c", limited, process.execPath, script, join(folder, "no-room.h5")],
      { cwd: import.meta.dirname, encoding: "utf8" },
    );
    expect(result.stdout).toMatch(/^artifact .*no-room\.h5.* can not be written/);
    expect(result.stderr).not.toContain("HDF5-DIAG");
    expect(readdirSync(folder).filter((name) => name.startsWith("no-room"))).toEqual([]);
  });

  it("say when the file can not be made", async () => {
    const long = join(folder, `${"n".repeat(250)}.h5`);
    await expect(writeDataset(long, dataset)).rejects.toThrow(/ENAMETOOLONG/);
    // A folder stands where the file should be.
    await expect(writeDataset(folder, make({ events: 1 }))).rejects.toThrow(/EISDIR|EEXIST/);
  });

  it("lay the file out as documented", async () => {
    await ready;
    const file = new File(path, "r");
    const images = file.get("images") as import("h5wasm/node").Dataset;
    expect(file.attrs["schema_version"]!.value).toBe(1);
    expect(file.attrs["seed"]!.value).toBe(1n);
    expect(JSON.parse(file.attrs["config_json"]!.value as string)).toEqual(dataset.config);
    expect(images.attrs["bitorder"]!.value).toBe("big");
    expect(images.attrs["height"]!.value).toBe(9);
    expect(images.attrs["width"]!.value).toBe(384);
    expect(images.metadata.chunks).toEqual([1024, 432]);
    expect(file.keys().sort()).toEqual([
      "images",
      "is_muon",
      "labels",
      "pixels",
      "truth",
      "window",
    ]);
    file.close();
  });
});

describe("readDataset refuses", () => {
  it("a missing file", async () => {
    const error = await refusal(join(folder, "missing.h5"));
    expect(error.code).toBe("artifact");
    expect(error.message).toMatch(/ENOENT/);
  });

  it("a folder and a text file", async () => {
    expect((await refusal(folder)).code).toBe("artifact");
    const text = join(folder, "text.h5");
    writeFileSync(text, "x,y\n1,2\n");
    expect((await refusal(text)).message).toMatch(/not an HDF5 file/);
  });

  it.each([9, 40, 3000, 100_000])("a file cut to %i bytes", async (bytes) => {
    const cut = join(folder, `cut${bytes}.h5`);
    writeFileSync(cut, readFileSync(path).subarray(0, bytes));
    const error = await refusal(cut);
    expect(error.code).toBe("artifact");
    expect(error.message).toMatch(/truncated/);
  });

  it("damage anywhere in the arrays, and still reads good files after", async () => {
    const good = readFileSync(path);
    for (const part of [0.2, 0.5, 0.8]) {
      const damaged = join(folder, `damaged${part}.h5`);
      const bytes = Buffer.from(good);
      const start = Math.floor(part * bytes.length);
      bytes.fill(0x5a, start, start + 300);
      writeFileSync(damaged, bytes);
      const error = await refusal(damaged);
      expect(error.code).toBe("artifact");
      expect(error.message).toMatch(/damaged/);
    }
    expect(datasetDigest(await readDataset(path))).toBe(datasetDigest(dataset));
  });

  it("an HDF5 file of somebody else", async () => {
    await ready;
    const foreign = join(folder, "foreign.h5");
    const file = new File(foreign, "w");
    file.create_dataset({ name: "x", data: new Float32Array(3) });
    file.close();
    expect((await refusal(foreign)).message).toMatch(/not a dataset of this toolchain/);
  });

  it("a newer schema", async () => {
    const newer = await edited("newer.h5", (file) => {
      file.delete_attribute("schema_version");
      file.create_attribute("schema_version", 2, [], "<i");
    });
    expect((await refusal(newer)).message).toMatch(/schema_version 2, this program reads up to 1/);
  });

  it("a configuration that is none", async () => {
    const change = (name: string, json: string) =>
      edited(name, (file) => {
        file.delete_attribute("config_json");
        file.create_attribute("config_json", json);
      });
    expect((await refusal(await change("json.h5", "{"))).message).toMatch(/not JSON/);
    expect((await refusal(await change("config.h5", '{"events":0}'))).code).toBe("contract");
  });

  it("values no dataset has", async () => {
    const wrong = join(folder, "wrong.h5");
    await writeDataset(wrong, { ...make({ events: 3 }), window: Uint8Array.of(0, 12, 0) });
    expect((await refusal(wrong)).message).toMatch(/\/window holds 12 \(element 1\)/);
  });

  it("arrays of other shapes or lengths", async () => {
    const three = make({ events: 3 });
    const short = join(folder, "short.h5");
    await writeDataset(short, three);
    const file = new File(short, "a");
    (file.get("labels") as import("h5wasm/node").Dataset).resize([2, 2]);
    file.close();
    expect((await refusal(short)).message).toMatch(/\/labels has 2 events, \/images has 3/);
  });
});
