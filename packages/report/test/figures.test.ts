import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";

import { renderReport, type ReportFiles } from "@cnntargz/report";

import { drawPng } from "../src/draw/draw-png.js";
import { bareRecord, hostileRecord, sampleRecord } from "./sample.js";

const FIGURES = [
  "turn-on",
  "plateau",
  "fake-rate",
  "resolution",
  "bias",
  "scan-plateau",
  "scan-fakes",
  "efficiency-eta",
  "training",
  "networks",
  "profile-weights",
  "profile-result",
  "profile-accumulator",
  "device-share",
  "resources",
  "pareto",
];

const draw = (record = sampleRecord()): Promise<ReportFiles> =>
  renderReport(record, { formats: ["svg"] });
const svgOf = (files: ReportFiles, name: string): string => files[`figures/${name}.svg`] as string;
/** Texts of an SVG, in drawing order. */
const texts = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!);
/** The group that draws a mark of a series' layer. */
const group = (svg: string, name: string): string =>
  new RegExp(`<g class="mark-\\w+ role-mark ${name}_marks">(.*?)</g>`).exec(svg)?.[1] ?? "";
const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;

describe("figures", () => {
  let files: ReportFiles;
  beforeAll(async () => {
    files = await draw();
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it("are drawn where there is data", () => {
    expect(Object.keys(files)).toEqual(FIGURES.map((name) => `figures/${name}.svg`));
    for (const svg of Object.values(files) as string[]) {
      expect(svg).toMatch(
        /^<svg [^>]*viewBox="0 0 \d+ \d+"[^>]* role="img" aria-label="[^"]{20,}"/,
      );
      expect(svg).toMatch(/<\/svg>\n$/);
      expect(svg).toContain("font-family=\"Helvetica, Arial, 'Liberation Sans'");
    }
  });

  it("have the same bytes twice, drawn one after the other or at the same time", async () => {
    const [first, second] = await Promise.all([draw(), draw()]);
    for (const [path, svg] of Object.entries(files)) {
      expect(first[path] === svg && second[path] === svg, path).toBe(true);
    }
  });

  it("name models, axes, what the events are and which run it is", () => {
    expect(texts(svgOf(files, "turn-on"))).toEqual(
      expect.arrayContaining([
        ...["Teacher", "QStudent 4 bit", "QStudent 4 bit (integer)"],
        ...["true pT [GeV]", "efficiency", "threshold"],
        ...["CNN.tar.gz", "toy simulation", "Student, 4 bit"],
      ]),
    );
    for (const name of FIGURES) expect(texts(svgOf(files, name)).join()).not.toContain("…");
  });

  it("draw a point per model and bin, without bins that have no events", async () => {
    const points = (svg: string) =>
      [0, 1, 2].map((index) => count(group(svg, `series${index}_layer_4`), /<path/g));
    expect(points(svgOf(files, "turn-on"))).toEqual([12, 12, 12]);
    const record = sampleRecord();
    const [teacher, ...others] = record.models;
    const empty = { passed: 0, total: 0, value: null, low: 0, high: 1, confidence: 0.68 };
    const turnOn = teacher!.performance.turnOn.map((bin, index) =>
      index < 2 ? { ...bin, efficiency: empty } : bin,
    );
    const changed = { ...teacher!, performance: { ...teacher!.performance, turnOn } };
    const fewer = await draw({ ...record, models: [changed, ...others] });
    expect(points(svgOf(fewer, "turn-on"))).toEqual([10, 12, 12]);
  });

  it("show layers in the order of the data flow", () => {
    const layers = texts(svgOf(files, "resources")).filter((text) =>
      ["conv1", "conv4", "dense1", "out"].includes(text),
    );
    expect(layers).toEqual(["conv1", "conv4", "dense1", "out"]);
  });

  it("stack layers to the total's share of the device", () => {
    const bars = [
      ...svgOf(files, "device-share").matchAll(/<path d="M([\d.]+),[\d.]+h([\d.]+)v26/g),
    ];
    const ends = bars.slice(0, 4).map(([, x, width]) => Number(x) + Number(width));
    const starts = bars.slice(0, 4).map(([, x]) => Number(x));
    for (let layer = 1; layer < 4; layer++) expect(starts[layer]).toBeCloseTo(ends[layer - 1]!, 0);
    const record = sampleRecord();
    const { total } = record.resources!;
    const ffEnds = bars.slice(4, 8).map(([, x, width]) => Number(x) + Number(width));
    const ratio = total.lut / 1_728_000 / (total.ff / 3_456_000);
    expect(ends[3]! / ffEnds[3]!).toBeCloseTo(ratio, 1);
  });

  it("draw the hints between the networks, and feature maps in proportion", () => {
    const svg = svgOf(files, "networks");
    expect(texts(svg)).toEqual(expect.arrayContaining(["hint 0.01", "9×16×10", "9×8×2", "10"]));
    const [, width, height] =
      /<rect x="[^"]+" y="[^"]+" width="([^"]+)" height="([^"]+)" fill="#dddddd"/.exec(svg)!;
    expect(Number(width) / Number(height)).toBeCloseTo(16 / 9, 1);
  });

  it("colour a layer whose values leave their type, and no other", () => {
    expect(svgOf(files, "profile-result")).toContain("#c4320a");
    expect(svgOf(files, "profile-weights")).not.toContain("#c4320a");
  });

  it("survive zero losses, one epoch, dead models and a silent run without a word", async () => {
    const spies = (["log", "warn", "error", "info", "debug"] as const).map((name) =>
      vi.spyOn(console, name),
    );
    const record = sampleRecord();
    const [teacher] = record.models;
    const training = teacher!.training!;
    const epochs = [{ ...training.metrics.epochs[0]!, trainLoss: 0 }];
    const turnOn = teacher!.performance.turnOn.map((bin) => ({
      ...bin,
      efficiency: { ...bin.efficiency, passed: 0, value: 0, low: 0, high: 0.001 },
    }));
    const dead = {
      ...teacher!,
      training: { ...training, metrics: { ...training.metrics, epochs } },
      performance: {
        ...teacher!.performance,
        turnOn,
        turnOnFit: { status: "none" as const, reason: "no event passes" },
      },
    };
    const odd = await draw({ ...record, models: [dead], judged: dead.label, events: null });
    const bare = await draw(bareRecord());
    expect(Object.keys(bare)).toEqual([]);
    for (const svg of [...Object.values(odd), ...Object.values(await draw(hostileRecord()))]) {
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    }
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  });

  it("cut long names with an ellipsis, and keep hostile ones text", async () => {
    const hostile = await draw(hostileRecord());
    for (const svg of Object.values(hostile) as string[]) {
      expect(svg).not.toMatch(/<script|<img|<!--/);
      for (const text of texts(svg)) expect(text.length).toBeLessThan(260);
    }
    expect(texts(svgOf(hostile, "turn-on")).some((text) => /^very long .*…$/.test(text))).toBe(
      true,
    );
  });
});

describe("PNG figures", () => {
  it("are twice as large, hold text, and have the same bytes twice", async () => {
    const formats = ["svg", "png"] as const;
    const files = await renderReport(sampleRecord(), { formats });
    const again = await renderReport(sampleRecord(), { formats });
    for (const name of FIGURES) {
      const png = Buffer.from(files[`figures/${name}.png`] as Uint8Array);
      expect(png.subarray(1, 4).toString()).toBe("PNG");
      const [, width] = / width="(\d+)"/.exec(svgOf(files, name))!;
      expect(png.readUInt32BE(16)).toBe(2 * Number(width));
      expect(png.equals(again[`figures/${name}.png`] as Uint8Array)).toBe(true);
      // Without fonts everything but text is drawn.
      const mute = await drawPng(svgOf(files, name).replace(/<text[^]*?<\/text>/g, ""));
      expect(png.length).toBeGreaterThan(1.2 * mute.length);
    }
  });
});

describe("Vega-Lite specs", () => {
  it("come as JSON with their data, for any Vega editor", async () => {
    const files = await renderReport(sampleRecord(), { formats: ["vl"] });
    const names = FIGURES.filter((name) => name !== "networks");
    expect(Object.keys(files)).toEqual(names.map((name) => `figures/${name}.vl.json`));
    const spec = JSON.parse(files["figures/turn-on.vl.json"] as string) as { layer: unknown[] };
    expect(spec.layer.length).toBeGreaterThan(3);
  });
});
