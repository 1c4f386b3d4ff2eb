// Milliseconds to plan and render the Student's project (random 4-bit weights), the first time in a
// process, modules loaded, and again: the first uses each template for the first time. Ratios to
// writing the same files to the disk.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { planHls, renderHls } from "@cnntargz/hls-codegen";
import { writeTree } from "@cnntargz/stage-kit";

import { median } from "./measure.js";
import { student } from "./student-network.js";

const ROUNDS = 15;

function milliseconds(step) {
  const start = performance.now();
  step();
  return performance.now() - start;
}

/** Wall-clock times, and their ratios to writing the files. */
export function bench() {
  const network = student();
  const projects = {};
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const ioType of ["io_stream", "io_parallel"]) {
      rounds.push({
        ioType,
        render: milliseconds(() => {
          projects[ioType] = renderHls(planHls(network, { ioType }), network);
        }),
      });
    }
  }
  const folder = mkdtempSync(join(tmpdir(), "cnntargz-bench-"));
  try {
    const writes = rounds
      .slice(0, ROUNDS)
      .map((_, round) =>
        milliseconds(() => writeTree(join(folder, String(round)), projects.io_stream.files)),
      );
    const writeMs = median(writes);
    const figures = (ioType) => {
      const times = rounds.filter((each) => each.ioType === ioType).map(({ render }) => render);
      const againMs = median(times.slice(1));
      return {
        files: Object.keys(projects[ioType].files).length,
        firstMs: times[0],
        againMs,
        againOverWrite: againMs / writeMs,
      };
    };
    return {
      writeMs,
      io_stream: figures("io_stream"),
      io_parallel: figures("io_parallel"),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
