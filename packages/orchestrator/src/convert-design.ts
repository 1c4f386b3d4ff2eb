import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { CnntargzError, type HlsPlan, type HlsProject, onDisk } from "@cnntargz/contracts";
import { compileNetwork } from "@cnntargz/fixed-point";
import { planHls, renderHls } from "@cnntargz/hls-codegen";
import { writeTree } from "@cnntargz/stage-kit";

import type { Design } from "./read-design.js";
import { testImages, type TestImagesRequest } from "./test-images.js";

/** What goes into a project besides the network's firmware. */
export interface ConvertOptions {
  /** Images for its test bench, whose outputs are computed by the integer interpreter. */
  readonly testImages: Omit<TestImagesRequest, "fragmenter">;
  /** A folder of templates over the package's own. */
  readonly templates?: string | undefined;
}

/** A firmware project and how it was planned. */
export interface ConvertedDesign {
  readonly plan: HlsPlan;
  readonly project: HlsProject;
  /** Where the test bench's images come from. */
  readonly testSource: string;
}

/**
 * Make the firmware project of a design, with a test bench of images and the outputs to expect.
 *
 * @throws CnntargzError `config` when it can not be planned, rendered or tested so.
 */
export async function convertDesign(
  { network, hls }: Design,
  options: ConvertOptions,
): Promise<ConvertedDesign> {
  const plan = planHls(network, hls);
  const { fragmenter } = hls;
  const { images, inputs, count, source } = await testImages(network, {
    ...options.testImages,
    fragmenter,
  });
  const outputs = compileNetwork(network).run(images, count);
  const project = renderHls(plan, network, {
    testbench: { inputs, outputs, count },
    templates: options.templates,
  });
  return { plan, project, testSource: source };
}

/**
 * Write a project into a folder: a new one, or one that holds an HLS project, whose other files (such
 * as what tools have built) stay.
 *
 * @throws CnntargzError `config` when the folder holds something else.
 */
export function writeProject(folder: string, { files, executables }: HlsProject): void {
  const holdsOther =
    existsSync(folder) &&
    onDisk(folder, () => readdirSync(folder)).length > 0 &&
    !existsSync(join(folder, "project.tcl"));
  if (holdsOther) {
    throw new CnntargzError(
      "config",
      `${folder} holds files but no HLS project (project.tcl); choose another folder`,
    );
  }
  writeTree(folder, files, executables);
}
