// The same configuration and seed give the same bytes on every supported Node.js: runs a tiny pipeline
// on each major version and compares what it leaves behind. Call after the build.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const VERSIONS = ["20", "22", "24"];
const root = fileURLToPath(new URL("..", import.meta.url));
const work = mkdtempSync(join(tmpdir(), "cnntargz-node-"));

// Whatever has powers, logarithms or angles in it: spectra, noise, helix, schedules, resource laws, rates.
const train = {
  epochs: 1,
  batchSize: 64,
  learningRate: 0.01,
  finalLearningRateFraction: 0.1,
  learningRateSchedule: "exponential",
  maxRestarts: 20,
};
const config = {
  name: "tiny",
  dataset: {
    preset: "helix",
    ptPower: 1.5,
    etaSlope: 0.7,
    smearPx: 0.3,
    noiseEventSpread: 2,
    split: { train: 1200, validation: 200, test: 400 },
    noiseScan: { noisePerPixel: [3e-3], events: 300 },
  },
  teacher: { train },
  student: { train: { ...train, epochs: 2 } },
  quantization: { calibrationEvents: 500, train },
  hls: {
    strategy: "resource",
    layers: { dense1: { reuseFactor: 8 }, dense2: { reuseFactor: 10 } },
  },
  verification: { csimImages: 50, referenceImages: 20 },
};
const file = join(work, "tiny.json");
writeFileSync(file, JSON.stringify(config));

/** The binary of a major version: the running one, or npm's package of it, which needs no script. */
function nodeOf(version) {
  if (process.versions.node.split(".")[0] === version) return process.execPath;
  const folder = join(work, `node-${version}`);
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  const name = `node-${process.platform}-${process.arch}`;
  execFileSync("npm", ["install", "--no-audit", "--no-fund", `${name}@${version}`], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
  return join(folder, "node_modules", name, "bin/node");
}

/** SHA-256 of every file of a run directory, by path. */
function digestsOf(version) {
  const node = nodeOf(version);
  const out = join(work, `run-${version}`);
  const started = performance.now();
  const cli = join(root, "packages/orchestrator/bin/cnntargz.js");
  try {
    execFileSync(node, [cli, "run", file, "--out", out, "--quiet"], {
      stdio: ["ignore", "ignore", "inherit"],
    });
  } catch (error) {
    // A network of two epochs does not pass its verdict.
    if (error.status !== 3) throw error;
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`${execFileSync(node, ["--version"], { encoding: "utf8" }).trim()}: ${seconds} s`);
  return new Map(
    readdirSync(out, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [
        relative(out, path),
        createHash("sha256").update(readFileSync(path)).digest("hex"),
      ]),
  );
}

const [first, ...others] = VERSIONS.map((version) => ({ version, files: digestsOf(version) }));
const differing = others.flatMap(({ version, files }) =>
  [...new Set([...first.files.keys(), ...files.keys()])]
    .filter((name) => files.get(name) !== first.files.get(name))
    .map((name) => `${name} differs between Node.js ${first.version} and ${version}`),
);
for (const name of ["record.json", "manifest.json", "verdict.json"]) {
  if (!first.files.has(name)) differing.push(`${name} is missing`);
}
rmSync(work, { recursive: true });
console.log([...differing, `${first.files.size} files compared`].join("\n"));
process.exitCode = differing.length === 0 ? 0 : 1;
