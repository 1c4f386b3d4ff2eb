import { CnntargzError, Hint, type NetworkSpec, parseOptions } from "@cnntargz/contracts";
import { layerShapes } from "@cnntargz/models";

/** Where a window of an image begins and how large it is: [height, width, channels]. */
export interface Window {
  readonly begin: readonly [number, number, number];
  readonly size: readonly [number, number, number];
}

/** Which parts of two activations a hint compares, and the size of the linear map between them. */
export interface HintGeometry {
  readonly hint: Hint;
  /** The compared part of the Student's image; null when all of it is. */
  readonly studentWindow: Window | null;
  /** The compared part of the Teacher's image; null when all of it is. */
  readonly teacherWindow: Window | null;
  /** Values per pixel (or per vector) that the map takes and gives. */
  readonly mapInputs: number;
  readonly mapOutputs: number;
  /** Compared values per example. */
  readonly elements: number;
}

/**
 * Images are compared where they overlap when laid centre on centre, by one linear map of channels
 * for all pixels; if one of the two is a vector, one dense matrix maps all of the Student's values.
 *
 * Padding the smaller image with zeros instead would add pixels on which only the map's bias can
 * act: they tell the Student nothing and cost memory.
 *
 * @throws CnntargzError `config` when one of the layers does not exist.
 */
export function hintGeometry(hint: Hint, student: NetworkSpec, teacher: NetworkSpec): HintGeometry {
  parseOptions(Hint, hint, "hintGeometry");
  const from = shapeOf(student, hint.student);
  const to = shapeOf(teacher, hint.teacher);
  if (from.length !== 3 || to.length !== 3) {
    const [mapInputs, mapOutputs] = [product(from), product(to)];
    const elements = mapOutputs;
    return { hint, studentWindow: null, teacherWindow: null, mapInputs, mapOutputs, elements };
  }
  const height = Math.min(from[0]!, to[0]!);
  const width = Math.min(from[1]!, to[1]!);
  const centre = (shape: readonly number[]): Window | null => {
    if (shape[0] === height && shape[1] === width) return null;
    const begin = [(shape[0]! - height) >> 1, (shape[1]! - width) >> 1, 0] as const;
    return { begin, size: [height, width, shape[2]!] };
  };
  return {
    hint,
    studentWindow: centre(from),
    teacherWindow: centre(to),
    mapInputs: from[2]!,
    mapOutputs: to[2]!,
    elements: height * width * to[2]!,
  };
}

function shapeOf(spec: NetworkSpec, name: string): readonly number[] {
  const layers = layerShapes(spec);
  const layer = layers.find((candidate) => candidate.name === name);
  if (layer !== undefined) return layer.outputShape;
  throw new CnntargzError(
    "config",
    `a hint names the layer ${name}, ${spec.name} has only ${layers.map((known) => known.name).join(", ")}`,
  );
}

function product(shape: readonly number[]): number {
  return shape.reduce((count, size) => count * size, 1);
}
