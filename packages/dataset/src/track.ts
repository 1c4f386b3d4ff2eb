import { ETA_MAX, FULL_WIDTH, LAYERS } from "@cnntargz/contracts";

/**
 * Radii of the nine RPC layers in metres, innermost first: a triplet before the toroid, two
 * doublets within, one outside. The outer six are those of the public toy of Ospanov et al.
 * (EPJC 82 (2022) 576); the radius of the inner triplet is an assumption.
 */
export const LAYER_RADII_M: readonly number[] = [4.55, 4.6, 4.65, 6.8, 6.82, 7.5, 7.52, 9.8, 9.82];
/** Radius in metres at which the field begins: tracks are straight before. */
const FIELD_RADIUS_M = 4.5;

/** Pixels per unit of pseudorapidity. */
const PX_PER_ETA = FULL_WIDTH / ETA_MAX;

/** Small-angle bend of a layer, `(r - r0)^2 / (2 r)`, up to a factor common to all layers. */
const sagitta = (radiusM: number): number => (radiusM - FIELD_RADIUS_M) ** 2 / (2 * radiusM);

/**
 * Bend of each layer as a fraction of the outermost layer's: `g_l = K_l / K_9` with
 * `K_l ~ (r_l - r0)^2 / (2 r_l)`, for small angles in a uniform field. Independent of eta.
 */
export const BEND_FRACTIONS: Float64Array = Float64Array.from(
  { length: LAYERS },
  (_, layer) => sagitta(LAYER_RADII_M[layer]!) / sagitta(LAYER_RADII_M[LAYERS - 1]!),
);

/** Where a straight track of pseudorapidity `eta` crosses every layer, in pixels: `384 eta / 1.05`. */
export function straightX(eta: number): number {
  return PX_PER_ETA * eta;
}

/**
 * Where a track of the `flat` preset crosses layer `layer`, in pixels:
 * `x_l = x0 + q K g_l / pT` with K = `bendPxGeV`.
 */
export function trackX(
  x0: number,
  charge: number,
  ptGeV: number,
  layer: number,
  bendPxGeV: number,
): number {
  return x0 + (charge * bendPxGeV * BEND_FRACTIONS[layer]!) / ptGeV;
}
