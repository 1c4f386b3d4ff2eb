import { compareOutputs, compileCSim } from "@cnntargz/eda";
import { runReference } from "@cnntargz/fixed-point";
import { planHls, renderHls } from "@cnntargz/hls-codegen";
import { randomImages, randomNetwork } from "@cnntargz/testkit";
import { expect, test } from "vitest";

const IMAGES = 25;

test("firmware compiled with @yowasp/clang computes what the interpreter computes", async () => {
  const network = randomNetwork(4, { accumulators: "any", modes: "any" });
  const images = randomImages(network, 4, IMAGES);
  const size = images.length / IMAGES;
  const expected = Array.from({ length: IMAGES }, (_, i) =>
    runReference(network, images.subarray(i * size, (i + 1) * size)).output.map(Number),
  ).flat();
  const csim = await compileCSim(renderHls(planHls(network), network), {
    compiler: "@yowasp/clang",
  });
  const { outputs } = await csim.run(images, IMAGES);
  await csim.dispose();
  const perImage = expected.length / IMAGES;
  expect(compareOutputs(expected, outputs, perImage)).toMatchObject({ mismatches: 0 });
});
