import { readFileSync } from "node:fs";
import { join } from "node:path";

import { TrainedModel } from "@cnntargz/contracts";
import { estimateHls } from "@cnntargz/fpga-eval";
import { planHls } from "@cnntargz/hls-codegen";
import { asPublished } from "@cnntargz/orchestrator";
import { PUBLISHED_DESIGNS } from "@cnntargz/report";
import { readArtifact } from "@cnntargz/stage-kit";
import { describe, expect, it } from "vitest";

const here = import.meta.dirname;

function designOf(file: string, index: number) {
  const path = join(here, "fixtures/slides-table", `${file}.json`);
  const { network, resources } = asPublished(readArtifact(path, TrainedModel));
  return { network, resources, printed: PUBLISHED_DESIGNS[index]! };
}

const teacher = designOf("teacher", 0);
const student = designOf("student", 1);
const fourBits = designOf("qstudent-4bit", 2);
const threeBits = designOf("qstudent-3bit", 3);
type Design = typeof teacher;

const weightsOf = ({ network }: Design) =>
  network.layers.flatMap((layer) => ("weights" in layer ? [layer.weights] : []));
const multipliers = (design: Design) =>
  weightsOf(design).reduce((sum, { values }) => sum + values.length, 0);

/** Non-zero digits of an integer in the signed-digit representation with the fewest: of 3 n XOR n. */
const signedDigits = (value: number) => {
  const n = BigInt(Math.abs(value));
  return ((3n * n) ^ n).toString(2).replaceAll("0", "").length;
};

/** Different weights of each input with three or more signed digits: products that want a multiplier. */
const wideProducts = (design: Design) =>
  weightsOf(design).reduce((sum, { shape, values }) => {
    const outputs = shape.at(-1)!;
    let count = 0;
    for (let start = 0; start < values.length; start += outputs) {
      const wide = [...values.subarray(start, start + outputs)].filter(
        (value) => signedDigits(value) >= 3,
      );
      count += new Set(wide).size;
    }
    return sum + count;
  }, 0);

describe("the slides' table with networks of our own", () => {
  it("has the Students' latency within 5 %", () => {
    for (const { resources, printed } of [student, fourBits, threeBits]) {
      const off = resources.latencyCycles / printed.latencyCycles - 1;
      expect({ name: printed.name, isNear: Math.abs(off) <= 0.05 }).toEqual({
        name: printed.name,
        isNear: true,
      });
    }
  });

  it("has the published multipliers, and their DSP blocks within 30 %", () => {
    expect(multipliers(teacher)).toBe(10_562);
    expect(multipliers(student)).toBe(996);
    for (const { resources, printed } of [teacher, student]) {
      expect(Math.abs(resources.total.dsp / printed.dsp - 1)).toBeLessThan(0.3);
    }
  });

  it("counts three blocks for each 32-bit product that is not done with two shifts", () => {
    for (const design of [teacher, student]) {
      expect(design.resources.band.dsp[1]).toBe(3 * wideProducts(design));
    }
  });

  it("has no DSP block at 3 and 4 bits, and at most as many as the law gives the output layer", () => {
    for (const { network, resources, printed } of [fourBits, threeBits]) {
      expect(resources.total.dsp).toBe(0);
      const output = network.layers.slice(-1);
      const count = wideProducts({ network: { ...network, layers: output }, resources, printed });
      expect(count).toBeGreaterThan(0);
      expect(resources.band.dsp[1]).toBe(count);
    }
  });

  it("comes near the Teacher's latency where padding layers take two cycles per position", () => {
    const { network, resources, printed } = teacher;
    const config = { ioType: "io_stream", clockPeriodNs: 2, compat: "hls4ml" } as const;
    const plan = planHls(network, config);
    const layers = plan.layers.map((layer) =>
      layer.kind === "zeroPad2d" ? { ...layer, initiationInterval: 2 } : layer,
    );
    const slow = estimateHls({ ...plan, layers }, network).latencyCycles;
    expect(resources.latencyCycles).toBeLessThan(printed.latencyCycles);
    expect(Math.abs(slow / printed.latencyCycles - 1)).toBeLessThan(0.1);
  });

  it("is in the documentation as it is computed", () => {
    const document = readFileSync(join(here, "../../../docs/studies/slides-table.md"), "utf8");
    for (const { resources } of [teacher, student, fourBits, threeBits]) {
      const { total, latencyCycles } = resources;
      const cells = [total.lut, total.ff, total.dsp, total.bram18, latencyCycles].map((count) =>
        count.toLocaleString("en-US"),
      );
      expect(document.replace(/ +/g, " ")).toContain(`| here | ${cells.join(" | ")} |`);
    }
  });
});
