import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { IntegerNetwork } from "@cnntargz/contracts";
import { includeFolder } from "@cnntargz/eda";
import { writeArtifact } from "@cnntargz/stage-kit";
import { denseNetwork, hls4mlLikeProject, needs, randomNetwork } from "@cnntargz/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { cnntargz } from "./run-cnntargz.js";

let folder: string;
const run = (...args: readonly string[]) => cnntargz(args, folder);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cnntargz-projects-"));
  writeArtifact(join(folder, "network.json"), IntegerNetwork, randomNetwork(12));
  writeArtifact(join(folder, "dense.json"), IntegerNetwork, denseNetwork());
  mkdirSync(join(folder, "a-folder"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("cnntargz convert into a folder that is used", () => {
  it("refuses what would be lost, names it and the way on", async () => {
    expect((await run("convert", "network.json", "--out", "prj")).code).toBe(0);
    const path = join(folder, "prj/firmware/myproject.cpp");
    const text = readFileSync(path, "utf8");
    writeFileSync(path, `${text}// mine\n`);
    const refused = await run("convert", "network.json", "--out", "prj");
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toMatch(/^error \(config\): prj: .*firmware\/myproject\.cpp; .*--force/);
    expect(readFileSync(path, "utf8")).toBe(`${text}// mine\n`);
    const other = await run("convert", "dense.json", "--out", "prj");
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(/the project of another network: random_network .*--force/);
    expect((await run("convert", "network.json", "--out", "prj", "--force")).code).toBe(0);
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  it("takes the folder's own configuration, edited", async () => {
    await run("convert", "network.json", "--out", "edited");
    const file = join(folder, "edited/hls4ml_config.yml");
    writeFileSync(file, readFileSync(file, "utf8").replace("ClockPeriod: 2", "ClockPeriod: 4"));
    const { code, stderr } = await run(
      ...["convert", "network.json", "--config", "edited/hls4ml_config.yml", "--out", "edited"],
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(readFileSync(join(folder, "edited/project.tcl"), "utf8")).toContain("clock_period 4");
  });
});

describe("--out", () => {
  it.each([
    ["run --preset demo --out network.json", /--out network\.json: .* is a file; name a folder/],
    ["run --preset demo --out network.json/x", /network\.json is a file; name a folder/],
    ["convert network.json --out network.json", /is a file; name a folder/],
    ["report a-folder --out network.json", /is a file; name a folder/],
    ["config network.json --out a-folder", /--out a-folder: that is a folder; name a file in it/],
    ["config network.json --out dense.json/x", /dense\.json is a file, not a folder/],
    ["dataset generate --events 10 --out a-folder", /that is a folder; name a file in it/],
    ["dataset export events.h5 --out a-folder", /that is a folder; name a file in it/],
    ["dataset import events.npz --out network.json/x.h5", /is a file, not a folder/],
  ])("%s is refused", async (command, message) => {
    const text = readFileSync(join(folder, "network.json"), "utf8");
    const { code, stderr } = await run(...command.split(" "));
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(readFileSync(join(folder, "network.json"), "utf8")).toBe(text);
  });
});

describe("cnntargz doctor", () => {
  it("says what is there, and what is missing for which command", async () => {
    const { code, stdout } = await run("doctor", "--json");
    const machine = JSON.parse(stdout) as {
      node: string;
      compilers: { name: string; found: string | null; usedBy: string; install: string }[];
      vendor: { name: string; found: string | null; usedBy: string }[];
      problems: string[];
    };
    expect(code).toBe(0);
    expect(machine).toMatchObject({ node: process.version, problems: [] });
    expect(machine.compilers.map(({ name }) => name)).toEqual(["g++", "clang++", "@yowasp/clang"]);
    expect(machine.compilers[2]).toMatchObject({
      found: expect.stringMatching(/^22\./) as string,
      usedBy: "run, verify",
      install: expect.stringMatching(/^run npm install @yowasp\/clang@/) as string,
    });
    expect(machine.vendor).toContainEqual(
      expect.objectContaining({ name: "vivado", usedBy: "build --vsynth" }),
    );
  });

  it("finds what is on the path", async () => {
    const { stdout } = await cnntargz(["doctor"], folder, { PATH: dirname(process.execPath) });
    expect(stdout).toMatch(/- clang\+\+ .*not here: install clang\+\+/);
  });
});

needs("g++")("cnntargz verify on a project of hls4ml's", () => {
  const write = (name: string, options: Parameters<typeof hls4mlLikeProject>[0]): void => {
    for (const [path, text] of Object.entries(hls4mlLikeProject(options))) {
      mkdirSync(dirname(join(folder, name, path)), { recursive: true });
      writeFileSync(join(folder, name, path), text);
    }
    cpSync(includeFolder(), join(folder, name, "firmware/ap_types"), { recursive: true });
  };

  it("finds it equal, in types of its own", async () => {
    write("right", { ioType: "io_parallel" });
    const { code, stdout, stderr } = await run("verify", "dense.json", "--project", "right");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/1000 images .* through hls4ml's firmware compiled with g\+\+/);
    expect(stdout).toMatch(/^0 outputs differ/m);
  });

  it("names hls4ml's layer that is wrong, and leaves its project alone", async () => {
    write("halved", { ioType: "io_stream", scale: 1 });
    const { code, stdout } = await run("verify", "dense.json", "--project", "halved", "--json");
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      writtenBy: "hls4ml",
      first: {
        at: { layer: "hidden_alpha", networkLayer: "hidden", row: 0, column: 0, channel: 1 },
      },
    });
    expect(existsSync(join(folder, "halved/tb_data"))).toBe(false);
  });

  it.each([
    [["network.json"], 2, /InputShapes is \{"input_1":\[2\]\}, network random_network takes/],
    [
      ["dense.json", "--compiler", "@yowasp/clang"],
      1,
      /need g\+\+ or clang\+\+, not @yowasp\/clang/,
    ],
    [["dense.json", "--ap-types", "own"], 2, /needs more headers than ours/],
  ])("%j ends with %i", async (args, expected, message) => {
    write("right", { ioType: "io_parallel" });
    const { code, stderr } = await run("verify", ...args, "--project", "right");
    expect(code).toBe(expected);
    expect(stderr).toMatch(message);
  });
});
