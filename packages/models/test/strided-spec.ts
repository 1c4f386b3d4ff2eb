import { NetworkSpec, parseContract } from "@cnntargz/contracts";

/** A network with everything that a spec can say: strides, both paddings, overlapping pools, linear layers. */
export const stridedSpec: NetworkSpec = parseContract(
  NetworkSpec,
  {
    name: "strided",
    inputShape: [9, 16, 1],
    layers: [
      {
        kind: "conv2d",
        name: "a",
        filters: 2,
        kernelSize: [3, 3],
        strides: [1, 2],
        padding: "same",
        activation: "relu",
      },
      { kind: "averagePool2d", name: "b", poolSize: [1, 2] },
      {
        kind: "conv2d",
        name: "c",
        filters: 3,
        kernelSize: [3, 2],
        strides: [2, 1],
        padding: "valid",
      },
      { kind: "maxPool2d", name: "d", poolSize: [2, 2], strides: [1, 1] },
      { kind: "flatten", name: "e" },
      { kind: "dense", name: "f", units: 4, activation: "relu" },
      { kind: "dense", name: "g", units: 2 },
    ],
  },
  "strided",
);
