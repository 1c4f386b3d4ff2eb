import { type HlsPlan, type HlsProject, optionsCheck, z } from "@cnntargz/contracts";
import { compileNetwork } from "@cnntargz/fixed-point";
import { planHls, renderHls } from "@cnntargz/hls-codegen";

import { compareWithModel, type ModelComparison } from "./compare-with-model.js";
import type { Design } from "./read-design.js";
import { designImages, testImagesOptions, type TestImagesRequest } from "./test-images.js";

/** What goes into a project besides the network's firmware. */
export interface ConvertOptions {
  /** Images for its test bench, whose outputs are computed by the integer interpreter. */
  readonly testImages: Omit<TestImagesRequest, "fragmenter">;
  /** A folder of templates over the package's own. */
  readonly templates?: string | undefined;
  /** Where the project will lie, for Python. */
  readonly outputDir?: string | undefined;
}

const checkOptions = optionsCheck<ConvertOptions>("convertDesign", {
  testImages: z.strictObject(testImagesOptions),
  templates: z.string().optional(),
  outputDir: z.string().optional(),
});

/** A firmware project and how it was planned. */
export interface ConvertedDesign {
  readonly plan: HlsPlan;
  readonly project: HlsProject;
  /** Where the test bench's images come from. */
  readonly testSource: string;
  /** The network beside what it was made from, on the test bench's images. */
  readonly comparison: ModelComparison;
}

/**
 * Make the firmware project of a design, with a test bench of images and the outputs to expect.
 *
 * @throws CnntargzError `config` when it can not be planned, rendered or tested so.
 */
export async function convertDesign(
  design: Design,
  options: ConvertOptions,
): Promise<ConvertedDesign> {
  checkOptions(options);
  const { network, hls } = design;
  const plan = planHls(network, hls);
  const { fragmenter } = hls;
  const { images, inputs, count, source } = await designImages(design, {
    ...options.testImages,
    fragmenter,
  });
  const outputs = compileNetwork(network).run(images, count);
  const project = renderHls(plan, network, {
    testbench: { inputs, outputs, count },
    templates: options.templates,
    outputDir: options.outputDir,
  });
  const comparison = await compareWithModel(design, images, outputs, count);
  return { plan, project, testSource: source, comparison };
}
