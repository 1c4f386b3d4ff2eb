import { describe, expect, it } from "vitest";

import { type ObjectParameter, objectParameters } from "./exported-options.js";

/** Types that have no name in the declarations, as they are inferred from contracts, by their properties. */
const CONTRACTS: readonly (readonly [name: string, ...properties: string[]])[] = [
  ["FixedPointType", "signed", "width", "integer", "rounding", "overflow"],
  ["RunConfig", "teacher", "student", "quantization"],
  ["TrainingJob", "events", "split", "spec", "train"],
  ["DatasetConfig", "ptMinGeV", "noisePerPixel"],
  ["DatasetSplit", "train", "validation", "test"],
  ["HlsConfig", "projectName", "ioType"],
  ["Requirements", "latencyNs", "fakeRate", "plateau"],
  ["HintPlan", "hints", "gate"],
  ["Hint", "student", "teacher", "gamma"],
  ["NetworkSpec", "name", "inputShape", "layers"],
  ["IntegerLayer", "inputShape", "outputShape", "resultType"],
  ["LayerSpec", "kind", "name"],
  ["LayerQuantizers", "kernel", "bias", "activation"],
  ["BackendSpec", "name", "kernels"],
  ["ResourceReport", "source"],
];

function typeOf({ parameters, index, properties }: ObjectParameter): string {
  const { type } = parameters[index]!;
  if (/^\w+$/.test(type) && type !== "__type") return type;
  const found = CONTRACTS.find(([, ...some]) => some.every((name) => properties.includes(name)));
  return found?.[0] ?? type;
}

/** Types that are no options, with what makes them safe; `entry:Type` where only one entry may. */
const NO_OPTIONS: Readonly<Record<string, string>> = {
  ErrorOptions: "JavaScript's own",
  ZodError: "what zod found",
  Rng: "an interface with methods",
  BatchSource: "an interface with methods",
  DatasetFile: "an open file",
  DatasetSummary: "a counter with methods",
  NpyBytes: "an interface with methods",
  TeacherTargets: "an interface with methods",
  LayersModel: "TensorFlow.js' own",
  Layer: "TensorFlow.js' own",
  AbortSignal: "JavaScript's own",
  ProcessIdentity: "what ownProcess gives",
  RecordedDigest: "what a file says, to be compared",
  ModelComparison: "what compareWithModel gives",
  ArrayLike: "values",
  ReadonlyMap: "values",
  Batch: "values",
  ObjectiveInput: "tensors of one training step",
  LayerValues: "values of a trace",
  EventView: "what viewEvent gives",
  Design: "what readDesign gives",
  SmallCast: "what prepareSmallCast gives, applied per value",
  Interval: "a value, made by intervalOfType and intervalOfValue",
  ToyDataset: "events, made and read by this package",
  EventRange: "both numbers are required and checked against the events that there are",
  Quantizer: "what parseQuantizer gives",
  NetworkSpec: "an artifact; trainModel and parseContract parse it",
  IntegerLayer: "a part of the artifact IntegerNetwork",
  LayerSpec: "a part of the artifact NetworkSpec",
  ResourceReport: "an artifact",
  LayerOptions: "given by buildModel to each layer that it makes",
  "@cnntargz/fixed-point:FixedPointType": "what parseType gives, applied per value",
};

/** Parameters that are no options although others of their type are. */
const RESOLVED = "what resolveConfig gives";
const NO_OPTIONS_HERE: Readonly<Record<string, string>> = {
  "@cnntargz/dataset DatasetSummary[0]": RESOLVED,
  "@cnntargz/dataset DatasetWriter.open[1]": RESOLVED,
  "@cnntargz/dataset DatasetDescriber[0]": RESOLVED,
  "@cnntargz/dataset crossingsOf[0]": RESOLVED,
  "@cnntargz/dataset generateBlocks[0]": RESOLVED,
  "@cnntargz/dataset rangeGenerator[0]": RESOLVED,
  "@cnntargz/fpga-eval deviceOf[0]": "the configuration of a plan, which planHls parses",
  "@cnntargz/hls-codegen requireLegalFactors[1]": "the configuration that planHls has parsed",
};

const isValues = (type: string): boolean =>
  /\b(Uint8|Uint32|Int32|Float32|Float64)Array\b/.test(type);
const isTensorFlow = (type: string): boolean => type.includes("tfjs-core");
const nameOf = ({ entry, name, method, index }: ObjectParameter): string =>
  `${entry} ${name}${method === null ? "" : `.${method}`}[${index}]`;

function isExempt(parameter: ObjectParameter): boolean {
  const type = typeOf(parameter);
  return (
    parameter.isArtifact ||
    isValues(type) ||
    isTensorFlow(type) ||
    type in NO_OPTIONS ||
    `${parameter.entry}:${type}` in NO_OPTIONS ||
    nameOf(parameter) in NO_OPTIONS_HERE
  );
}

/** Valid values of types that are looked at before the parameter in question. */
const VALID: Readonly<Record<string, unknown>> = {
  Requirements: { latencyNs: 400, fakeRate: 0.002, plateau: 0.95, bunchCrossingNs: 25 },
  Evidence: { resources: {}, performance: {}, bitExact: {} },
  RateInput: { thresholdGeV: 10, turnOn: [], plateau: {}, fakeRate: {} },
  RateOptions: { spectrum: null, bunchCrossingNs: 25, muonHz: null },
  ImportSources: { images: "images.npy" },
  PipelineOptions: { out: "run" },
};

/** Call the function with `value` for the parameter, and take what it throws. */
async function errorOf(parameter: ObjectParameter, value: unknown): Promise<unknown> {
  const { entry, name, method, isClass, index, parameters } = parameter;
  const module = (await import(entry)) as Record<string, unknown>;
  const args = parameters.map(({ type }, i) => (i === index ? value : (VALID[type] ?? {})));
  try {
    const exported = module[name] as Record<string, unknown>;
    const result: unknown = isClass
      ? Reflect.construct(exported as never, args)
      : Reflect.apply((method === null ? exported : exported[method]) as never, exported, args);
    if (result !== null && typeof result === "object" && "next" in result) {
      await (result as AsyncIterator<unknown>).next();
    }
    await result;
  } catch (error) {
    return error;
  }
  return "nothing was thrown";
}

/** These packages stand without contracts and have errors of their own. */
const OWN_ERRORS = ["@cnntargz/wasm-kernels", "@cnntargz/native-kernels"];

/** What is wrong with a refusal; null for nothing. */
function faultOf(error: unknown, parameter: ObjectParameter, option: string): string | null {
  const { message, code } = error as Error & { code?: string };
  const isNamed = error instanceof Error && message.includes(option);
  // A ContractError where a contract of an artifact's configuration parses the whole.
  const isOurs = OWN_ERRORS.includes(parameter.entry) || code === "config" || code === "contract";
  return isNamed && isOurs ? null : `${nameOf(parameter)}, ${option}: ${String(error)}`;
}

describe("options of every exported function", () => {
  const options = objectParameters().filter((parameter) => !isExempt(parameter));

  it("are found", () => {
    expect(options.length).toBeGreaterThan(70);
    const names = options.map(nameOf);
    expect(names).toContain("@cnntargz/trigger-eval evaluateTrigger[1]");
    expect(names).toContain("@cnntargz/report renderReport[1]");
    expect(names).toContain("@cnntargz/dataset splitRanges[0]");
    expect(names).toContain("@cnntargz/trigger-eval TriggerAccumulator[0]");
    expect(new Set(names.map((name) => name.split(" ")[0])).size).toBeGreaterThan(12);
  });

  it("refuse an unknown name", { timeout: 60_000 }, async () => {
    const option = "misspeltOption";
    const faults: (string | null)[] = [];
    for (const parameter of options) {
      faults.push(faultOf(await errorOf(parameter, { [option]: 1 }), parameter, option));
    }
    expect(faults.filter((fault) => fault !== null)).toEqual([]);
  });

  it("refuse a value of a wrong type under every known name", { timeout: 60_000 }, async () => {
    const faults: (string | null)[] = [];
    for (const parameter of options) {
      for (const option of parameter.properties) {
        // No option is a BigInt.
        faults.push(faultOf(await errorOf(parameter, { [option]: 1n }), parameter, option));
      }
    }
    expect(faults.filter((fault) => fault !== null)).toEqual([]);
  });

  it.each([
    ["@cnntargz/trigger-eval evaluateTrigger[1]", { threshold: 20 }, /did you mean thresholdGeV/],
    ["@cnntargz/trigger-eval evaluateTrigger[1]", { thresholdGeV: -3 }, /thresholdGeV is -3/],
    ["@cnntargz/report renderReport[1]", { formats: ["pdf"] }, /"pdf".*"html"\|"md"/],
    ["@cnntargz/report renderReport[1]", { formats: [] }, /formats is \[\]/],
    ["@cnntargz/dataset splitRanges[0]", { train: 1, validation: 1, test: -1 }, /test is -1/],
    ["@cnntargz/dataset windowStride[0]", { windows: "overlaping" }, /"overlapping"/],
    ["@cnntargz/quant toIntegerNetwork[1]", { typeRule: "hls4m" }, /"interval"\|"hls4ml"/],
    ["@cnntargz/quant nBitScheme[2]", { alpha: "auto" }, /alpha is "auto"/],
    ["@cnntargz/quant freezeOutput[3]", { maxDeltaPtGeV: 0 }, /maxDeltaPtGeV is 0/],
    ["@cnntargz/eda runVendorFlow[1]", { steps: ["csym"] }, /"csym".*"csim"/],
    ["@cnntargz/eda compileCSim[1]", { compiler: "gcc" }, /"g\+\+"/],
    ["@cnntargz/fpga-eval estimateFifo[0]", { depth: 1.5, bits: 8 }, /depth is 1.5/],
    ["@cnntargz/dataset generateBlocks[3]", { onprogress: () => 1 }, /did you mean onProgress/],
    ["@cnntargz/wasm-kernels createAdam[1]", { learningrate: 1 }, /learningRate/],
  ])("%s refuses %o", async (name, value, message) => {
    const parameter = options.find((one) => nameOf(one) === name)!;
    expect((await errorOf(parameter, value)) as Error).toMatchObject({
      message: expect.stringMatching(message) as string,
    });
  });
});
