import { describe, expect, test } from "vitest";
import { OptionError } from "../../src/errors.ts";
import { lesionPhantom } from "../../src/study/phantom.ts";

/** The 4-connected regions of a mask, as lists of pixels. */
function regions(mask: ArrayLike<number>, width: number): number[][] {
  const seen = new Uint8Array(mask.length);
  const found: number[][] = [];
  for (let start = 0; start < mask.length; start++) {
    if (seen[start] || mask[start] === 0) continue;
    const region = [start];
    seen[start] = 1;
    for (let next = 0; next < region.length; next++) {
      for (const step of [-1, 1, -width, width]) {
        const pixel = region[next] + step;
        // The phantom never touches the frame, so that no neighbour wraps around.
        if (mask[pixel] && !seen[pixel]) {
          seen[pixel] = 1;
          region.push(pixel);
        }
      }
    }
    found.push(region);
  }
  return found;
}

describe("lesionPhantom", () => {
  test("three maps of the right size and range", () => {
    for (const size of [32, 97, 256]) {
      const { width, height, image, target, prediction } = lesionPhantom({ size });
      expect([width, height]).toEqual([size, size]);
      for (const map of [image, target, prediction]) expect(map.length).toBe(size * size);
      expect(image.every((value) => value >= 0 && value <= 1)).toBe(true);
      expect(target.every((value) => value === 0 || value === 1)).toBe(true);
      expect(prediction.every((value) => value > 0 && value < 1)).toBe(true);
    }
  });

  test("the seed decides everything", () => {
    const first = lesionPhantom({ size: 64, seed: 3 });
    expect(lesionPhantom({ size: 64, seed: 3 })).toEqual(first);
    expect(lesionPhantom({ size: 64, seed: 4 }).target).not.toEqual(first.target);
    expect(lesionPhantom({ size: 64 })).toEqual(lesionPhantom({ size: 64, seed: 7 }));
  });

  test.each([7, 1, 2, 3, 12345])(
    "seed %i: a few lesions, mostly found, with the promised mistakes",
    (seed) => {
      const { width, target, prediction } = lesionPhantom({ seed });
      const lesions = regions(target, width);
      expect(lesions.length).toBeGreaterThanOrEqual(3);
      expect(lesions.length).toBeLessThanOrEqual(6);
      const sizes = lesions.map((region) => region.length).sort((a, b) => b - a);
      expect(sizes[0]).toBeGreaterThan(8 * sizes[sizes.length - 1]);

      const predicted = prediction.map((value) => (value > 0.5 ? 1 : 0));
      const missed = lesions.filter((region) => region.every((pixel) => predicted[pixel] === 0));
      expect(missed.length).toBe(1);
      expect(missed[0].length).toBe(sizes[sizes.length - 1]);
      const invented = regions(predicted, width).filter((region) =>
        region.every((pixel) => target[pixel] === 0),
      );
      expect(Math.max(0, ...invented.map((region) => region.length))).toBeGreaterThan(40);

      let both = 0;
      let either = 0;
      for (let i = 0; i < target.length; i++) {
        both += predicted[i] * target[i];
        either += predicted[i] + target[i];
      }
      const dice = (2 * both) / either;
      expect(dice).toBeGreaterThan(0.7);
      expect(dice).toBeLessThan(0.95);
    },
  );

  test("refuses sizes and seeds out of range", () => {
    for (const size of [31, 4097, 64.5, Number.NaN])
      expect(() => lesionPhantom({ size })).toThrow(OptionError);
    expect(() => lesionPhantom({ seed: -1 })).toThrow(OptionError);
  });
});
