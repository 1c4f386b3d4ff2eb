import type { TriggerPerformance } from "@cnntargz/contracts";

import { TriggerAccumulator } from "./trigger-accumulator.js";
import type { TriggerInput } from "./trigger-input.js";
import type { TriggerOptions } from "./trigger-options.js";

/**
 * Figures of merit of a trigger that fires at predicted pT >= threshold, of all events at once; see
 * {@link TriggerAccumulator} for events in batches. What has no events has value null, interval
 * [0, 1] and the limits that claim nothing (plateau 0, fake rate 1).
 *
 * @throws CnntargzError `contract` when lengths differ, `isMuon` is not 0 or 1, or a prediction or
 * a muon's truth is not finite; `config` when an option makes no sense.
 */
export function evaluateTrigger(
  input: TriggerInput,
  options: TriggerOptions = {},
): TriggerPerformance {
  return new TriggerAccumulator(options).add(input).performance();
}
