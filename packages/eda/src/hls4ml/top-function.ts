import { CnntargzError, type FixedPointType } from "@cnntargz/contracts";
import { parseType } from "@cnntargz/fixed-point";

/** A port of a top function: the name of its type, and its own. */
export interface Port {
  readonly type: string;
  readonly name: string;
}

/** What a layer's call computes; `other` for calls whose place in a chain is not known. */
export type CallRole = "conv2d" | "dense" | "pool" | "scale" | "activation" | "other";

/** A call of a layer in a top function. */
export interface LayerCall {
  /** hls4ml's name of the layer. */
  readonly layer: string;
  readonly role: CallRole;
  /** The variable that the call writes. */
  readonly output: string;
  /** Index of the call's line in the source. */
  readonly line: number;
}

function unusable(file: string, why: string): never {
  throw new CnntargzError(
    "artifact",
    `${file}: ${why}; give a project as hls4ml writes it for Vitis or Vivado`,
  );
}

/**
 * Input and output of a top function, by its declaration.
 *
 * @throws CnntargzError `artifact` when it has not one of each.
 */
export function portsOf(
  header: string,
  name: string,
  file: string,
): { ioType: "io_stream" | "io_parallel"; input: Port; output: Port } {
  const [, list] = new RegExp(`\\bvoid\\s+${name}\\s*\\(([^)]*)\\)`).exec(header) ?? [];
  if (list === undefined) unusable(file, `it declares no function ${name}`);
  const ports = list.split(",").map((text) => {
    const [, stream, streamName] = /hls::stream<\s*(\w+)\s*>\s*&\s*(\w+)/.exec(text) ?? [];
    if (stream !== undefined) return { streams: true, type: stream, name: streamName! };
    const [, type, arrayName] = /(\w+)\s+(\w+)\s*\[/.exec(text) ?? [];
    if (type === undefined) unusable(file, `argument "${text.trim()}" is no stream and no array`);
    return { streams: false, type, name: arrayName! };
  });
  const [input, output] = ports;
  if (ports.length !== 2 || input!.streams !== output!.streams) {
    unusable(file, `${name} has ${ports.length} arguments, not an input and an output`);
  }
  return { ioType: input!.streams ? "io_stream" : "io_parallel", input: input!, output: output! };
}

/**
 * The type of a port's values, by its typedef.
 *
 * @throws CnntargzError `artifact` when it is no `ap_fixed` or `ap_int`.
 */
export function valueTypeOf(defines: string, type: string, file: string): FixedPointType {
  const pattern = new RegExp(
    `typedef\\s+(?:nnet::array<\\s*)?(ap_u?(?:fixed|int))<([^>]*)>[^;]*\\b${type};`,
  );
  const [, kind, parameters] = pattern.exec(defines) ?? [];
  if (kind === undefined) unusable(file, `${type} is no ap_fixed, ap_ufixed, ap_int or ap_uint`);
  const words = parameters!.replaceAll(/\s/g, "");
  return kind.endsWith("int")
    ? parseType(`${kind.replace("int", "fixed")}<${words},${words}>`)
    : parseType(`${kind}<${words}>`);
}

/** Functions of hls4ml's library whose place in a chain is known; padding is part of the next layer. */
const ROLES: readonly (readonly [RegExp, CallRole | null])[] = [
  [/^(?:pointwise_)?conv_2d_c[lf]$/, "conv2d"],
  [/^dense$/, "dense"],
  [/^pooling2d_c[lf]$/, "pool"],
  [/^normalize$/, "scale"],
  [/^zeropad2d_c[lf]$/, null],
  [/^(?:relu|linear|hard_sigmoid|sigmoid|tanh|hard_tanh|clipped_relu)$/, "activation"],
];

const CALL = /^\s*nnet::(\w+)<.*>\(\s*(\w+)\s*,\s*(\w+)\s*[,)].*;\s*\/\/\s*(\S.*?)\s*$/;

/** The calls of layers in a top function, in order. */
export function callsOf(source: string): LayerCall[] {
  return source.split("\n").flatMap((text, line) => {
    const [, name, , output, layer] = CALL.exec(text) ?? [];
    if (name === undefined) return [];
    const role = ROLES.find(([pattern]) => pattern.test(name))?.[1];
    return role === null ? [] : [{ layer: layer!, role: role ?? "other", output: output!, line }];
  });
}
