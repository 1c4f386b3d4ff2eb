// A worker thread of `generateBlocks`: for each range it is sent, it sends back the events.
import { parentPort, workerData } from "node:worker_threads";

import type { DatasetConfig } from "@cnntargz/contracts";

import { seededGenerator } from "./generate-blocks.js";
import type { EventRange } from "./toy-dataset.js";

const generate = seededGenerator(workerData as DatasetConfig);
parentPort?.on("message", (range: EventRange) => {
  const part = generate(range);
  // All arrays lie in one buffer, which moves to the receiver without a copy.
  parentPort?.postMessage(part, [part.images.buffer as ArrayBuffer]);
});
