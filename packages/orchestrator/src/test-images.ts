import {
  CnntargzError,
  FragmenterConfig,
  type IntegerNetwork,
  optionsCheck,
  z,
} from "@cnntargz/contracts";
import {
  DatasetFile,
  generateDataset,
  inputType9x16,
  pixelIntegers,
  stripWords,
  type ToyDataset,
} from "@cnntargz/dataset";
import {
  castInteger,
  fitsType,
  formatType,
  fractionBits,
  intervalOfType,
  maxInteger,
  minInteger,
  sameType,
} from "@cnntargz/fixed-point";
import { createRng, deriveKey } from "@cnntargz/stage-kit";

import type { Design } from "./read-design.js";
import { assertRecorded } from "./recorded-digest.js";

/** Which test images are wanted. */
export interface TestImagesRequest {
  readonly count: number;
  readonly seed: number;
  /** An HDF5 file of events; toy events, or noise for networks of other shapes, without it. */
  readonly data?: string | undefined;
  /** The firmware's front end, which wants strips in place of images; null without one. */
  readonly fragmenter: FragmenterConfig | null;
}

/** Schemas of what {@link TestImagesRequest} asks for. */
export const testImagesOptions = {
  count: z.int().min(1),
  seed: z.int().min(0),
  data: z.string().optional(),
};
const checkRequest = optionsCheck<TestImagesRequest>("testImages", {
  ...testImagesOptions,
  fragmenter: FragmenterConfig.nullable(),
});

/** Images to run through a network and its firmware. */
export interface TestImages {
  readonly count: number;
  /** (count, h, w, c) integers in units of the network's input type. */
  readonly images: Float64Array;
  /** What the firmware reads: the images, or words of strips before a fragmenter. */
  readonly inputs: Float64Array;
  /** (count) the windows that a fragmenter must choose; null without one. */
  readonly windows: Uint8Array | null;
  /** Where they come from, such as `toy events, seed 1`. */
  readonly source: string;
}

const FRAGMENT = [9, 16, 1].join();

/** Independent values over the whole input type, three of ten zero as in sparse images. */
function noise({ inputShape, inputType }: IntegerNetwork, count: number, seed: number) {
  const rng = createRng(deriveKey(seed, "test-images"));
  const size = inputShape.reduce((product, n) => product * n, count);
  const low = Number(minInteger(inputType));
  const span = Number(maxInteger(inputType)) - low + 1;
  const block = new Uint32Array(4);
  return Float64Array.from({ length: size }, (_, i) => {
    rng.block(i, 0, block);
    if (block[0]! < 0.3 * 2 ** 32) return 0;
    return low + Math.floor((block[1]! / 2 ** 32) * span);
  });
}

function ofEvents(
  network: IntegerNetwork,
  events: ToyDataset,
  count: number,
  source: string,
  { fragmenter }: TestImagesRequest,
): TestImages {
  const range = { start: 0, count };
  // Pixels are integers of the 9x16 images' own type.
  const unit = 2 ** (fractionBits(network.inputType) - fractionBits(inputType9x16));
  const images = Float64Array.from(pixelIntegers(events, range), (pixel) => pixel * unit);
  if (fragmenter === null) return { count, images, inputs: images, windows: null, source };
  const windows = events.window.slice(0, count);
  return { count, images, inputs: stripWords(events, range), windows, source };
}

async function fromFile(
  network: IntegerNetwork,
  path: string,
  request: TestImagesRequest,
): Promise<TestImages> {
  const { count, fragmenter } = request;
  assertRecorded(path);
  const file = await DatasetFile.open(path);
  try {
    if (file.count < count) {
      throw new CnntargzError(
        "config",
        `${path} has ${file.count} events, ${count} images are asked for; ask for fewer`,
      );
    }
    const { windows, pooling } = file.config;
    if (fragmenter && (windows !== fragmenter.windows || pooling !== fragmenter.pooling)) {
      throw new CnntargzError(
        "config",
        `${path} was fragmented with ${windows} windows and ${pooling} pooling, the firmware has ${fragmenter.windows} and ${fragmenter.pooling}; generate events with the firmware's`,
      );
    }
    return ofEvents(network, file.read({ start: 0, count }), count, path, request);
  } finally {
    file.close();
  }
}

/**
 * Images to run through a network: the first events of a dataset file; toy events, where the network
 * takes their 9x16 images; else noise over its input type.
 *
 * @throws CnntargzError `config` when the file's images are not what the network takes, or too few.
 */
export async function testImages(
  network: IntegerNetwork,
  request: TestImagesRequest,
): Promise<TestImages> {
  checkRequest(request);
  const { count, seed, data, fragmenter } = request;
  const takesEvents =
    network.inputShape.join() === FRAGMENT &&
    fitsType(intervalOfType(inputType9x16), network.inputType);
  if (data === undefined) {
    if (!takesEvents) {
      const images = noise(network, count, seed);
      return { count, images, inputs: images, windows: null, source: `noise, seed ${seed}` };
    }
    const context = { rng: createRng(deriveKey(seed, "test-images")) };
    const events = generateDataset({ events: count, seed, ...fragmenter }, context);
    return ofEvents(network, events, count, `toy events, seed ${seed}`, request);
  }
  if (!takesEvents) {
    throw new CnntargzError(
      "config",
      `${data} holds 9x16 images of ${formatType(inputType9x16)}, network ${network.name} takes [${network.inputShape.join(", ")}] of ${formatType(network.inputType)}; leave the file out to test with noise`,
    );
  }
  return fromFile(network, data, request);
}

/**
 * Images for a design: made for what its network is compared with, and cast to its input type as a C++
 * assignment casts them.
 *
 * @throws as {@link testImages} does.
 */
export async function designImages(
  { network, reference }: Pick<Design, "network" | "reference">,
  request: TestImagesRequest,
): Promise<TestImages> {
  const base = reference.kind === "integers" ? reference.network : network;
  const made = await testImages(base, request);
  if (sameType(base.inputType, network.inputType)) return made;
  const fraction = fractionBits(base.inputType);
  const images = made.images.map((value) =>
    Number(castInteger(BigInt(value), fraction, network.inputType)),
  );
  return { ...made, images, inputs: request.fragmenter === null ? images : made.inputs };
}
