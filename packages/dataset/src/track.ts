import {
  type DatasetConfig,
  ETA_MAX,
  FULL_WIDTH,
  LAYER_RADII_M,
  LAYERS,
} from "@cnntargz/contracts";

export { LAYER_RADII_M } from "@cnntargz/contracts";

/** Radius in metres at which the field begins by default: tracks are straight before. */
const FIELD_RADIUS_M = 4.5;
/** Momentum in GeV of a unit charge on a circle of 1 m radius in 1 T: c in units of 1e9 m/s. */
const GEV_PER_TESLA_METRE = 0.299792458;

/** Pixels per unit of pseudorapidity. */
const PX_PER_ETA = FULL_WIDTH / ETA_MAX;

/**
 * Bend of each layer as a fraction of the outermost layer's: `g_l = K_l / K_9` with
 * `K_l ~ (r_l - r0)^2 / (2 r_l)`, for small angles in a uniform field that begins at r0; 0 for
 * layers before. Independent of eta.
 */
export function bendFractions(
  radiiM: readonly number[] = LAYER_RADII_M,
  fieldRadiusM = FIELD_RADIUS_M,
): Float64Array {
  const sagitta = (radius: number): number =>
    Math.max(0, radius - fieldRadiusM) ** 2 / (2 * radius);
  return Float64Array.from(radiiM, (radius) => sagitta(radius) / sagitta(radiiM[LAYERS - 1]!));
}

/** {@link bendFractions} of the default geometry. */
export const BEND_FRACTIONS: Float64Array = bendFractions();

/** Where a straight track of pseudorapidity `eta` crosses every layer, in pixels: `384 eta / 1.05`. */
export function straightX(eta: number): number {
  return PX_PER_ETA * eta;
}

/**
 * Where a track of the `flat` preset crosses layer `layer` of the default geometry, in pixels:
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

/**
 * Where a muon crosses the cylinder of radius `radiusM`, in pixels of 1.05 / 384 in the
 * pseudorapidity of the crossing point: straight from the origin up to radius `fieldRadiusM`, then on
 * a circle of radius `rho = pT cosh(eta) / (0.299792458 B)` in the (r, z) plane, the field B being
 * azimuthal. NaN when the muon curls up before.
 */
export function helixX(
  eta: number,
  charge: number,
  ptGeV: number,
  radiusM: number,
  fieldTesla: number,
  fieldRadiusM: number,
): number {
  const sinh = Math.sinh(eta);
  if (radiusM <= fieldRadiusM) return straightX(eta);
  const cosh = Math.cosh(eta);
  const rho = (ptGeV * cosh) / (GEV_PER_TESLA_METRE * fieldTesla);
  const centreZ = fieldRadiusM * sinh + (charge * rho) / cosh;
  const centreR = fieldRadiusM - (charge * rho * sinh) / cosh;
  const z = centreZ - charge * Math.sqrt(rho * rho - (radiusM - centreR) ** 2);
  return straightX(Math.asinh(z / radiusM));
}

/**
 * Writes where a muon crosses the nine layers to `out`, in pixels, NaN where it does not reach the
 * layer. `bendScale` multiplies its bend, 1 but for preset `calibrated`.
 */
export type Crossings = (
  eta: number,
  charge: number,
  ptGeV: number,
  bendScale: number,
  out: Float64Array,
) => void;

/** The tracks of a configuration whose preset-dependent fields are filled in (`resolveConfig`). */
export function crossingsOf(config: DatasetConfig): Crossings {
  const { layerRadiiM, fieldRadiusM, fieldTesla, bendPxGeV } = config;
  if (fieldTesla !== undefined) {
    return (eta, charge, ptGeV, _, out) => {
      for (let layer = 0; layer < LAYERS; layer++) {
        const radius = layerRadiiM[layer]!;
        out[layer] = helixX(eta, charge, ptGeV, radius, fieldTesla, fieldRadiusM);
      }
    };
  }
  const bends = bendFractions(layerRadiiM, fieldRadiusM).map((part) => part * (bendPxGeV ?? 0));
  return (eta, charge, ptGeV, bendScale, out) => {
    const x0 = straightX(eta);
    const bend = (charge * bendScale) / ptGeV;
    for (let layer = 0; layer < LAYERS; layer++) out[layer] = x0 + bend * bends[layer]!;
  };
}
