// Bundles page/main.ts with Vega into bundle/page.js, which every report carries, and the licences of
// what is in it into bundle/licences.txt. The same sources give the same bytes.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "vite";

/** Transforms that no figure of a report uses, a sixth of the script. */
const UNUSED = [
  "vega-crossfilter",
  "vega-force",
  "vega-hierarchy",
  "vega-label",
  "vega-regression",
  "vega-voronoi",
  "vega-wordcloud",
];
const EMPTY = "\0empty";
const withoutUnused = {
  name: "without-unused-transforms",
  enforce: "pre",
  resolveId: (id) => (UNUSED.includes(id) ? EMPTY : null),
  load: (id) => (id === EMPTY ? "export {};" : null),
};

const root = fileURLToPath(new URL("..", import.meta.url));
const result = await build({
  configFile: false,
  logLevel: "warn",
  root,
  plugins: [withoutUnused],
  build: {
    write: false,
    target: "es2022",
    minify: true,
    lib: { entry: join(root, "page/main.ts"), formats: ["iife"], name: "report" },
  },
});
const [bundle] = (Array.isArray(result) ? result[0] : result).output;
if (/<\/script|<!--/i.test(bundle.code)) {
  throw new Error("the bundle would end the script element that holds it");
}

/** Folder of the package that a bundled module belongs to; null for our own. */
function packageOf(module) {
  if (!module.includes("node_modules")) return null;
  let folder = dirname(module);
  // Some packages mark subfolders as modules with a package.json of their own.
  while (!existsSync(join(folder, "package.json")) || !manifestOf(folder).version)
    folder = dirname(folder);
  return folder;
}
function manifestOf(folder) {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

/** Names of packages by the text of their licence, which many share. */
const licences = new Map();
const folders = new Set(Object.keys(bundle.modules).map(packageOf));
for (const folder of [...folders].filter((each) => each !== null).sort()) {
  const { name, version } = manifestOf(folder);
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${name} has no licence file`);
  const text = readFileSync(join(folder, file), "utf8").trim();
  licences.set(text, [...(licences.get(text) ?? []), `${name} ${version}`]);
}
const blocks = [...licences].map(([text, names]) => `${names.join(", ")}\n\n${text}\n`);

const out = join(root, "bundle");
mkdirSync(out, { recursive: true });
writeFileSync(join(out, "page.js"), bundle.code);
writeFileSync(join(out, "licences.txt"), blocks.join("\n---\n\n"));
