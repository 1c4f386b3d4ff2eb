import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import { printable } from "@cnntargz/contracts/printable";

import type { Document } from "./document/document.js";
import { Html, markup } from "./document/markup.js";
import { type Drawings, toHtml } from "./document/to-html.js";
import type { PageData } from "./page-data.js";
import { themeCss } from "./theme-css.js";

const asset = (path: string): string =>
  readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

/** JSON that can stand in a script element: no `<` could end it. */
const inert = (data: PageData): Html =>
  new Html(printable(JSON.stringify(data)).replace(/</g, "\\u003c"));

/**
 * What the page may do: run the one script that it came with, nothing else, and fetch nothing.
 * Styles on elements come from Vega.
 */
function policyFor(script: string): string {
  const hash = createHash("sha256").update(script).digest("base64");
  return [
    "default-src 'none'",
    `script-src 'sha256-${hash}'`,
    "style-src 'unsafe-inline'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** One file that holds everything: it opens from a disk and asks no network for anything. */
export function renderPage(document: Document, drawings: Drawings, data: PageData): string {
  const script = asset("bundle/page.js");
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyFor(script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="CNN.tar.gz">
<title>${document.title} | CNN.tar.gz report</title>
<style>
${new Html(asset("assets/page.css"))}${new Html(themeCss(document))}
</style>
</head>
<body>
${toHtml(document, drawings)}<footer>
<p>Made by <a href="https://github.com/cnntargz/cnntargz">CNN.tar.gz</a>.</p>
<details><summary>Licences of the parts in this page</summary><pre tabindex="0">${asset("bundle/licences.txt")}</pre></details>
</footer>
<script type="application/json" id="report-data">${inert(data)}</script>
<script>${new Html(script)}</script>
</body>
</html>
`.text;
}
