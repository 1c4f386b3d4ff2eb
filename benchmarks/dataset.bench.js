// CPU seconds and memory of 700,000 events generated, fragmented and stored, one process; and of
// generating and fragmenting against vectorised numpy, where a python3 with numpy is there: the same
// events (Philox in numpy, results compared byte by byte) and like ones from numpy's own generator.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { generateDataset } from "@cnntargz/dataset";
import { createRng, deriveKey } from "@cnntargz/stage-kit";

import { cpuSeconds, median } from "./measure.js";

const EVENTS = 700_000;
const COMPARED = 100_000;
const RUNS = 3;

/** One process that does nothing but make the file. */
function stored(preset) {
  const folder = mkdtempSync(join(tmpdir(), "cnntargz-bench-"));
  const path = join(folder, "events.h5");
  const script = `
    import { generateToFile } from "@cnntargz/dataset";
    await generateToFile(process.argv[1], { preset: ${JSON.stringify(preset)}, events: ${EVENTS}, seed: 1 });
    const { user, system } = process.cpuUsage();
    console.log(JSON.stringify({ seconds: (user + system) / 1e6, rss: process.resourceUsage().maxRSS }));`;
  const args = ["--input-type=module", "-e", script, path];
  const { seconds, rss } = JSON.parse(
    execFileSync(process.execPath, args, { cwd: import.meta.dirname, encoding: "utf8" }),
  );
  const megabytes = statSync(path).size / 1e6;
  rmSync(folder, { recursive: true });
  return { cpuSeconds: seconds, peakMemoryMB: (rss * 1024) / 1e6, fileMB: megabytes };
}

function findPython() {
  return ["python3", "/usr/bin/python3"].find((python) => {
    try {
      execFileSync(python, ["-c", "import numpy"], { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  });
}

function numpy(python, draws) {
  const script = fileURLToPath(new URL("dataset_numpy.py", import.meta.url));
  const runs = Array.from({ length: RUNS }, () =>
    JSON.parse(execFileSync(python, [script, String(COMPARED), "1", draws], { encoding: "utf8" })),
  );
  return { ...runs[0], seconds: median(runs.map(({ seconds }) => seconds)) };
}

/** Figures of storing, and ratios to numpy. */
export async function bench() {
  const make = () =>
    generateDataset({ events: COMPARED, seed: 1 }, { rng: createRng(deriveKey(1, "dataset")) });
  const dataset = make();
  const seconds = await cpuSeconds(make, { warmups: 1, runs: RUNS });
  const figures = {
    stored: { flat: stored("flat"), calibrated: stored("calibrated"), helix: stored("helix") },
    generated: { events: COMPARED, cpuSeconds: seconds },
  };
  const python = findPython();
  if (python === undefined) return { ...figures, numpy: "no python3 with numpy" };
  const same = numpy(python, "philox");
  const like = numpy(python, "numpy");
  const digests = [dataset.images, dataset.window, dataset.pixels, dataset.labels].map((array) =>
    createHash("sha256")
      .update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
      .digest("hex"),
  );
  return {
    ...figures,
    numpy: {
      sameEvents: {
        cpuSeconds: same.seconds,
        ratio: same.seconds / seconds,
        identical: digests.every((digest, index) => digest === same.digests[index]),
      },
      ownGenerator: { cpuSeconds: like.seconds, ratio: like.seconds / seconds },
    },
  };
}
