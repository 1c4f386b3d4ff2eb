import type { ResourceKind } from "@cnntargz/contracts";

/** How many times smaller and larger than an estimate nine of ten reports are. */
export type BandFactors = readonly [low: number, high: number];

/** One contribution to a layer's resources, and how far off it may be. */
export interface Cost {
  readonly resource: ResourceKind;
  readonly value: number;
  /** [low, high] that holds nine of ten designs; exact laws give [value, value]. */
  readonly band: readonly [number, number];
}

/** A cost whose true value is `factors` times the estimate, low to high, in nine of ten reports. */
export function inBand(resource: ResourceKind, value: number, [low, high]: BandFactors): Cost {
  return { resource, value, band: [value * low, value * high] };
}

/** A cost whose true value is within a `factor` of the estimate in nine of ten reports. */
export function within(resource: ResourceKind, value: number, factor: number): Cost {
  return inBand(resource, value, [1 / factor, factor]);
}

/** A cost given by a law that reports obey exactly. */
export function exactly(resource: ResourceKind, value: number): Cost {
  return { resource, value, band: [value, value] };
}

/** `copies` of `cost`, all off in the same direction. */
export function times({ resource, value, band: [low, high] }: Cost, copies: number): Cost {
  return { resource, value: value * copies, band: [low * copies, high * copies] };
}

/** What a layer takes and how long it takes. */
export interface LayerEstimate {
  readonly name: string;
  readonly costs: readonly Cost[];
  /**
   * io_stream: cycles from the last input element that an output needs to the output; io_parallel:
   * cycles from the inputs to the outputs.
   */
  readonly cycles: number;
}
