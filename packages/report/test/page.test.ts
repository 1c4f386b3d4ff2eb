import { createHash } from "node:crypto";

import { renderReport } from "@cnntargz/report";
import { beforeAll, describe, expect, it } from "vitest";

import { bareRecord, HOSTILE, hostileRecord, sampleRecord } from "./sample.js";

const page = async (record = sampleRecord()): Promise<string> =>
  (await renderReport(record, { formats: ["html"] }))["report.html"] as string;
const scriptsOf = (html: string): RegExpMatchArray[] => [
  ...html.matchAll(/<script([^>]*)>([^]*?)<\/script>/g),
];
/** The page without its scripts and drawings. */
const textOf = (html: string): string =>
  html.replace(/<script[^]*?<\/script>/g, "").replace(/<svg[^]*?<\/svg>/g, "");

describe("report.html", () => {
  let html: string;
  beforeAll(async () => {
    html = await page();
  });

  it("is one file of less than 3 MB that names no other", () => {
    expect(Buffer.byteLength(html)).toBeLessThan(3_000_000);
    const outside = [...textOf(html).matchAll(/ (src|href|srcset|action)="([^"#][^"]*)"/g)];
    expect(outside.map(([, , url]) => url)).toEqual(["https://github.com/cnntargz/cnntargz"]);
    const styles = [...html.matchAll(/<style>([^]*?)<\/style>/g)].map(([, css]) => css);
    expect(styles.join()).not.toMatch(/@import|url\(/);
  });

  it("has the same bytes twice", async () => {
    expect((await page()) === html).toBe(true);
  });

  it("lets the browser run its own script only, and fetch nothing", () => {
    const [, policy] = /Content-Security-Policy" content="([^"]+)"/.exec(html)!;
    const code = scriptsOf(html).filter(([, attributes]) => attributes === "");
    expect(code).toHaveLength(1);
    const hash = createHash("sha256").update(code[0]![2]!).digest("base64");
    expect(policy).toContain(`script-src &#39;sha256-${hash}&#39;`);
    expect(policy).toContain("default-src &#39;none&#39;");
    expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|https?:/);
  });

  it("carries data that no name can break out of", async () => {
    const hostile = await page(hostileRecord());
    expect(scriptsOf(hostile)).toHaveLength(2);
    const [, , json] = scriptsOf(hostile).find(([, attributes]) => attributes!.includes("json"))!;
    expect(json).not.toContain("<");
    const data = JSON.parse(json!) as { events: { models: string[] } };
    expect(data.events.models[0]).toContain(HOSTILE);
    const rest = hostile.replace(/<script[^]*?<\/script>/g, "");
    expect(/<img|<!--|alert\(1\)<\/script>/.test(rest)).toBe(false);
  });

  it("has ids once, links that lead somewhere, and headings in order", () => {
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!);
    expect(new Set(ids).size).toBe(ids.length);
    const links = [...textOf(html).matchAll(/href="#([^"]+)"/g)].map(([, id]) => id!);
    expect(links.length).toBeGreaterThan(8);
    for (const id of links) expect(ids).toContain(id);
    const levels = [...textOf(html).matchAll(/<h([1-6])/g)].map(([, level]) => Number(level));
    expect(levels[0]).toBe(1);
    levels.forEach((level, at) => {
      expect(level - (levels[at - 1] ?? 0)).toBeLessThanOrEqual(1);
    });
  });

  it("names every figure and holds its numbers", () => {
    const figures = [...html.matchAll(/<figure [^]*?<\/figure>/g)].map(([figure]) => figure);
    expect(figures).toHaveLength(16);
    for (const figure of figures) {
      expect(figure).toMatch(/<svg [^>]*role="img" aria-label="[^"]{20,}"/);
      expect(figure).toMatch(/<figcaption><strong>/);
      expect(figure).toMatch(/<details><summary>Numbers[^]*<th scope="row">/);
    }
  });

  it("shows one event of each kind without scripts", () => {
    const text = textOf(html);
    expect(text.match(/class="event-title"/g)).toHaveLength(3);
    expect(text).toContain("<strong>muon of 3.0 GeV, eta 0.270, charge +1</strong>");
    expect(text).toContain("<strong>background</strong>");
  });

  it("says so where nothing is known", async () => {
    const bare = await page(bareRecord());
    expect(bare).toContain("Nothing was judged.");
    expect(textOf(bare)).not.toMatch(/undefined|NaN|<figure|data-events/);
    expect(Buffer.byteLength(bare)).toBeLessThan(700_000);
  });

  it("tells whose code it carries", () => {
    const licences = textOf(html).slice(-20_000);
    expect(licences).toMatch(/vega 6\.\d+\.\d+/);
    expect(licences).toContain("University of Washington Interactive Data Lab");
    expect(licences).toContain("Mike Bostock");
  });
});
