import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

import {
  DatasetFile,
  datasetInfo,
  DatasetWriter,
  generateRange,
  generateToFile,
  readDataset,
  resolveConfig,
  writeDataset,
} from "@cnntargz/dataset";
import { afterAll, describe, expect, it } from "vitest";

import { contextOf, differingFields, make } from "./events.js";

const folder = mkdtempSync(join(tmpdir(), "cnntargz-generate-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const config = { events: 12_000, seed: 9 };

describe("generateToFile", () => {
  it("writes the same bytes for any block size and number of workers, at another second", async () => {
    const first = join(folder, "whole.h5");
    await writeDataset(first, make({ events: 12_000 }, 9));
    const bytes = readFileSync(first);
    for (const [name, options] of Object.entries({
      plain: {},
      blocks1000: { blockEvents: 1000 },
      blocks5000: { blockEvents: 5000 },
      worker1: { workers: 1, blockEvents: 5000 },
      workers2: { workers: 2, blockEvents: 1000 },
      manyWorkers: { workers: 4, blockEvents: 5000 },
    })) {
      // HDF5's times have a resolution of a second.
      const second = Math.floor(Date.now() / 1000);
      while (Math.floor(Date.now() / 1000) === second) await setTimeout(20);
      const file = join(folder, `${name}.h5`);
      await generateToFile(file, config, options);
      expect(readFileSync(file).equals(bytes), name).toBe(true);
    }
  });

  it("says what is in the file", async () => {
    const file = join(folder, "info.h5");
    const info = await generateToFile(file, { ...config, preset: "helix" });
    expect(info).toEqual(datasetInfo(await readDataset(file)));
    expect(info.config).toMatchObject({ preset: "helix", fieldTesla: 0.5, ptPower: 0 });
  });

  it("makes part of a dataset again, and parts make the whole", async () => {
    const part = join(folder, "part.h5");
    await generateToFile(part, config, { range: { start: 3000, count: 4500 }, blockEvents: 700 });
    const back = await readDataset(part);
    expect([back.firstEvent, back.count]).toEqual([3000, 4500]);
    expect(differingFields(back, make({ events: 12_000 }, 9), 3000)).toEqual([]);

    const joined = join(folder, "joined.h5");
    const writer = await DatasetWriter.open(joined, resolveConfig(config));
    const range = (start: number, end: number) =>
      generateRange(config, { start, count: end - start }, contextOf(9));
    writer.append(range(0, 3000));
    expect(() => {
      writer.append(range(0, 10));
    }).toThrow(/begins with event 0, the next one is 3000/);
    writer.append(back);
    writer.append(range(7500, 12_000));
    writer.close();
    const plain = join(folder, "plain.h5");
    await generateToFile(plain, config);
    expect(readFileSync(joined).equals(readFileSync(plain))).toBe(true);
  });

  it("stops when aborted, with workers too, and leaves nothing", async () => {
    for (const workers of [0, 2]) {
      const controller = new AbortController();
      const onProgress = ({ fraction }: { fraction: number }) => {
        if (fraction > 0.2) controller.abort(new Error("enough"));
      };
      const file = join(folder, `stopped${workers}.h5`);
      await expect(
        generateToFile(
          file,
          config,
          { workers, blockEvents: 500 },
          { signal: controller.signal, onProgress },
        ),
      ).rejects.toThrow("enough");
    }
    expect(readdirSync(folder).filter((name) => /stopped|tmp/.test(name))).toEqual([]);
  });

  it("refuses options and ranges that can not be", async () => {
    const file = join(folder, "refused.h5");
    await expect(generateToFile(file, config, { blockEvents: 0 })).rejects.toThrow(
      /blockEvents is 0/,
    );
    await expect(generateToFile(file, config, { workers: 1.5 })).rejects.toThrow(/workers is 1.5/);
    await expect(
      generateToFile(file, config, { range: { start: 11_999, count: 2 } }),
    ).rejects.toThrow(/events 11999 \.\. 12000 are asked for, there are 12000/);
    await expect(generateToFile(file, { ...config, efficiency: 2 })).rejects.toThrow(/efficiency/);
    expect(readdirSync(folder).filter((name) => name.startsWith("refused"))).toEqual([]);
  });

  it("keeps the earlier file when the disk is full", async () => {
    const file = join(folder, "kept.h5");
    await generateToFile(file, { events: 10, seed: 1 });
    const before = readFileSync(file);
    const script = `
      import { generateToFile } from "@cnntargz/dataset";
      await generateToFile(process.argv[1], { events: 30000, seed: 1 }).then(
        () => console.log("written"),
        (error) => console.log(error.code, error.message),
      );`;
    // A process that may write 200 kB per file stands for a full disk.
    const limited = 'ulimit -f 400 && exec "$0" --input-type=module -e "$1" "$2"';
    const result = spawnSync("sh", ["-c", limited, process.execPath, script, file], {
      cwd: import.meta.dirname,
      encoding: "utf8",
    });
    expect(result.stdout).toMatch(/^artifact .*can not be written/);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

describe("DatasetFile", () => {
  it("reads any range, one array alone, and refuses what is not there", async () => {
    const path = join(folder, "ranges.h5");
    await generateToFile(path, config);
    const whole = make({ events: 12_000 }, 9);
    const file = await DatasetFile.open(path);
    expect(differingFields(file.read({ start: 1020, count: 30 }), whole, 1020)).toEqual([]);
    expect(file.readField("window", { start: 5, count: 9 })).toEqual(whole.window.slice(5, 14));
    expect(() => file.read({ start: 11_990, count: 11 })).toThrow(/there are 12000/);
    expect([...file.blocks(5000)].map(({ count }) => count)).toEqual([5000, 5000, 2000]);
    file.close();
  });
});
