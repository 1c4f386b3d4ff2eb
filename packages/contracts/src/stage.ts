/**
 * A counter-based stream of random numbers: the draw is a pure function of (key, stream, index),
 * so results do not depend on the number of workers or the order of evaluation.
 */
export interface Rng {
  /** Four uniform 32-bit words of counter `(a, b)`, written to `out` (length 4). */
  block(a: number, b: number, out: Uint32Array): void;
  /** A generator for an independent purpose, keyed by `name`. */
  derive(name: string): Rng;
  /** A non-negative 31-bit seed for libraries that take one, a function of the key and `name`. */
  seed(name: string): number;
}

/** Where a stage says what it is doing; an orchestrator decides what to show. */
export interface Logger {
  info(message: string): void;
  warn(message: string): void;
}

/** How far a long computation has come. */
export interface Progress {
  /** What is being done, such as `teacher: epoch 3/10`. */
  readonly task: string;
  /** Completed part, 0..1. */
  readonly fraction: number;
}

/** What every stage function receives besides its input and config. */
export interface StageContext {
  readonly rng: Rng;
  /** Aborts long work; the stage then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly logger?: Logger | undefined;
}

/** One batch of examples in NHWC layout. */
export interface Batch {
  /** (n, height, width, channels), row-major. */
  readonly images: Float32Array;
  /** (n, 2): the learned, scaled targets [pT, eta]; see {@link LabelScaling}. */
  readonly targets: Float32Array;
  /**
   * (n): 1 where the eta target counts; 0 where it is masked out of loss and metrics: background, and
   * muons of which the image holds nothing.
   */
  readonly hasEta: Uint8Array;
  /** Number of examples n. */
  readonly count: number;
}

/** Random access to a set of examples, the only thing a training needs to know of a dataset. */
export interface BatchSource {
  /** Number of examples. */
  readonly count: number;
  /** [height, width, channels] of one image. */
  readonly imageShape: readonly [number, number, number];
  /** The examples with the given indices, in that order. The arrays may be reused by the next call. */
  batch(indices: ArrayLike<number>): Batch;
}
