import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { encodeContract, IntegerNetwork } from "@cnntargz/contracts";
import { randomNetwork } from "@cnntargz/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { bin, cnntargz } from "./run-cnntargz.js";

let folder: string;
let network: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cnntargz-system-"));
  network = join(folder, "network.json");
  const value = encodeContract(IntegerNetwork, randomNetwork(1), "network");
  writeFileSync(network, JSON.stringify(value));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const STACK = /^ {4}at /m;

describe("what the system refuses is told with path and cure, never as a stack", () => {
  test.each([
    [
      "ENOTDIR",
      "network.json/below/project",
      /network\.json\/below\/project.*a file where a folder/,
    ],
    ["ENAMETOOLONG", "n".repeat(300), /the name is too long/],
  ])("convert --out: %s", async (code, out, words) => {
    const { code: exit, stderr } = await cnntargz(
      ["convert", network, "--out", join(folder, out)],
      folder,
    );
    expect(stderr).toMatch(words);
    expect(stderr).toContain(code);
    expect(stderr).toMatch(/^error \(system\): /m);
    expect(stderr).not.toMatch(STACK);
    expect(exit).toBe(1);
  });

  test("config --out naming a folder: EISDIR", async () => {
    mkdirSync(join(folder, "taken", "inner"), { recursive: true });
    const { code, stderr } = await cnntargz(["config", network, "--out", "taken"], folder);
    expect(stderr).toMatch(/^error \(system\): taken: .*\((?:EISDIR|ENOTEMPTY|EEXIST), rename\)$/m);
    expect(stderr).not.toMatch(STACK);
    expect(code).toBe(1);
    expect(readdirSync(folder).sort()).toEqual(["network.json", "taken"]);
  });

  test.skipIf(process.platform !== "linux")("a full disk under stdout: ENOSPC", () => {
    const { stderr } = spawnSync(
      "sh",
      ["-c", '"$0" "$1" config "$2" > /dev/full', process.execPath, bin, network],
      { encoding: "utf8" },
    );
    expect(stderr).toMatch(
      /^error \(system\): stdout: no space is left on the disk; .*\(ENOSPC, write\)$/m,
    );
    expect(stderr).not.toMatch(STACK);
  });

  test.skipIf(process.platform === "win32")("a limit on the size of files: EFBIG", () => {
    const { status, stderr } = spawnSync(
      "sh",
      // Blocks of 512 bytes; without the signal that would end the process first.
      [
        "-c",
        'trap "" XFSZ; ulimit -f 8; "$0" "$1" convert "$2" --out "$3"',
        process.execPath,
        bin,
        network,
        join(folder, "project"),
      ],
      { encoding: "utf8" },
    );
    expect(stderr).toMatch(/^error \(system\): .*project\/.*\(ulimit -f\).*\(EFBIG, write\)$/m);
    expect(stderr).not.toMatch(STACK);
    expect(status).toBe(1);
    const left = readdirSync(join(folder, "project"), { recursive: true, encoding: "utf8" });
    expect(left.filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  const isRoot = process.getuid?.() === 0;
  test.skipIf(isRoot || process.platform === "win32")(
    "a folder that may not be written is not another run's",
    async () => {
      const out = join(folder, "runs");
      mkdirSync(out);
      chmodSync(out, 0o555);
      const { code, stderr } = await cnntargz(["run", "--preset", "demo", "--out", out], folder);
      expect(stderr).toMatch(/^error \(system\): .*runs: permission is denied; .*\(EACCES, /m);
      expect(stderr).not.toMatch(/another run/);
      expect(code).toBe(1);
    },
  );

  test("the reader of a pipe that has gone away is no fault", async () => {
    const child = spawn(process.execPath, [bin, "config", network], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.destroy();
    let told = "";
    child.stderr.on("data", (chunk: Buffer) => (told += chunk.toString()));
    await new Promise((resolve) => child.on("close", resolve));
    expect(told).toBe("");
  });
});

describe("names from files do not reach the terminal as they are", () => {
  test("escapes of a terminal in a layer's name are refused, spelled out", async () => {
    const value = encodeContract(IntegerNetwork, randomNetwork(1), "network");
    const text = JSON.stringify({ ...value, name: "a\u001b[2J\u202eb" });
    writeFileSync(network, text);
    const { code, stderr } = await cnntargz(["estimate", network], folder);
    expect(code).toBe(2);
    expect(stderr).toContain("a\\u001b[2J\\u202eb");
    // eslint-disable-next-line no-control-regex -- what must not be there
    expect(stderr).not.toMatch(/[\u001b\u202e]/);
  });

  test("a file's own name, whatever it is", async () => {
    const name = "x\u001b]0;title\u0007.json";
    const { code, stderr } = await cnntargz(["estimate", name], folder);
    expect(code).toBe(1);
    expect(stderr).toContain("x\\u001b]0;title\\u0007.json does not exist");
  });
});
