import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { CnntargzError } from "@cnntargz/contracts";
import { compileCSim } from "@cnntargz/eda";
import { fixedType } from "@cnntargz/fixed-point";
import { needs } from "@cnntargz/testkit";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { sumProject, type SumProjectParts, sumsAndProducts } from "./projects.js";

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

const compile = (parts: SumProjectParts = {}, options: Parameters<typeof compileCSim>[1] = {}) =>
  compileCSim(sumProject(parts), { compiler: "g++", folder, ...options });

needs("g++")("C-simulation with g++", () => {
  test.each(["io_stream", "io_parallel"] as const)(
    "%s: outputs are exact integers",
    async (ioType) => {
      const images = imagesOf(1003);
      const csim = await compile({ ioType });
      const { outputs, traces } = await csim.run(images, 1003);
      expect([...outputs]).toEqual(sumsAndProducts(images));
      expect(traces).toBeNull();
      expect(csim.compiler).toMatch(/^g\+\+ \d+\.\d+/);
      expect(csim.apTypes).toBe("own");
      expect(csim.warnings).toBeNull();
      await csim.dispose();
    },
  );

  test("images beyond one run of the program go through several, with progress after each", async () => {
    const images = new Int32Array(3 * 240_001);
    images.set([7, -3, 5], 3 * 240_000);
    const csim = await compile();
    const fractions: number[] = [];
    const { outputs } = await csim.run(images, 240_001, {
      onProgress: (fraction) => fractions.push(fraction),
    });
    expect(fractions).toEqual([240_000 / 240_001, 1]);
    expect([...outputs.slice(-4)]).toEqual([0, 0, ...sumsAndProducts([7, -3, 5])]);
    await csim.dispose();
  });

  test("runs that overlap do not disturb each other, and one that fails does not stop the next", async () => {
    const csim = await compile();
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
    const csim = await compile({}, { folder: own });
    expect(await readdir(own)).toHaveLength(1);
    await csim.dispose();
    await expect(compile({ end: "nonsense" }, { folder: own })).rejects.toThrow();
    expect(await readdir(own)).toEqual([]);
  });

  test("a compile error shows the compiler's own words", async () => {
    const compiling = compile({ end: "no_such_function();" });
    await expect(compiling).rejects.toThrow(
      /compilation with g\+\+ failed \(exit code 1\):[^]*sum\.cpp[^]*no_such_function/,
    );
    await expect(compiling).rejects.toBeInstanceOf(CnntargzError);
  });

  test("warnings are collected when asked for, and no labels or pragmas among them", async () => {
    const clean = "#pragma HLS UNROLL\nLoop: for (int i = 0; i < 1; i++) {}";
    const [good, bad] = await Promise.all([
      compile({ end: clean }, { warnings: true }),
      compile({ end: "int unused;" }, { warnings: true }),
    ]);
    expect(good.warnings).toBe("");
    expect(bad.warnings).toMatch(/sum\.cpp:\d+:\d+: warning: unused variable .unused./);
    await Promise.all([good.dispose(), bad.dispose()]);
  });

  test("C++ before C++14 can be asked for, as Vivado HLS compiles", async () => {
    const end = "auto generic = [](auto x) { return x; }; generic(1);";
    await (await compile({}, { standard: "c++11" })).dispose();
    await (await compile({ end })).dispose();
    await expect(compile({ end }, { standard: "c++11" })).rejects.toThrow(/auto/);
  });

  test("a program that fails is an error with its exit code and words", async () => {
    const csim = await compile();
    await expect(csim.run([-32, 0, 0], 1)).rejects.toThrow(
      /C-simulation failed \(exit code 7\):\nan image begins with -4/,
    );
    await csim.dispose();
  });

  test.each([
    [
      "an element that was never written",
      "layer2_out.read();",
      /read from the empty stream output/,
    ],
    ["an element too many", "layer2_out.write(result_t());", /the output stream has elements left/],
    [
      "an input that nobody reads",
      "input_1.write(input_t());",
      /the input stream has elements left/,
    ],
  ])("a stream with %s is an error", async (_, end, message) => {
    const csim = await compile({ end });
    await expect(csim.run([1, 2, 3], 1)).rejects.toThrow(message);
    await csim.dispose();
  });

  test("outputs between two units of the declared type are refused", async () => {
    const project = sumProject();
    const outputType = fixedType(true, 30, 28);
    const csim = await compileCSim(
      { ...project, interface: { ...project.interface, outputType } },
      { compiler: "g++", folder },
    );
    await expect(csim.run([1, 0, 0], 1)).rejects.toThrow(/gave 0\.125, which is not a multiple/);
    await csim.dispose();
  });

  test("images that are no images of the project are refused", async () => {
    const csim = await compile();
    await expect(csim.run([1, 2], 1)).rejects.toThrow(/1 images of 3 values make 3, there are 2/);
    await expect(csim.run([1, 2, 32], 1)).rejects.toThrow(/input 32 is not an integer in -32..31/);
    await expect(csim.run([1, 2, 0.5], 1)).rejects.toThrow(/input 0.5 is not an integer/);
    await csim.dispose();
  });

  test("types that a float64 can not carry are refused", async () => {
    const project = sumProject();
    const inputType = fixedType(true, 54, 3);
    await expect(
      compileCSim({ ...project, interface: { ...project.interface, inputType } }, { folder }),
    ).rejects.toThrow(/inputs of type ap_fixed<54,3> do not fit/);
  });

  test("an aborted signal stops compilation and runs", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(compile({}, { signal })).rejects.toThrow("enough");
    const csim = await compile();
    await expect(csim.run([1, 2, 3], 1, { signal })).rejects.toThrow("enough");
    await csim.dispose();
  });

  test.each([false, true])(
    "a trace gives each layer's numbers (test bench: %s)",
    async (testbench) => {
      const compute = `
      std::FILE *trace = std::fopen("tb_data/trace.log", "a");
      std::fprintf(trace, "first %.17g %.17g\\nsecond %.17g\\n", x[0].to_double(), x[1].to_double(), x[2].to_double());
      std::fclose(trace);
      #ifndef CNNTARGZ_TRACE
      #error CNNTARGZ_TRACE is not defined
      #endif
      sum = product = 0;`;
      const csim = await compile({ compute }, { trace: true, testbench });
      const { traces } = await csim.run([8, 16, 24, -8, 4, 1], 2);
      const expected = [
        new Map([
          ["first", Float64Array.of(1, 2)],
          ["second layer", Float64Array.of(3)],
        ]),
        new Map([
          ["first", Float64Array.of(-1, 0.5)],
          ["second layer", Float64Array.of(0.125)],
        ]),
      ];
      expect(traces).toEqual(expected);
      // A second run begins a new log.
      expect((await csim.run([8, 16, 24], 1)).traces).toEqual(expected.slice(0, 1));
      await csim.dispose();
    },
  );
});

needs("g++")("C-simulation through the project's own test bench", () => {
  test.each(["io_stream", "io_parallel"] as const)("%s: the same outputs", async (ioType) => {
    const images = imagesOf(103);
    const csim = await compile({ ioType }, { testbench: true });
    const { outputs } = await csim.run(images, 103);
    expect([...outputs]).toEqual(sumsAndProducts(images));
    await csim.dispose();
  });

  test.each([
    ["no line for an image", "continue;", /has 0 lines for 1 images/],
    ["a value too few", "write(log, result[0]);", /a line has 1 values, expected 2/],
    [
      "a number between two",
      'std::fputs("0.0001 0 ", log);',
      /gave 0\.0001, which is not a multiple/,
    ],
  ])("a results file with %s is refused", async (_, report, message) => {
    const csim = await compile({ report }, { testbench: true });
    await expect(csim.run([1, 2, 3], 1)).rejects.toThrow(message);
    await csim.dispose();
  });
});

describe("C-simulation with @yowasp/clang", () => {
  test("the same program as WebAssembly, with the same results", async () => {
    const images = imagesOf(50);
    const csim = await compile({}, { compiler: "@yowasp/clang", warnings: true });
    const { outputs } = await csim.run(images, 50);
    expect([...outputs]).toEqual(sumsAndProducts(images));
    expect(csim.compiler).toMatch(/^@yowasp\/clang \d+\./);
    expect(csim.warnings).toBe("");
    await expect(csim.run([-32, 0, 0], 1)).rejects.toThrow(
      /C-simulation failed \(exit code 7\):\nan image begins with -4$/,
    );
    await csim.dispose();
  });

  test("compile errors are reported as any compiler's", async () => {
    const compiling = compile({ end: "no_such_function();" }, { compiler: "@yowasp/clang" });
    await expect(compiling).rejects.toThrow(
      /compilation with @yowasp\/clang failed \(exit code 1\):[^]*sum\.cpp[^]*no_such_function/,
    );
  });
});

test("a compiler that is not installed is named, with what to install", async () => {
  vi.stubEnv("PATH", folder);
  try {
    await expect(compile({}, { compiler: "clang++" })).rejects.toThrow(
      /clang\+\+ is not installed: install clang\+\+/,
    );
  } finally {
    vi.unstubAllEnvs();
  }
});
