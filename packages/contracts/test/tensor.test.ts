import { encodeContract, FloatTensor, IntTensor, parseContract } from "@cnntargz/contracts";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

describe("IntTensor", () => {
  it("survives its JSON form", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (list) => {
        const tensor: IntTensor = {
          dtype: "int32",
          shape: [list.length],
          values: Int32Array.from(list),
        };
        const json: unknown = JSON.parse(JSON.stringify(encodeContract(IntTensor, tensor, "t")));
        expect(parseContract(IntTensor, json, "t")).toEqual(tensor);
      }),
    );
  });

  it("is little-endian, as numpy.frombuffer(base64, '<i4') reads it", () => {
    const tensor: IntTensor = { dtype: "int32", shape: [2], values: Int32Array.of(1, -2) };
    expect(encodeContract(IntTensor, tensor, "t").data).toBe(
      Buffer.from([1, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff]).toString("base64"),
    );
  });
});

describe("FloatTensor", () => {
  it("says how many values its shape wants", () => {
    const tensor: FloatTensor = { dtype: "float32", shape: [2, 3], values: new Float32Array(5) };
    expect(() => encodeContract(FloatTensor, tensor, "weights")).toThrow(
      /weights[^]*shape \[2, 3\] wants 6 values, there are 5/,
    );
  });

  it("refuses another dtype", () => {
    const json = { dtype: "int32", shape: [1], data: "AAAAAA==" };
    expect(() => parseContract(FloatTensor, json, "weights")).toThrow(/dtype/);
  });
});
