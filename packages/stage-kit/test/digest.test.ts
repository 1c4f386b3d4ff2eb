import { canonicalJson, digestBytes, digestJson } from "@cnntargz/stage-kit";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

describe("canonicalJson", () => {
  it("sorts keys, drops undefined members and keeps array order", () => {
    expect(canonicalJson({ b: [2, 1], a: { d: null, c: undefined, B: "x" } })).toBe(
      '{"a":{"B":"x","d":null},"b":[2,1]}',
    );
  });

  it("reads back as the same value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it.each([Number.NaN, Infinity, () => 1, Symbol("s"), 1n, undefined])("refuses %s", (value) => {
    expect(() => canonicalJson({ value: [value] })).toThrow(/can not be part of an artifact/);
  });
});

describe("digests", () => {
  it("are SHA-256 (FIPS 180-2 example)", () => {
    expect(digestBytes("abc")).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
    expect(digestBytes("a", new Uint8Array([98]), "c")).toBe(digestBytes("abc"));
  });

  it("do not depend on key order", () => {
    expect(digestJson({ a: 1, b: 2 })).toBe(digestJson({ b: 2, a: 1 }));
  });
});
