import type { IntegerLayer, IntegerNetwork } from "@cnntargz/contracts";

const known = new WeakMap<readonly IntegerLayer[], ReadonlyMap<string, IntegerLayer>>();

/** The layer of a network that is called so: networks have thousands, and each is asked for several. */
export function layerNamed(name: string, { layers }: IntegerNetwork): IntegerLayer | undefined {
  let byName = known.get(layers);
  if (byName === undefined) {
    byName = new Map(layers.map((layer) => [layer.name, layer]));
    known.set(layers, byName);
  }
  return byName.get(name);
}
