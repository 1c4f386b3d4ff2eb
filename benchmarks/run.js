// npm run bench -- NAME [--json]: runs one benchmark and prints its figures.
import { readdirSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";

const names = readdirSync(new URL(".", import.meta.url))
  .filter((file) => file.endsWith(".bench.js"))
  .map((file) => file.slice(0, -".bench.js".length));
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "boolean", default: false } },
});
const [name] = positionals;
if (positionals.length !== 1 || !names.includes(name)) {
  console.error(`usage: npm run bench -- NAME [--json], NAME one of: ${names.join(", ")}`);
  process.exit(2);
}

const { bench } = await import(new URL(`${name}.bench.js`, import.meta.url).href);
const figures = {
  benchmark: name,
  node: process.version,
  processor: cpus()[0]?.model ?? "unknown",
  ...(await bench()),
};
if (values.json) {
  console.log(JSON.stringify(figures, null, 2));
} else {
  const flat = (value, path) =>
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => flat(inner, path ? `${path}.${key}` : key))
      : [[path, value]];
  console.table(Object.fromEntries(flat(figures, "").map(([key, value]) => [key, { value }])));
}
