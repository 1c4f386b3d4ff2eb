import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { FloatTensor, Verdict } from "@cnntargz/contracts";
import {
  beginFile,
  digestArtifact,
  digestBytes,
  digestFile,
  makeFolder,
  readArtifact,
  sweepTemporaryFiles,
  writeArtifact,
  writeFileAtomic,
  writeTree,
} from "@cnntargz/stage-kit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cnntargz-files-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const verdict: Verdict = { kind: "verdict", schemaVersion: 1, rows: [], status: "pass" };

describe("what can not be written", () => {
  const ofSystem = (words: RegExp) =>
    expect.objectContaining({
      code: "system",
      message: expect.stringMatching(words) as string,
    }) as Error;

  it("is told with its path, and nothing is left behind", () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    expect(() => {
      writeFileAtomic(join(file, "below"), "text");
    }).toThrow(ofSystem(/file.*a file where a folder is wanted.*ENOTDIR|EEXIST/));
    expect(() => {
      makeFolder(join(file, "below", "deeper"));
    }).toThrow(ofSystem(/file.*ENOTDIR/));
    const taken = join(folder, "taken", "inner");
    makeFolder(taken);
    expect(() => {
      writeFileAtomic(join(folder, "taken"), "text");
    }).toThrow(ofSystem(/taken: /));
    expect(readdirSync(folder).sort()).toEqual(["file", "taken"]);
  });

  it.each([["../outside"], ["/tmp/outside"], ["a\\b"], ["c:b"], ["a\u0000b"]])(
    "includes %j, before anything is",
    (path) => {
      const tree = join(folder, "tree");
      expect(() => {
        writeTree(tree, { "first.txt": "text", [path]: "text" });
      }).toThrow(/the path/);
      expect(() => {
        writeTree(tree, { "first.txt": "text" }, [path]);
      }).toThrow(/the path/);
      expect(readdirSync(folder)).toEqual([]);
    },
  );
});

describe("artifacts", () => {
  it("are read back as they were written, with the digest foretold", () => {
    const path = join(folder, "deep/verdict.json");
    const digest = writeArtifact(path, Verdict, verdict);
    expect(readArtifact(path, Verdict)).toEqual(verdict);
    expect(digestArtifact(Verdict, verdict)).toBe(digest);
  });

  it("carry typed arrays as base64, bit for bit", () => {
    const schema = z.object({ tensor: FloatTensor });
    const values = new Float32Array([0.1, -0, 1e-40, 3]);
    const path = join(folder, "tensor.json");
    writeArtifact(path, schema, { tensor: { dtype: "float32", shape: [2, 2], values } });
    const back = readArtifact(path, schema).tensor.values;
    expect(new Uint32Array(back.buffer)).toEqual(new Uint32Array(values.buffer));
  });

  it("are not written when they break their contract", () => {
    const path = join(folder, "verdict.json");
    const wrong = { ...verdict, status: "maybe" } as unknown as Verdict;
    expect(() => writeArtifact(path, Verdict, wrong)).toThrow(/status/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("name the file and the fault when they can not be read", () => {
    const path = join(folder, "verdict.json");
    expect(() => readArtifact(path, Verdict)).toThrow(/verdict\.json can not be read/);
    writeFileSync(path, '{"kind":"verd');
    expect(() => readArtifact(path, Verdict)).toThrow(/is not JSON.*truncated/);
    writeFileSync(path, JSON.stringify({ ...verdict, schemaVersion: 2 }));
    expect(() => readArtifact(path, Verdict)).toThrow(/schemaVersion 2.*update the program/);
    writeFileSync(path, JSON.stringify({ ...verdict, kind: "circuit" }));
    expect(() => readArtifact(path, Verdict)).toThrow(/kind/);
  });
});

describe("a recorded digest", () => {
  it("tells of every flipped bit, naming both files", () => {
    const path = join(folder, "verdict.json");
    const digest = writeArtifact(path, Verdict, verdict);
    const recorded = { digest, where: "manifest.json" };
    expect(readArtifact(path, Verdict, recorded)).toEqual(verdict);
    expect(digestFile(path)).toBe(digest);
    const bytes = readFileSync(path);
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const wrong = Buffer.from(bytes);
      wrong[bit >> 3]! ^= 1 << (bit & 7);
      writeFileSync(path, wrong);
      expect(() => readArtifact(path, Verdict, recorded)).toThrow(
        /verdict\.json is damaged or was changed: its SHA-256 is \w{64}, manifest\.json says \w{64}/,
      );
    }
  });

  it("is that of the whole file, however large", () => {
    const path = join(folder, "large");
    const bytes = new Uint8Array(3e6).map((_, index) => index);
    writeFileSync(path, bytes);
    expect(digestFile(path)).toBe(digestBytes(bytes));
    expect(() => digestFile(join(folder, "missing"))).toThrow(/missing can not be read/);
  });
});

/** A process that is killed after it has begun to write `path`. */
async function killedWriter(path: string): Promise<void> {
  const script = `const { beginFile } = await import(${JSON.stringify(import.meta.resolve("@cnntargz/stage-kit"))});
    const { writeFileSync } = await import("node:fs");
    writeFileSync(beginFile(${JSON.stringify(path)}).temporary, "half");
    process.kill(process.pid, "SIGKILL");`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script]);
  await once(child, "close");
}

describe("what a killed writer leaves", () => {
  it("is removed by the next who writes the file, that of a living one is not", async () => {
    const path = join(folder, "events.h5");
    const mine = beginFile(path);
    writeFileSync(mine.temporary, "mine");
    await killedWriter(path);
    await killedWriter(join(folder, "other.h5"));
    expect(readdirSync(folder)).toHaveLength(3);
    writeFileAtomic(path, "whole");
    const left = readdirSync(folder).sort();
    expect(left).toEqual([
      "events.h5",
      mine.temporary.slice(folder.length + 1),
      expect.stringMatching(/^other\.h5\..*\.tmp$/),
    ]);
    mine.abandon();
    sweepTemporaryFiles(folder);
    expect(readdirSync(folder)).toEqual(["events.h5"]);
  });

  it("is removed after a day where nobody can tell whether it lives", () => {
    const old = ["a.0123456789ab.tmp", "b.ffffffff-1-01234567.tmp"];
    for (const name of [...old, "notes.tmp", "c.0123456789ab.tmp"]) {
      writeFileSync(join(folder, name), "");
      const age = old.includes(name) ? 48 * 3600e3 : 0;
      utimesSync(join(folder, name), new Date(Date.now() - age), new Date(Date.now() - age));
    }
    sweepTemporaryFiles(folder);
    expect(readdirSync(folder).sort()).toEqual(["c.0123456789ab.tmp", "notes.tmp"]);
    sweepTemporaryFiles(folder, true);
    expect(readdirSync(folder)).toEqual(["notes.tmp"]);
  });
});

describe("writeFileAtomic", () => {
  it("leaves nothing behind when it fails", () => {
    expect(() => {
      writeFileAtomic(folder, "a folder is in the way");
    }).toThrow();
    expect(existsSync(folder)).toBe(true);
    expect(readdirSync(join(folder, "..")).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

describe("writeTree", () => {
  it("writes every file and marks executables", () => {
    const bytes = Uint8Array.of(0, 255, 10);
    writeTree(folder, { "a/b.txt": "b", "build.sh": "#!/bin/sh\n", c: bytes }, ["build.sh"]);
    expect(readFileSync(join(folder, "a/b.txt"), "utf8")).toBe("b");
    expect([...readFileSync(join(folder, "c"))]).toEqual([...bytes]);
    expect(statSync(join(folder, "build.sh")).mode & 0o111).not.toBe(0);
  });
});
