import type { LayerQuantizers, LayerSpec, QuantScheme } from "@cnntargz/contracts";

/**
 * The quantizers of a layer: by its name, else by its kind, else the scheme's default. Layers
 * without weights have those given by name only.
 */
export function quantizersFor(scheme: QuantScheme, layer: LayerSpec): LayerQuantizers {
  const byName = scheme.byName[layer.name];
  if (byName !== undefined) return byName;
  if (layer.kind !== "conv2d" && layer.kind !== "dense") return {};
  return scheme.byKind[layer.kind] ?? scheme.default;
}
