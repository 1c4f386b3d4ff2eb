import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { FloatTensor, Verdict } from "@cnntargz/contracts";
import {
  digestArtifact,
  makeFolder,
  readArtifact,
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
