import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { CnntargzError } from "@cnntargz/contracts";
import { compileCSim } from "@cnntargz/eda";
import { needs } from "@cnntargz/testkit";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { sumProject, sumsAndProducts } from "./projects.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cnntargz-eda-test-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** `count` images of three integers in -31..31. */
const imagesOf = (count: number): number[] =>
  Array.from({ length: 3 * count }, (_, i) => ((i * 37) % 63) - 31);

needs("g++")("C-simulation with g++", () => {
  test("outputs are exact integers, over more images than one run of the program takes", async () => {
    const images = imagesOf(5003);
    const csim = await compileCSim(sumProject(), { compiler: "g++", folder });
    const fractions: number[] = [];
    const onProgress = (fraction: number): number => fractions.push(fraction);
    const { outputs, traces } = await csim.run(images, 5003, { onProgress });
    expect([...outputs]).toEqual(sumsAndProducts(images));
    expect(traces).toBeNull();
    expect(fractions).toEqual([5000 / 5003, 1]);
    expect(csim.compiler).toMatch(/^g\+\+ \d+\.\d+/);
    await csim.dispose();
  });

  test("runs that overlap do not disturb each other, and one that fails does not stop the next", async () => {
    const csim = await compileCSim(sumProject(), { compiler: "g++", folder });
    const [first, second] = [imagesOf(10), imagesOf(20).slice(30)];
    const results = await Promise.allSettled([
      csim.run(first, 10),
      csim.run([-32, 0, 0], 1),
      csim.run(second, 10),
    ]);
    const [one, failed, two] = results;
    expect(one).toMatchObject({ value: { outputs: Float64Array.from(sumsAndProducts(first)) } });
    expect(failed).toMatchObject({ status: "rejected", reason: { code: "tool" } });
    expect(two).toMatchObject({ value: { outputs: Float64Array.from(sumsAndProducts(second)) } });
    await csim.dispose();
  });

  test("dispose leaves nothing behind, and neither does a failed compilation", async () => {
    const own = join(folder, "own");
    const csim = await compileCSim(sumProject(), { compiler: "g++", folder: own });
    expect(await readdir(own)).toHaveLength(1);
    await csim.dispose();
    await expect(
      compileCSim(sumProject("nonsense"), { compiler: "g++", folder: own }),
    ).rejects.toThrow();
    expect(await readdir(own)).toEqual([]);
  });

  test("a compile error shows the compiler's own words", async () => {
    const compiling = compileCSim(sumProject("no_such_function();"), { compiler: "g++", folder });
    await expect(compiling).rejects.toThrow(
      /compilation with g\+\+ failed \(exit code 1\):[^]*sum_test\.cpp[^]*no_such_function/,
    );
    await expect(compiling).rejects.toBeInstanceOf(CnntargzError);
  });

  test("a program that fails is an error with its exit code and words", async () => {
    const csim = await compileCSim(sumProject(), { compiler: "g++", folder });
    await expect(csim.run([-32, 0, 0], 1)).rejects.toThrow(
      /C-simulation failed \(exit code 7\):\nan image begins with -4/,
    );
    await csim.dispose();
  });

  test.each([
    ["no line for an image", "continue;", /has 0 lines for 1 images/],
    ["a value too few", "write(log, input_t(1));", /a line has 1 values, expected 2/],
    ["a number between two", 'std::fputs("0.0001 0 ", log);', /"0.0001" is not a multiple/],
  ])("a results file with %s is refused", async (_, loop, message) => {
    const csim = await compileCSim(sumProject(loop), { compiler: "g++", folder });
    await expect(csim.run([1, 2, 3], 1)).rejects.toThrow(message);
    await csim.dispose();
  });

  test("images that are no images of the project are refused", async () => {
    const csim = await compileCSim(sumProject(), { compiler: "g++", folder });
    await expect(csim.run([1, 2], 1)).rejects.toThrow(/1 images of 3 values make 3, there are 2/);
    await expect(csim.run([1, 2, 32], 1)).rejects.toThrow(/input 32 is not an integer in -32..31/);
    await expect(csim.run([1, 2, 0.5], 1)).rejects.toThrow(/input 0.5 is not an integer/);
    await csim.dispose();
  });

  test("an aborted signal stops compilation and runs", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(compileCSim(sumProject(), { compiler: "g++", folder, signal })).rejects.toThrow(
      "enough",
    );
    const csim = await compileCSim(sumProject(), { compiler: "g++", folder });
    await expect(csim.run([1, 2, 3], 1, { signal })).rejects.toThrow("enough");
    await csim.dispose();
  });

  test("a trace gives each layer's numbers, image by image", async () => {
    const loop = `
      std::FILE *trace = std::fopen("tb_data/trace.log", "a");
      std::fprintf(trace, "first %.17g %.17g\\nsecond %.17g\\n", x[0], x[1], x[2]);
      std::fclose(trace);
      #ifndef CNNTARGZ_TRACE
      #error CNNTARGZ_TRACE is not defined
      #endif
      write(log, input_t(0)); write(log, input_t(0));`;
    const csim = await compileCSim(sumProject(loop), { compiler: "g++", folder, trace: true });
    const { traces } = await csim.run([8, 16, 24, -8, 4, 1], 2);
    const expected = [
      new Map([
        ["first", Float64Array.of(1, 2)],
        ["second", Float64Array.of(3)],
      ]),
      new Map([
        ["first", Float64Array.of(-1, 0.5)],
        ["second", Float64Array.of(0.125)],
      ]),
    ];
    expect(traces).toEqual(expected);
    // A second run begins a new log.
    expect((await csim.run([8, 16, 24], 1)).traces).toEqual(expected.slice(0, 1));
    await csim.dispose();
  });
});

test("@yowasp/clang compiles the same program to WebAssembly, with the same results", async () => {
  const images = imagesOf(50);
  const csim = await compileCSim(sumProject(), { compiler: "@yowasp/clang", folder });
  const { outputs } = await csim.run(images, 50);
  expect([...outputs]).toEqual(sumsAndProducts(images));
  expect(csim.compiler).toMatch(/^@yowasp\/clang \d+\./);
  await expect(csim.run([-32, 0, 0], 1)).rejects.toThrow(
    /C-simulation failed \(exit code 7\):\nan image begins with -4$/,
  );
  await csim.dispose();
});

test("@yowasp/clang reports compile errors like any compiler", async () => {
  const compiling = compileCSim(sumProject("no_such_function();"), {
    compiler: "@yowasp/clang",
    folder,
  });
  await expect(compiling).rejects.toThrow(
    /compilation with @yowasp\/clang failed \(exit code 1\):[^]*sum_test\.cpp[^]*no_such_function/,
  );
});

test("a compiler that is not installed is named, with what to install", async () => {
  vi.stubEnv("PATH", folder);
  try {
    await expect(compileCSim(sumProject(), { compiler: "clang++", folder })).rejects.toThrow(
      /clang\+\+ is not installed: install clang\+\+/,
    );
  } finally {
    vi.unstubAllEnvs();
  }
});
