// Images per second of compiled firmware (the Student with random 4-bit weights, io_stream, g++) and
// of the integer interpreter, in turns, one process each; and what reading and writing decimals
// through the project's own test bench costs. Wall clock: the C program is a process of its own.
import { compileCSim } from "@cnntargz/eda";
import { compileNetwork } from "@cnntargz/fixed-point";
import { planHls, renderHls } from "@cnntargz/hls-codegen";

import { median } from "./measure.js";
import { student } from "./student-network.js";

const IMAGES = 20_000;
const ROUNDS = 5;

/** Images with one pixel in ten set. */
function sparseImages(count) {
  let state = 7;
  return Int32Array.from({ length: 144 * count }, () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 16) % 10 === 0 ? 1 + ((state >> 20) & 1) : 0;
  });
}

async function imagesPerSecond(step) {
  const start = performance.now();
  await step();
  return (1000 * IMAGES) / (performance.now() - start);
}

/** Rates, and their ratios: medians over rounds. */
export async function bench() {
  const network = student();
  const project = renderHls(planHls(network), network);
  const images = sparseImages(IMAGES);
  const interpreter = compileNetwork(network);
  const expected = interpreter.run(images, IMAGES);
  const harness = await compileCSim(project, { compiler: "g++" });
  const testbench = await compileCSim(project, { compiler: "g++", testbench: true });
  const rates = { interpreter: [], harness: [], testbench: [] };
  try {
    for (let round = 0; round < ROUNDS; round++) {
      rates.interpreter.push(await imagesPerSecond(() => interpreter.run(images, IMAGES)));
      for (const [name, csim] of Object.entries({ harness, testbench })) {
        let outputs;
        const run = async () => ({ outputs } = await csim.run(images, IMAGES));
        rates[name].push(await imagesPerSecond(run));
        if (outputs.some((value, index) => value !== expected[index])) {
          throw new Error(`${name} differs from the interpreter`);
        }
      }
    }
  } finally {
    await harness.dispose();
    await testbench.dispose();
  }
  const ratio = (name) => median(rates[name].map((rate, i) => rate / rates.interpreter[i]));
  return {
    compiler: harness.compiler,
    images: IMAGES,
    imagesPerSecond: Object.fromEntries(
      Object.entries(rates).map(([name, values]) => [name, Math.round(median(values))]),
    ),
    harnessOverInterpreter: ratio("harness"),
    testbenchOverInterpreter: ratio("testbench"),
  };
}
