import { student9x16, summarize } from "@cnntargz/models";
import { expect, it } from "vitest";

it("prints a network as Keras does", () => {
  expect(summarize(student9x16)).toBe(
    `Network student9x16
-------------------------------------------
Layer (type)       Output shape  Parameters
-------------------------------------------
input (Input)      (9, 16, 1)             0
conv1a (Conv2D)    (7, 14, 1)            10
conv1b (Conv2D)    (5, 12, 1)            10
conv2a (Conv2D)    (3, 10, 6)            60
conv2b (Conv2D)    (1, 8, 6)            330
flatten (Flatten)  (48)                   0
dense1 (Dense)     (10)                 490
dense2 (Dense)     (10)                 110
output (Dense)     (2)                   22
-------------------------------------------
Total parameters: 1,032`,
  );
});
