import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import {
  CnntargzError,
  type HlsProject,
  type IntegerNetwork,
  optionalFunction,
  optionalSignal,
  optionsCheck,
  type Progress,
  z,
} from "@cnntargz/contracts";
import {
  compareOutputs,
  compileCSim,
  COMPILER_CHOICES,
  type CompilerChoice,
  findFirstMismatch,
  type FirstMismatch,
  isHls4mlProject,
  layerIntegers,
} from "@cnntargz/eda";
import { compileNetwork } from "@cnntargz/fixed-point";
import { planHls, renderHls } from "@cnntargz/hls-codegen";

import { compareWithModel, type ModelComparison } from "./compare-with-model.js";
import type { Design } from "./read-design.js";
import {
  designImages,
  type TestImages,
  testImagesOptions,
  type TestImagesRequest,
} from "./test-images.js";
import { verifyHls4mlProject } from "./verify-hls4ml.js";

/** How firmware is compared with its network. */
export interface VerifyOptions {
  readonly testImages: Omit<TestImagesRequest, "fragmenter">;
  /** A project on disk, whose C++ is compiled instead of what would be generated now. */
  readonly project?: string | undefined;
  /** Templates that the project is generated with. */
  readonly templates?: string | undefined;
  readonly compiler?: CompilerChoice | undefined;
  readonly apTypes?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

const checkOptions = optionsCheck<VerifyOptions>("verifyFirmware", {
  testImages: z.strictObject(testImagesOptions),
  project: z.string().optional(),
  templates: z.string().optional(),
  compiler: z.enum(COMPILER_CHOICES).optional(),
  apTypes: z.string().optional(),
  signal: optionalSignal,
  onProgress: optionalFunction,
});

/** Where firmware first computes something else than its network. */
export interface LocatedMismatch {
  readonly image: number;
  /** First differing value in order of execution; null when every layer that is traced agrees. */
  readonly at:
    | (Omit<FirstMismatch, "expected" | "actual"> &
        Record<"expected" | "actual", string> & {
          /** In a project of hls4ml: the network's layer to which its own, `layer`, belongs. */
          readonly networkLayer?: string;
        })
    | null;
}

/** What `cnntargz verify --json` prints. */
export interface Verified {
  readonly network: string;
  readonly images: number;
  readonly imageSource: string;
  /** Outputs that differ, over all images. */
  readonly mismatches: number;
  /** Windows that a fragmenter chose otherwise than the dataset does; null without a fragmenter. */
  readonly windowMismatches: number | null;
  readonly first: LocatedMismatch | null;
  /** The integer network beside what it was made from. */
  readonly model: ModelComparison;
  readonly compiler: string;
  /** `own`, or the folder of the vendor's headers. */
  readonly apTypes: string;
  /** Of a project that hls4ml wrote, values are numbers; otherwise integers of the layer's last bit. */
  readonly writtenBy: "cnntargz" | "hls4ml";
}

/**
 * The configuration as which a project's firmware was generated. None for hls4ml's own projects: its
 * words there are about layers that it makes, and the network is the one to compare with.
 */
export function ownConfigOf(project: string | undefined): string | undefined {
  return project === undefined || isHls4mlProject(project)
    ? undefined
    : `${project}/hls4ml_config.yml`;
}

/** The project with the C++ that lies in a folder. */
function withSourcesOf(project: HlsProject, folder: string): HlsProject {
  const top = join("firmware", `${project.projectName}.cpp`);
  if (!existsSync(join(folder, top))) {
    throw new CnntargzError(
      "artifact",
      `${folder} has no ${top}; give the folder of the project ${project.projectName}, or another name with --project-name`,
    );
  }
  const isBuilt = (path: string): boolean => path.split("/")[0]!.endsWith("_prj");
  const sources = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => /\.(?:cpp|h)$/.test(path) && !isBuilt(path));
  const files = Object.fromEntries(
    sources.map((path) => [path, readFileSync(join(folder, path), "utf8")]),
  );
  return { ...project, files };
}

/** Run one image again, layer by layer, and find where the two part. */
async function locate(
  network: IntegerNetwork,
  project: HlsProject,
  images: TestImages,
  image: number,
  options: VerifyOptions,
): Promise<LocatedMismatch> {
  const { compiler, apTypes, signal } = options;
  const part = (values: Float64Array): Float64Array => {
    const size = values.length / images.count;
    return values.subarray(image * size, (image + 1) * size);
  };
  const csim = await compileCSim(project, { compiler, apTypes, signal, trace: true });
  try {
    const { traces } = await csim.run(part(images.inputs), 1, { signal });
    const reference = new Map(
      [...compileNetwork(network).trace(part(images.images)).trace].map(([name, { result }]) => [
        name,
        result,
      ]),
    );
    const at = findFirstMismatch(network, reference, layerIntegers(network, traces![0]!));
    if (at === null) return { image, at };
    return { image, at: { ...at, expected: String(at.expected), actual: String(at.actual) } };
  } finally {
    await csim.dispose();
  }
}

/**
 * Compile the firmware of a design and compare it with the integer interpreter, bit for bit; where they
 * differ, find the first image, layer, pixel and channel. The integers in turn are compared with what
 * they were made from. A project that hls4ml wrote is compared as {@link verifyHls4mlProject} does.
 *
 * @throws CnntargzError `tool` when there is no compiler or the code does not compile; `config` or
 * `artifact` when the design, the images or the project can not be used so.
 */
export async function verifyFirmware(design: Design, options: VerifyOptions): Promise<Verified> {
  checkOptions(options);
  const { network, hls } = design;
  if (options.project !== undefined && isHls4mlProject(options.project)) {
    return verifyHls4mlProject(design, options.project, options);
  }
  const { compiler, apTypes, signal, onProgress, templates } = options;
  const generated = renderHls(planHls(network, hls), network, { templates });
  const project =
    options.project === undefined ? generated : withSourcesOf(generated, options.project);
  const { fragmenter } = hls;
  const images = await designImages(design, { ...options.testImages, fragmenter });
  const expected = compileNetwork(network).run(images.images, images.count);
  const model = await compareWithModel(design, images.images, expected, images.count, signal);

  onProgress?.({ task: "compiling the firmware", fraction: 0 });
  const csim = await compileCSim(project, { compiler, apTypes, signal });
  try {
    const { outputs, windows } = await csim.run(images.inputs, images.count, {
      signal,
      onProgress: (fraction) => onProgress?.({ task: "C-simulation", fraction }),
    });
    const compared = compareOutputs(expected, outputs, expected.length / images.count);
    const wrong =
      images.windows &&
      [...images.windows.keys()].filter((i) => windows![i] !== images.windows![i]);
    const firstImage = Math.min(compared.firstMismatch?.image ?? Infinity, wrong?.[0] ?? Infinity);
    return {
      network: network.name,
      images: images.count,
      imageSource: images.source,
      mismatches: compared.mismatches,
      windowMismatches: wrong && wrong.length,
      first: Number.isFinite(firstImage)
        ? await locate(network, project, images, firstImage, options)
        : null,
      model,
      compiler: csim.compiler,
      apTypes: csim.apTypes,
      writtenBy: "cnntargz",
    };
  } finally {
    await csim.dispose();
  }
}
