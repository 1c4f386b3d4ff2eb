import { FULL_WIDTH, LAYERS } from "@cnntargz/contracts";

/** Bytes of one bit-packed 9x384 image. */
export const IMAGE_BYTES = (LAYERS * FULL_WIDTH) / 8;
/** Bytes of one row (layer) of a bit-packed image. */
export const ROW_BYTES = FULL_WIDTH / 8;
/** Pixels of one 9x384 image. */
export const IMAGE_PIXELS = LAYERS * FULL_WIDTH;

/** Number of set bits of each byte. */
export const BITS_SET = Uint8Array.from({ length: 256 }, (_, byte) => {
  let count = 0;
  for (let rest = byte; rest > 0; rest >>= 1) count += rest & 1;
  return count;
});

/**
 * Set one pixel of a bit-packed image that begins at byte `offset` of `images`. Pixel (layer, x) is
 * bit `384 layer + x`, counted from the most significant bit of the first byte
 * (`numpy.unpackbits` order).
 */
export function setPixel(images: Uint8Array, offset: number, layer: number, x: number): void {
  const pixel = layer * FULL_WIDTH + x;
  images[offset + (pixel >> 3)]! |= 0x80 >> (pixel & 7);
}

/** Whether pixel (layer, x) of the bit-packed image at byte `offset` is set; see {@link setPixel}. */
export function isPixelSet(images: Uint8Array, offset: number, layer: number, x: number): boolean {
  const pixel = layer * FULL_WIDTH + x;
  return (images[offset + (pixel >> 3)]! & (0x80 >> (pixel & 7))) !== 0;
}
