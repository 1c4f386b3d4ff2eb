import type { LayerSpec } from "@cnntargz/contracts";
import type { layers } from "@tensorflow/tfjs-layers";

/** What a layer needs to know besides its spec. */
export interface LayerOptions {
  /** Seed of the initial kernel. */
  readonly seed: number;
  /** [height, width, channels], given for a network's first layer only. */
  readonly inputShape?: readonly number[];
}

/**
 * Makes the TensorFlow.js layer of a spec. The layer carries the spec's name, its activation is part
 * of it, and a layer with weights calls them `kernel` and `bias`.
 */
export type LayerFactory = (layer: LayerSpec, options: LayerOptions) => layers.Layer;
