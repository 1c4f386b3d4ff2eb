import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { RunDirectory } from "../src/run-directory.js";
import { RunLock } from "../src/run-lock.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cnntargz-directory-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const files = { writes: ["result.txt"], keeps: ["checkpoint.bin"] };

/** A stage of one file; its folder when it is done. */
async function makeStage(directory: RunDirectory, content = "done"): Promise<string> {
  const stage = await directory.stage("work", { seed: 1 }, files, (partial) => {
    writeFileSync(join(partial, "result.txt"), content);
  });
  return stage.folder;
}

describe("a stage", () => {
  it("counts its own files only, and finds what it keeps again", async () => {
    const directory = RunDirectory.open(folder);
    const stopped = directory.stage("work", { seed: 1 }, files, (partial) => {
      for (const name of [
        "result.txt",
        "checkpoint.bin",
        "result.txt.0123456789ab.tmp",
        ".DS_Store",
      ]) {
        writeFileSync(join(partial, name), "half");
      }
      throw new Error("stopped");
    });
    await expect(stopped).rejects.toThrow("stopped");
    const { digest, folder: finished } = await directory.stage(
      "work",
      { seed: 1 },
      files,
      (partial) => {
        expect(readdirSync(partial)).toEqual(["checkpoint.bin"]);
        for (const name of ["result.txt", "stray.txt"]) writeFileSync(join(partial, name), "done");
      },
    );
    expect(readdirSync(finished).sort()).toEqual(["result.txt", "stage.json"]);
    directory.close();

    const whole = RunDirectory.open(join(folder, "whole"));
    expect(
      (
        await whole.stage("work", { seed: 1 }, files, (partial) => {
          writeFileSync(join(partial, "result.txt"), "done");
        })
      ).digest,
    ).toBe(digest);
    whole.close();
  });

  it.each([".DS_Store", "Thumbs.db", "result.txt~", ".result.txt.swp"])(
    "is not disturbed by %s in its folder",
    async (name) => {
      const directory = RunDirectory.open(folder);
      writeFileSync(join(await makeStage(directory), name), "of a file manager");
      await expect(makeStage(directory, "not made again")).resolves.toMatch(/work-/);
      directory.close();
    },
  );

  it.each([
    ["result.txt", "d0ne", /result\.txt in .*work-\w+ is not what the stage wrote/],
    [
      "stage.json",
      '{"files":{},"key":"0","stage":"work"}',
      /stage\.json is damaged .* stage work with key 0/,
    ],
  ])("is refused when its %s was changed", async (name, content, message) => {
    const directory = RunDirectory.open(folder);
    writeFileSync(join(await makeStage(directory), name), content);
    await expect(makeStage(directory)).rejects.toThrow(message);
    directory.close();
  });

  it("is refused when its record is gone, before anything is computed", async () => {
    const directory = RunDirectory.open(folder);
    rmSync(join(await makeStage(directory), "stage.json"));
    await expect(makeStage(directory)).rejects.toThrow(/has no stage\.json: move the folder away/);
    directory.close();
  });

  it("leaves nothing of a killed writer behind", async () => {
    const directory = RunDirectory.open(folder);
    const finished = await makeStage(directory);
    directory.close();
    for (const path of [`${finished}.partial`, join(folder, "stages/other-0.partial")]) {
      mkdirSync(path);
      for (const name of ["checkpoint.bin", "checkpoint.bin.01234567-1-89abcdef.tmp"]) {
        writeFileSync(join(path, name), "");
      }
    }
    writeFileSync(join(folder, ".lock.01234567-1-89abcdef.tmp"), "");
    RunDirectory.open(folder).close();
    expect(readdirSync(folder)).toEqual(["stages"]);
    expect(readdirSync(join(folder, "stages"), { recursive: true }).sort()).toEqual(
      [
        "other-0.partial",
        join("other-0.partial", "checkpoint.bin"),
        finished.slice(join(folder, "stages/").length),
        ...["result.txt", "stage.json"].map((name) =>
          join(finished.slice(join(folder, "stages/").length), name),
        ),
      ].sort(),
    );
  });
});

/** A process that takes the lock of `folder` and then lets its event loop stand still. */
async function busyHolder() {
  const module = pathToFileURL(
    join(import.meta.dirname, "../../orchestrator/dist/run-lock.js"),
  ).href;
  const script = `const { RunLock } = await import(${JSON.stringify(module)});
    RunLock.acquire(${JSON.stringify(folder)});
    process.stdout.write("held");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script]);
  await new Promise((resolve) => child.stdout.once("data", resolve));
  const ended = new Promise((resolve) => child.once("close", resolve));
  return { child, ended };
}

const longAgo = (path: string): void => {
  const time = new Date(Date.now() - 3600_000);
  utimesSync(path, time, time);
};

describe("the lock of a run directory", () => {
  it("stays with a process that lives, however long it gives no sign, and is free once it is killed", async () => {
    const { child, ended } = await busyHolder();
    const path = join(folder, ".lock");
    longAgo(path);
    expect(() => RunLock.acquire(folder)).toThrow(
      new RegExp(`is being written by another run \\(process ${child.pid} on .*give another --out`),
    );
    child.kill("SIGKILL");
    await ended;
    expect(existsSync(path)).toBe(true);
    RunLock.acquire(folder).release();
    expect(existsSync(path)).toBe(false);
  });

  it.each([
    "not JSON",
    JSON.stringify({ token: "t", host: "elsewhere", machine: "0", pid: 1, start: null }),
  ])("of a holder that can not be asked is free when it gave no sign for minutes: %s", (text) => {
    const path = join(folder, ".lock");
    writeFileSync(path, text);
    expect(() => RunLock.acquire(folder)).toThrow(/is being written by another run/);
    longAgo(path);
    const lock = RunLock.acquire(folder);
    lock.assertHeld();
    lock.release();
  });

  it.each([
    [
      "taken",
      (path: string) => {
        writeFileSync(path, readFileSync(path, "utf8").replace(/"token":"../, '"token":"zz'));
      },
    ],
    [
      "removed",
      (path: string) => {
        rmSync(path);
      },
    ],
  ])("that is %s stops the run by a named error, before it writes on", async (_, lose) => {
    const directory = RunDirectory.open(folder);
    const finish = directory.stage("work", { seed: 1 }, files, (partial) => {
      writeFileSync(join(partial, "result.txt"), "done");
      lose(join(folder, ".lock"));
    });
    const error = {
      name: "CnntargzError",
      code: "artifact",
      message: expect.stringMatching(/no longer this run's to write/) as string,
    };
    await expect(finish).rejects.toMatchObject(error);
    expect(directory.signal.reason).toMatchObject(error);
    expect(readdirSync(join(folder, "stages"))).toEqual([expect.stringMatching(/\.partial$/)]);
    // Not its own any more, so it is not removed either.
    const before = existsSync(join(folder, ".lock"));
    directory.close();
    expect(existsSync(join(folder, ".lock"))).toBe(before);
  });
});
