import { type HlsConfigInput, parseContract, ResourceReport } from "@cnntargz/contracts";
import { estimateDense, estimateHls, synthesisLike } from "@cnntargz/fpga-eval";
import { legalReuseFactors, planHls } from "@cnntargz/hls-codegen";
import { randomNetwork } from "@cnntargz/testkit";
import { describe, expect, it } from "vitest";

const KINDS = ["lut", "ff", "dsp", "bram18", "uram"] as const;

describe("an estimate of whatever can be planned", () => {
  const configs: readonly HlsConfigInput[] = [
    {},
    { backend: "vivado", clockPeriodNs: 5 },
    { strategy: "resource" },
    { ioType: "io_parallel" },
    { ioType: "io_parallel", strategy: "resource", backend: "vivado" },
  ];

  it.each(configs)("adds up, within its own band: %j", (config) => {
    for (let seed = 0; seed < 30; seed++) {
      const bits = 2 + (seed % 15);
      const network = randomNetwork(seed, { elementwise: true, bits });
      const plan = planHls(network, config);
      const report = estimateHls(plan, network);
      for (const estimate of [report, synthesisLike(report)]) {
        expect(parseContract(ResourceReport, estimate, "report")).toEqual(estimate);
        for (const kind of KINDS) {
          const [low, high] = estimate.band[kind];
          expect(low).toBeLessThanOrEqual(estimate.total[kind]);
          expect(high).toBeGreaterThanOrEqual(estimate.total[kind]);
        }
      }
      const hardware = plan.layers.filter(({ kind }) => kind !== "flatten");
      expect(report.perLayer.map(({ name }) => name)).toEqual(hardware.map(({ name }) => name));
      // An image takes at least a cycle per pixel of a stream.
      const [height, width] = plan.inputShape;
      const pixels = plan.config.ioType === "io_stream" ? height * width : 1;
      expect(report.latencyCycles).toBeGreaterThanOrEqual(pixels);
      expect(report.initiationInterval).toBeGreaterThanOrEqual(pixels);
    }
  });

  it("counts the same products whether they come one after the other or side by side", () => {
    for (let seed = 0; seed < 20; seed++) {
      const network = randomNetwork(seed, { bits: 12, pools: ["maxPool2d"] });
      const dsp = (config: HlsConfigInput) =>
        estimateHls(planHls(network, config), network).total.dsp;
      expect(dsp({ ioType: "io_parallel" })).toBe(dsp({ ioType: "io_stream" }));
    }
  });
});

describe("reuse factors", () => {
  it("are legal in an estimate exactly where they are in a plan", () => {
    for (const [nIn, nOut] of [
      [48, 10],
      [54, 6],
      [9, 1],
      [7, 13],
      [32, 32],
    ] as const) {
      const legal = legalReuseFactors(nIn, nOut);
      const type = "ap_fixed<8,1>";
      const types = { inputType: type, weightType: type, biasType: type };
      const priced = Array.from({ length: nIn * nOut }, (_, i) => {
        const options = { nIn, nOut, ...types, strategy: "resource", reuseFactor: i + 1 } as const;
        return estimateDense(options).reuseFactor;
      });
      expect([...new Set(priced)]).toEqual(legal);
      for (const factor of legal) expect(priced[factor - 1]).toBe(factor);
    }
  });
});
