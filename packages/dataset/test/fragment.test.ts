import { chooseWindow, fragmentImage } from "@cnntargz/dataset";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

/** Pack a list of (layer, x) hits as `numpy.packbits` does. */
function pack(hits: readonly (readonly [number, number])[]): Uint8Array {
  const bits = new Array<string>(3456).fill("0");
  for (const [layer, x] of hits) bits[384 * layer + x] = "1";
  return Uint8Array.from({ length: 432 }, (_, byte) =>
    Number.parseInt(bits.slice(8 * byte, 8 * byte + 8).join(""), 2),
  );
}

/** Fragmentation written as it is described, one pixel after the other. */
function slowFragment(hits: readonly (readonly [number, number])[]) {
  const image = Array.from({ length: 9 }, () => new Array<number>(384).fill(0));
  for (const [layer, x] of hits) image[layer]![x] = 1;
  const sums = Array.from({ length: 12 }, (_, window) =>
    image.flatMap((row) => row.slice(32 * window, 32 * window + 32)).reduce((a, b) => a + b, 0),
  );
  const window = sums.indexOf(Math.max(...sums));
  const pixels = image.flatMap((row) =>
    Array.from({ length: 16 }, (_, column) => {
      const x = 32 * window + 2 * column;
      return (2 * (row[x]! + row[x + 1]!)) / 2;
    }),
  );
  return { window, pixels };
}

const hitsArbitrary = fc.array(fc.tuple(fc.nat(8), fc.nat(383)), { maxLength: 60 });
/** Hits crowded into a few windows, so that ties are frequent. */
const crowdedArbitrary = fc.array(fc.tuple(fc.nat(8), fc.nat(95)), { maxLength: 12 });

describe("fragmentImage", () => {
  it("agrees with the slow way on any image, at any offset", () => {
    fc.assert(
      fc.property(fc.oneof(hitsArbitrary, crowdedArbitrary), fc.nat(3), (hits, at) => {
        const images = new Uint8Array(4 * 432).fill(0xa5);
        images.set(pack(hits), at * 432);
        const out = new Uint8Array(4 * 144).fill(7);
        const window = fragmentImage(images, at * 432, out, at * 144);
        const slow = slowFragment(hits);
        expect(window).toBe(slow.window);
        expect([...out.subarray(at * 144, at * 144 + 144)]).toEqual(slow.pixels);
        // Nothing else was touched.
        expect(out.filter((value) => value === 7)).toHaveLength(3 * 144);
      }),
      { numRuns: 300 },
    );
  });
});

describe("chooseWindow", () => {
  it("takes the lowest window on a tie, and window 0 of an empty image", () => {
    expect(
      chooseWindow(
        pack([
          [3, 383],
          [5, 64],
          [8, 100],
        ]),
      ),
    ).toBe(2);
    expect(chooseWindow(new Uint8Array(432))).toBe(0);
  });

  it("sees the window borders", () => {
    expect(
      chooseWindow(
        pack([
          [0, 31],
          [0, 32],
          [1, 32],
        ]),
      ),
    ).toBe(1);
    expect(
      chooseWindow(
        pack([
          [0, 351],
          [0, 352],
          [8, 383],
        ]),
      ),
    ).toBe(11);
  });
});
