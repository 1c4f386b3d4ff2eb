import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { CnntargzError, type IntegerNetwork } from "@cnntargz/contracts";
import {
  compareOutputs,
  compileCSim,
  type CompileOptions,
  findCompiler,
  findHls4mlMismatch,
  type Hls4mlProject,
  readHls4mlProject,
} from "@cnntargz/eda";
import { compileNetwork, formatType, fractionBits } from "@cnntargz/fixed-point";
import { parse } from "yaml";

import { compareWithModel } from "./compare-with-model.js";
import { outputNumbers } from "./model-reference.js";
import type { Design } from "./read-design.js";
import { designImages, type TestImages } from "./test-images.js";
import type { LocatedMismatch, Verified, VerifyOptions } from "./verify-firmware.js";

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** Throws `config` when the project's own configuration speaks of other images or outputs. */
function requireShapes(network: IntegerNetwork, folder: string): void {
  const file = join(folder, "hls4ml_config.yml");
  if (!existsSync(file)) return;
  // It may hold tags of hls4ml's own, such as !keras_model.
  const config = parse(readFileSync(file, "utf8"), { logLevel: "error" }) as Record<
    string,
    Record<string, unknown> | undefined
  > | null;
  const check = (key: string, what: string, wanted: readonly number[]): void => {
    const shapes = Object.values(config?.[key] ?? {});
    if (shapes.length === 0) return;
    const given = shapes[0];
    const isSame =
      shapes.length === 1 && Array.isArray(given) && sizeOf(given.map(Number)) === sizeOf(wanted);
    if (isSame) return;
    throw new CnntargzError(
      "config",
      `${file}: ${key} is ${JSON.stringify(config![key])}, network ${network.name} ${what} [${wanted.join(", ")}]; give the network that the project was made of`,
    );
  };
  check("InputShapes", "takes", network.inputShape);
  check("OutputShapes", "gives", network.layers.at(-1)!.outputShape);
}

/** Images as integers of the project's input type. */
function projectInputs(
  network: IntegerNetwork,
  { project }: Hls4mlProject,
  images: Float64Array,
): Float64Array {
  const { inputType } = project.interface;
  const unit = 2 ** (fractionBits(inputType) - fractionBits(network.inputType));
  const inputs = images.map((value) => value * unit);
  if (inputs.every(Number.isInteger)) return inputs;
  throw new CnntargzError(
    "config",
    `project ${project.projectName} reads ${formatType(inputType)}, which can not hold what network ${network.name} reads, ${formatType(network.inputType)}: give the input that result precision in hls4ml's configuration`,
  );
}

/**
 * The compiler for hls4ml's code.
 *
 * @throws CnntargzError `tool` when only WebAssembly's is there, which can not take hls4ml's headers.
 */
async function nativeCompiler(
  choice: VerifyOptions["compiler"] = "auto",
): Promise<"g++" | "clang++"> {
  const { name } = await findCompiler(choice);
  if (name !== "@yowasp/clang") return name;
  throw new CnntargzError(
    "tool",
    "hls4ml's firmware and its headers need g++ or clang++, not @yowasp/clang: install g++ (Debian, Ubuntu: apt install g++)",
  );
}

/**
 * The folder of headers for hls4ml's code.
 *
 * @throws CnntargzError `config` for `own`, or when the project carries none and none are named.
 */
function headersFor({ apTypes, project }: Hls4mlProject, choice: string | undefined): string {
  if (choice !== "own" && (choice ?? apTypes) !== null) return choice ?? apTypes!;
  throw new CnntargzError(
    "config",
    choice === "own"
      ? "hls4ml's firmware needs more headers than ours, such as ap_shift_reg.h: leave apTypes (--ap-types) out to take the project's, or name a folder"
      : `project ${project.projectName} carries no firmware/ap_types/ap_fixed.h: name a folder of headers with apTypes (--ap-types)`,
  );
}

async function locate(
  network: IntegerNetwork,
  theirs: Hls4mlProject,
  images: TestImages,
  inputs: Float64Array,
  image: number,
  options: CompileOptions,
): Promise<LocatedMismatch> {
  const part = (values: Float64Array): Float64Array => {
    const size = values.length / images.count;
    return values.subarray(image * size, (image + 1) * size);
  };
  const csim = await compileCSim(theirs.project, { ...options, trace: true });
  try {
    const { traces } = await csim.run(part(inputs), 1, { signal: options.signal });
    const { trace } = compileNetwork(network).trace(part(images.images));
    const at = findHls4mlMismatch(network, trace, theirs.layers, traces![0]!);
    if (at === null) return { image, at };
    return { image, at: { ...at, expected: String(at.expected), actual: String(at.actual) } };
  } finally {
    await csim.dispose();
  }
}

/**
 * Compile a project that hls4ml wrote, with the headers that it carries, and compare its outputs with a
 * network's, as numbers: exactly, whatever the types. Where they differ, find the first image and the
 * first layer, by hls4ml's name.
 *
 * @throws CnntargzError `tool` when there is no g++ or clang++ or the code does not compile; `config` or
 * `artifact` when the project is not for the network's images or none of hls4ml's for Vitis or Vivado.
 */
export async function verifyHls4mlProject(
  design: Design,
  folder: string,
  options: VerifyOptions,
): Promise<Verified> {
  const { network } = design;
  const { signal, onProgress } = options;
  const compiler = await nativeCompiler(options.compiler);
  requireShapes(network, folder);
  const theirs = await readHls4mlProject(folder, {
    inputs: sizeOf(network.inputShape),
    outputs: sizeOf(network.layers.at(-1)!.outputShape),
  });
  const images = await designImages(design, { ...options.testImages, fragmenter: null });
  const inputs = projectInputs(network, theirs, images.images);
  const integers = compileNetwork(network).run(images.images, images.count);
  const expected = outputNumbers(network, integers);
  const model = await compareWithModel(design, images.images, integers, images.count, signal);

  onProgress?.({ task: "compiling hls4ml's firmware", fraction: 0 });
  const compileOptions = { compiler, signal, apTypes: headersFor(theirs, options.apTypes) };
  const csim = await compileCSim(theirs.project, compileOptions);
  try {
    const { outputs } = await csim.run(inputs, images.count, {
      signal,
      onProgress: (fraction) => onProgress?.({ task: "C-simulation", fraction }),
    });
    const theirLsb = 2 ** -fractionBits(theirs.project.interface.outputType);
    const actual = outputs.map((value) => value * theirLsb);
    const { mismatches, firstMismatch } = compareOutputs(
      expected,
      actual,
      expected.length / images.count,
    );
    return {
      network: network.name,
      images: images.count,
      imageSource: images.source,
      mismatches,
      windowMismatches: null,
      first:
        firstMismatch &&
        (await locate(network, theirs, images, inputs, firstMismatch.image, compileOptions)),
      model,
      compiler: csim.compiler,
      apTypes: csim.apTypes,
      writtenBy: "hls4ml",
    };
  } finally {
    await csim.dispose();
  }
}
