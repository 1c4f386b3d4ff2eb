import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { printable } from "@cnntargz/contracts";
import { renderComparison, renderReport } from "@cnntargz/report";
import { needs, pathOf } from "@cnntargz/testkit";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";

import { HOSTILE, hostileRecord, sampleRecord } from "./sample.js";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

/** A page and everything that happened in it that must not. */
interface Opened {
  readonly page: Page;
  /** Console messages, errors, dialogs, and requests for anything but the page itself. */
  readonly incidents: string[];
}

needs("chromium")("report.html in Chromium", () => {
  let folder: string;
  let browser: Browser | undefined;
  const pages: Record<string, string> = {};

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "cnntargz-page-"));
    const formats = ["html"] as const;
    const record = sampleRecord();
    const rendered = {
      run: await renderReport(record, { formats }),
      hostile: await renderReport(hostileRecord(), { formats }),
      comparison: await renderComparison(
        [
          { label: "a", record },
          { label: "b", record: { ...record, bits: 3, hints: null } },
        ],
        { formats },
      ),
    };
    for (const [name, files] of Object.entries(rendered)) {
      const path = join(folder, `${name}.html`);
      writeFileSync(path, files["report.html"]!);
      pages[name] = pathToFileURL(path).href;
    }
    browser = await chromium.launch({
      executablePath: pathOf("chromium"),
      args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  async function open(name: string, options: BrowserContextOptions = {}): Promise<Opened> {
    const context = await browser!.newContext({ viewport: DESKTOP, ...options });
    const page = await context.newPage();
    const incidents: string[] = [];
    page.on("console", (message) => incidents.push(`console: ${message.text()}`));
    page.on("pageerror", (error) => incidents.push(`error: ${error.message}`));
    page.on("dialog", (dialog) => {
      incidents.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await context.route("**/*", async (route) => {
      if (route.request().url() === pages[name]) return route.continue();
      incidents.push(`request: ${route.request().url()}`);
      return route.abort();
    });
    await page.goto(pages[name]!);
    return { page, incidents };
  }

  /** Scroll through the page until every figure is live. */
  async function awaken(page: Page): Promise<void> {
    const hosts = page.locator("[data-live]");
    for (const host of await hosts.all()) {
      await host.scrollIntoViewIfNeeded();
      await host.locator(".live svg").waitFor();
    }
  }

  /** Texts of figures that stick out of them, more than a rounded corner of a letter does. */
  const clippedTexts = (page: Page): Promise<string[]> =>
    page.evaluate(() =>
      [...document.querySelectorAll("figure svg text")].flatMap((text) => {
        const svg = text.closest("svg")!;
        const [inner, outer] = [text.getBoundingClientRect(), svg.getBoundingClientRect()];
        const isShown = inner.width > 0 && getComputedStyle(text).opacity !== "0";
        const out = Math.max(
          outer.left - inner.left,
          inner.right - outer.right,
          outer.top - inner.top,
          inner.bottom - outer.bottom,
        );
        const figure = text.closest("figure")!.id;
        return isShown && out > 1 ? [`${figure}: ${text.textContent} (${out.toFixed(1)} px)`] : [];
      }),
    );

  it.each([
    ["run", DESKTOP],
    ["run", PHONE],
    ["comparison", PHONE],
    ["hostile", PHONE],
  ] as const)(
    "draws all of %s, %j, without an error, a request or a cut label",
    async (name, viewport) => {
      const { page, incidents } = await open(name, { viewport });
      expect(await clippedTexts(page)).toEqual([]);
      await awaken(page);
      expect(await clippedTexts(page)).toEqual([]);
      const [scrollWidth, inside] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        window.innerWidth,
      ]);
      expect(scrollWidth).toBeLessThanOrEqual(inside);
      expect(incidents).toEqual([]);
      await page.context().close();
    },
  );

  it("hides and shows models by check boxes, in drawings as they came and live", async () => {
    for (const javaScriptEnabled of [false, true]) {
      const { page } = await open("run", { javaScriptEnabled });
      if (javaScriptEnabled) await awaken(page);
      const teacher = page.locator('#trigger [data-series="0"]');
      const marks = page.locator('#figure-turn-on [class*=" series0_"]');
      const others = page.locator('#figure-turn-on [class*=" series1_"]');
      const shown = (locator: typeof marks) =>
        locator.evaluateAll((groups) => groups.map((each) => getComputedStyle(each).display));
      expect((await shown(marks)).length).toBeGreaterThan(3);
      await teacher.uncheck();
      expect(new Set(await shown(marks))).toEqual(new Set(["none"]));
      expect(await shown(others)).not.toContain("none");
      // Another section's figures have check boxes of their own.
      const training = page.locator('#figure-training [class*=" series0_"]');
      expect(await shown(training)).not.toContain("none");
      await teacher.check();
      expect(await shown(marks)).not.toContain("none");
      await page.context().close();
    }
  });

  it("shows the numbers of a point beside the pointer", async () => {
    const { page } = await open("run");
    await awaken(page);
    const point = page.locator('#figure-turn-on [class*=" series2_layer_4"] path').nth(8);
    await point.evaluate((each) => {
      each.scrollIntoView({ block: "center", behavior: "instant" });
    });
    await point.hover();
    const tooltip = page.locator(".tooltip");
    await tooltip.waitFor({ state: "visible" });
    expect(await tooltip.innerText()).toMatch(
      /QStudent 4 bit \(integer\)[^]*12 to 14 GeV[^]*efficiency/,
    );
    await page.mouse.move(0, 0);
    await tooltip.waitFor({ state: "hidden" });
    await page.context().close();
  });

  it("steps through events by slider, keyboard, buttons and kind", async () => {
    const { page, incidents } = await open("run");
    const slider = page.getByRole("slider", { name: "Event" });
    const title = page.locator(".event-title strong");
    const place = page.locator(".event-controls output");
    await slider.focus();
    expect(await title.innerText()).toBe("muon of 3.0 GeV, eta 0.270, charge +1");
    expect(await page.getByRole("button", { name: "Previous event" }).isDisabled()).toBe(true);
    await page.keyboard.press("ArrowRight");
    expect(await title.innerText()).toBe("muon of 4.0 GeV, eta 0.270, charge +1");
    expect(await slider.getAttribute("aria-valuetext")).toBe(
      "2 of 23: muon of 4.0 GeV, eta 0.270, charge +1; QStudent 4 bit says 3.1 GeV: rejected",
    );
    await page.keyboard.press("End");
    expect(await place.innerText()).toBe("23 of 23");
    expect(await page.getByRole("button", { name: "Next event" }).isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Previous event" }).click();
    expect(await title.innerText()).toBe("background");
    expect(await page.locator("[aria-live]").innerText()).toMatch(/^22 of 23: background/);
    await page.getByLabel("Show").selectOption({ label: "mistakes of the judged model (1)" });
    expect(await place.innerText()).toBe("1 of 1");
    expect(await page.locator(".event svg.hits rect[height='0.8']").count()).toBe(9);
    expect(incidents).toEqual([]);
    await page.context().close();
  });

  it("reads without scripts: text, figures, numbers and examples of events", async () => {
    const { page, incidents } = await open("run", { javaScriptEnabled: false });
    expect(await page.locator("h1").innerText()).toBe("Student, 4 bit");
    expect(await page.locator(".verdict").innerText()).toContain("meets every requirement");
    for (const svg of await page.locator("figure .drawing > svg").all()) {
      expect((await svg.boundingBox())!.height).toBeGreaterThan(80);
    }
    expect(await page.locator(".event svg.hits").count()).toBe(3);
    await page.locator("#figure-turn-on summary").click();
    expect(await page.locator("#figure-turn-on table").isVisible()).toBe(true);
    expect(incidents).toEqual([]);
    await page.context().close();
  });

  it("takes hostile names for text", async () => {
    const { page, incidents } = await open("hostile");
    await awaken(page);
    expect(await page.locator("h1").textContent()).toBe(printable(HOSTILE));
    expect(await page.locator("main img, main script").count()).toBe(0);
    expect(incidents).toEqual([]);
    await page.context().close();
  });

  it("prints without what paper can not do, and with the numbers of figures", async () => {
    const { page } = await open("run");
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    await page.emulateMedia({ media: "print" });
    expect(await page.locator("nav").isVisible()).toBe(false);
    expect(await page.locator(".event-controls").isVisible()).toBe(false);
    expect(await page.locator("#figure-turn-on table").isVisible()).toBe(true);
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    await page.emulateMedia({ media: "screen" });
    expect(await page.locator("#figure-turn-on table").isVisible()).toBe(false);
    await page.context().close();
  });

  it.each([
    ["run", DESKTOP, "light"],
    ["comparison", PHONE, "dark"],
  ] as const)("has no fault that axe finds: %s, %j, %s", async (name, viewport, colorScheme) => {
    // Axe is put into the page, which the page's policy forbids.
    const { page } = await open(name, { viewport, colorScheme, bypassCSP: true });
    await awaken(page);
    await page.addScriptTag({ path: AXE });
    const faults = await page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: {
          run: (options: object) => Promise<{
            violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
          }>;
        };
      };
      for (const details of document.querySelectorAll("main details")) {
        details.setAttribute("open", "");
      }
      const { violations } = await axe.run({ resultTypes: ["violations"] });
      return violations.map(({ id, nodes }) => ({
        id,
        nodes: nodes.slice(0, 3).map((node) => `${node.html.slice(0, 200)} ${node.failureSummary}`),
      }));
    });
    expect(faults).toEqual([]);
    await page.context().close();
  });
});
