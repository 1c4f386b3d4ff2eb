import { z } from "zod";

const Shape = z.array(z.int().nonnegative()).max(6).readonly();
export type Shape = z.infer<typeof Shape>;

const elementCount = (shape: Shape): number => shape.reduce((count, size) => count * size, 1);

/** Bytes of `values` in little-endian order, which is the order of every host Node runs on. */
function toBase64(values: Float32Array | Int32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64");
}

/** Bytes of an element; the types of tensors all have as many. */
const BYTES = 4;

/** Bytes that base64 text stands for. */
const bytesOf = (base64: string): number =>
  (3 * base64.length) / 4 - (base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0);

const json = <D extends string>(dtype: D) =>
  z
    .strictObject({ dtype: z.literal(dtype), shape: Shape, data: z.base64() })
    .refine(({ shape, data }) => bytesOf(data) === BYTES * elementCount(shape), {
      error: ({ input }) => {
        const { shape, data } = input as { shape: Shape; data: string };
        return `shape [${shape.join(", ")}] wants ${BYTES * elementCount(shape)} bytes of ${dtype}, there are ${bytesOf(data)}: the file is damaged, make it again`;
      },
    });

const memory = <D extends string, A extends Float32Array | Int32Array>(
  dtype: D,
  values: z.ZodCustom<A, A>,
) =>
  z
    .object({ dtype: z.literal(dtype), shape: Shape, values })
    .refine((tensor) => tensor.values.length === elementCount(tensor.shape), {
      error: ({ input }) => {
        const { shape, values } = input as { shape: Shape; values: A };
        return `shape [${shape.join(", ")}] wants ${elementCount(shape)} values, there are ${values.length}`;
      },
    });

/** A float32 tensor: in memory `{dtype, shape, values}`, in JSON `{dtype, shape, data}` with base64 little-endian bytes. */
export const FloatTensor = z.codec(
  json("float32"),
  memory("float32", z.instanceof<typeof Float32Array>(Float32Array)),
  {
    decode: ({ dtype, shape, data }) => ({
      dtype,
      shape,
      values: new Float32Array(new Uint8Array(Buffer.from(data, "base64")).buffer),
    }),
    encode: ({ dtype, shape, values }) => ({ dtype, shape, data: toBase64(values) }),
  },
);
export type FloatTensor = z.output<typeof FloatTensor>;

/** An int32 tensor: in memory `{dtype, shape, values}`, in JSON `{dtype, shape, data}` with base64 little-endian bytes. */
export const IntTensor = z.codec(
  json("int32"),
  memory("int32", z.instanceof<typeof Int32Array>(Int32Array)),
  {
    decode: ({ dtype, shape, data }) => ({
      dtype,
      shape,
      values: new Int32Array(new Uint8Array(Buffer.from(data, "base64")).buffer),
    }),
    encode: ({ dtype, shape, values }) => ({ dtype, shape, data: toBase64(values) }),
  },
);
export type IntTensor = z.output<typeof IntTensor>;
