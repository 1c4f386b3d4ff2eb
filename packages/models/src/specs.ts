import { LAYERS, NetworkSpec, type NetworkSpecInput, parseContract } from "@cnntargz/contracts";

type Layers = NetworkSpecInput["layers"];

const spec = (name: string, inputShape: [number, number, number], layers: Layers): NetworkSpec =>
  parseContract(NetworkSpec, { name, inputShape, layers }, name);

const conv = (name: string, filters: number, padding: "same" | "valid"): Layers[number] => ({
  kind: "conv2d",
  name,
  filters,
  kernelSize: [3, 3],
  padding,
  activation: "relu",
});

/** Flatten, two hidden layers of 10 and the two outputs [pT, eta], which all networks end with. */
const head: Layers = [
  { kind: "flatten", name: "flatten" },
  { kind: "dense", name: "dense1", units: 10, activation: "relu" },
  { kind: "dense", name: "dense2", units: 10, activation: "relu" },
  { kind: "dense", name: "output", units: 2 },
];

/** The simplified VGG of the Teachers: a block of two convolutions, then one of three. */
const teacherLayers: Layers = [
  conv("conv1a", 10, "same"),
  conv("conv1b", 10, "same"),
  { kind: "maxPool2d", name: "pool1", poolSize: [1, 2] },
  conv("conv2a", 17, "same"),
  conv("conv2b", 17, "same"),
  conv("conv2c", 17, "same"),
  { kind: "maxPool2d", name: "pool2", poolSize: [2, 2] },
  ...head,
];

/** Teacher for fragmented images (9, 16, 1): 10,655 parameters. */
export const teacher9x16: NetworkSpec = spec("teacher9x16", [LAYERS, 16, 1], teacherLayers);

/** Teacher for full images (9, 384, 1): 73,215 parameters. */
export const teacher9x384: NetworkSpec = spec("teacher9x384", [LAYERS, 384, 1], teacherLayers);

/**
 * Student for fragmented images (9, 16, 1): 1,032 parameters. (The original layer table prints a
 * total of 732, but its rows add up to 1,032.)
 */
export const student9x16: NetworkSpec = spec(
  "student9x16",
  [LAYERS, 16, 1],
  [
    conv("conv1a", 1, "valid"),
    conv("conv1b", 1, "valid"),
    conv("conv2a", 6, "valid"),
    conv("conv2b", 6, "valid"),
    ...head,
  ],
);

const stridedConv = (name: string, filters: number): Layers[number] => ({
  kind: "conv2d",
  name,
  filters,
  kernelSize: [3, 3],
  strides: [1, 2],
  padding: "same",
  activation: "relu",
});

/**
 * Student for full images (9, 384, 1), which strides along eta instead of cutting the image into
 * fragments: 1,190 parameters. Its published description, "strided (1,2) convs 1,2,2 - AvgPool(1,2) -
 * 8,4,8 - AvgPool(3,3) - 24 - 10 - 10 - 2", leaves kernel sizes and padding open; why these:
 * docs/training-engine.md.
 */
export const studentFull9x384: NetworkSpec = spec(
  "studentFull9x384",
  [LAYERS, 384, 1],
  [
    stridedConv("conv1a", 1),
    stridedConv("conv1b", 2),
    stridedConv("conv1c", 2),
    { kind: "averagePool2d", name: "pool1", poolSize: [1, 2] },
    stridedConv("conv2a", 8),
    stridedConv("conv2b", 4),
    stridedConv("conv2c", 8),
    { kind: "averagePool2d", name: "pool2", poolSize: [3, 3] },
    ...head,
  ],
);
