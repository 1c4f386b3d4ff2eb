import { HlsConfig, type IntegerNetwork, type TrainedModel } from "@cnntargz/contracts";
import { parseType } from "@cnntargz/fixed-point";
import { PUBLISHED_CLOCK_NS } from "@cnntargz/report";
import { uniformNetwork } from "@cnntargz/quant";

import { hls4mlNetwork } from "./convert-model.js";
import { estimateNetwork, type NetworkEstimate } from "./estimate-network.js";

/** What designs trained in floating point compute in, in the slides' table. */
const FLOAT_TYPE = "ap_fixed<32,16>";

/** A network in the setting of the published table, and its estimate. */
export interface AsPublished extends NetworkEstimate {
  readonly network: IntegerNetwork;
}

/**
 * A trained model in the setting of the slides' table: types as hls4ml has them (`ap_fixed<32,16>`
 * throughout for a model trained in floating point, `ap_fixed<16,6>` for what a quantized one leaves
 * open), streams, one multiplier per weight, 2 ns, VU13P. The architecture is ours: activations and
 * padding are part of their layers.
 */
export function asPublished(model: TrainedModel): AsPublished {
  const network =
    model.quantScheme === null
      ? uniformNetwork(model, parseType(FLOAT_TYPE))
      : hls4mlNetwork(model, false);
  const config = HlsConfig.parse({ ioType: "io_stream", clockPeriodNs: PUBLISHED_CLOCK_NS });
  return { network, ...estimateNetwork(network, config) };
}
