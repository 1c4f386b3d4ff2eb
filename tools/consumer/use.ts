// A program outside the workspace that has every package.
import { type FixedPointType, parseContract, FixedPointType as Schema } from "@cnntargz/contracts";
import { generateDataset } from "@cnntargz/dataset";
import { castInteger, formatType } from "@cnntargz/fixed-point";
import { findDevice } from "@cnntargz/fpga-eval";
import { countParameters, student9x16 } from "@cnntargz/models";
import { presetNames } from "@cnntargz/orchestrator";
import { createRng, deriveKey } from "@cnntargz/stage-kit";

const type: FixedPointType = parseContract(Schema, { signed: true, width: 4, integer: 1 }, "type");
// @ts-expect-error the contract says width is a number
const wrong: FixedPointType = { ...type, width: "4" };
void wrong;

const events = generateDataset(
  { events: 100, seed: 1 },
  { rng: createRng(deriveKey(1, "dataset")) },
);
const facts = [
  formatType(type) === "ap_fixed<4,1>",
  castInteger(9n, 3, type) === -7n,
  events.count === 100,
  countParameters(student9x16) === 1032,
  findDevice("xcvu13p-flga2577-2-e").available.dsp === 12_288,
  presetNames.includes("demo"),
];
if (facts.includes(false)) throw new Error(`a stranger sees ${facts.join(", ")}`);
console.log("consumer ok");
