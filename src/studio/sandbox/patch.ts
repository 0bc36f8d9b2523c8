/** A small part of a picture to check gradients on: with both classes, as far as the mask has them. */
import type { Maps } from "../worker/engine-methods.ts";

/** How far apart the patches are that are looked at. */
const STEP = 4;

/** The mask of the square patch whose inside is nearest to half of it, row by row, 1 inside and 0 outside. */
export function patchOf(
  { mask, width, height }: Pick<Maps, "mask" | "width" | "height">,
  side: number,
): Float64Array {
  const cut = (x0: number, y0: number) =>
    Float64Array.from({ length: side * side }, (_, i) => {
      // A picture smaller than the patch is repeated.
      const [x, y] = [(x0 + (i % side)) % width, (y0 + Math.floor(i / side)) % height];
      return mask[y * width + x] / 255;
    });
  let best = cut(0, 0);
  let least = Infinity;
  for (let y = 0; y <= Math.max(0, height - side); y += STEP) {
    for (let x = 0; x <= Math.max(0, width - side); x += STEP) {
      const patch = cut(x, y);
      const unevenness = Math.abs(patch.reduce((sum, inside) => sum + inside, 0) / patch.length - 0.5);
      if (unevenness < least) [best, least] = [patch, unevenness];
    }
  }
  return best;
}
