import type { HlsConfigInput } from "@cnntargz/contracts";
import { compareOutputs, compileCSim } from "@cnntargz/eda";
import { planHls, renderHls } from "@cnntargz/hls-codegen";
import { needsSetting, randomImages, randomNetwork } from "@cnntargz/testkit";
import { expect, test } from "vitest";

needsSetting("CNNTARGZ_AP_TYPES", "folder with them")(
  "firmware compiled with the vendor's headers and with ours",
  (vendor) => {
    const cases = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => {
      const ioType: HlsConfigInput["ioType"] = seed % 2 === 0 ? "io_parallel" : "io_stream";
      return [seed, ioType] as const;
    });
    test.each(cases)("random network %i, %s: the same outputs", async (seed, ioType) => {
      const network = randomNetwork(seed, { accumulators: "any", modes: "any" });
      const project = renderHls(planHls(network, { ioType }), network);
      const images = randomImages(network, seed, 200);
      const outputs = [];
      for (const apTypes of ["own", vendor]) {
        const csim = await compileCSim(project, { compiler: "g++", apTypes });
        outputs.push((await csim.run(images, 200)).outputs);
        await csim.dispose();
      }
      const [ours, theirs] = outputs as [Float64Array, Float64Array];
      expect(new Set(ours).size).toBeGreaterThan(1);
      expect(compareOutputs(theirs, ours, ours.length / 200)).toMatchObject({ mismatches: 0 });
    });
  },
);
