import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import type { Document } from "./document/document.js";
import { Html, html } from "./document/html.js";
import { type Drawings, toHtml } from "./document/to-html.js";
import type { PageData } from "./page-data.js";
import { themeCss } from "./theme-css.js";

const asset = (path: string): string =>
  readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

/** JSON that can stand in a script element: no `<` could end it. */
const inert = (data: PageData): string =>
  JSON.stringify(data)
    .replace(/</g, "\\u003c")
    .replace(/\u2028/g, "\\u2028")
    .replace(/\u2029/g, "\\u2029");

/** One file that holds everything: it opens from a disk and asks no network for anything. */
export function renderPage(document: Document, drawings: Drawings, data: PageData): string {
  const script = asset("bundle/page.js");
  const css = `${asset("assets/page.css")}\n${themeCss(document)}`;
  const hash = createHash("sha256").update(script).digest("base64");
  const policy = `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="generator" content="CNN.tar.gz" />
        <title>${document.title} | CNN.tar.gz report</title>
        <style>
          ${new Html(css)}
        </style>
      </head>
      <body>
        ${toHtml(document, drawings)}
        <footer>
          <p>
            Made by <a href="https://github.com/cnntargz/cnntargz">CNN.tar.gz</a>. Interactive
            figures: <a href="https://vega.github.io/">Vega</a>.
          </p>
          <details>
            <summary>Licences of the parts in this page</summary>
            <pre tabindex="0">${asset("bundle/licences.txt")}</pre>
          </details>
        </footer>
        <script type="application/json" id="report-data">
          ${new Html(inert(data))}
        </script>
        <script>
          ${new Html(script)};
        </script>
      </body>
    </html> `.text;
}
