// What a stranger gets: packs every public package, installs hls-codegen alone and then all of
// them from the tarballs in empty folders outside the workspace, type-checks and runs against them.
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const work = mkdtempSync(join(tmpdir(), "cnntargz-consumer-"));
const run = (command, args, cwd) =>
  execFileSync(command, args, { cwd, stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" });
const tsc = join(root, "node_modules/typescript-native/bin/tsc");

const tarballs = new Map();
for (const name of readdirSync(join(root, "packages"))) {
  const folder = join(root, "packages", name);
  if (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).private) continue;
  const packed = JSON.parse(run("npm", ["pack", "--json", "--pack-destination", work], folder));
  tarballs.set(name, join(work, Object.values(packed)[0].filename));
}

/** An empty project with the named packages of this repository installed from their tarballs. */
function install(folder, names) {
  const path = join(work, folder);
  mkdirSync(path);
  writeFileSync(join(path, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const files = names.map((name) => tarballs.get(name));
  run("npm", ["install", "--no-audit", "--no-fund", ...files], path);
  return path;
}

const alone = install("hls-codegen-alone", ["contracts", "fixed-point", "hls-codegen"]);
cpSync(join(root, "tools/consumer/render-firmware.js"), join(alone, "render-firmware.js"));
process.stdout.write(run("node", ["render-firmware.js"], alone));
if (existsSync(join(alone, "node_modules/@tensorflow"))) {
  throw new Error("@cnntargz/hls-codegen pulls TensorFlow");
}

const whole = install("whole", [...tarballs.keys()]);
// 100 MB that only machines without a C++ compiler need: they are told its name.
if (existsSync(join(whole, "node_modules/@yowasp"))) throw new Error("@yowasp/clang comes along");
for (const file of ["use.ts", "tsconfig.json"]) {
  cpSync(join(root, "tools/consumer", file), join(whole, file));
}
run("node", [tsc, "-p", "."], whole);
process.stdout.write(run("node", ["out/use.js"], whole));
process.stdout.write(
  `cnntargz ${run(join(whole, "node_modules/.bin/cnntargz"), ["--version"], whole)}`,
);
process.stdout.write(run(join(whole, "node_modules/.bin/cnntargz"), ["doctor"], whole));
rmSync(work, { recursive: true });
