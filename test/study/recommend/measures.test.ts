/** Masks measured, against counts by hand. */
import { describe, expect, test } from "vitest";
import { OptionError, ShapeError } from "../../../src/index.ts";
import { type LabelMask, measureMasks } from "../../../src/study/index.ts";

/** A mask drawn in text: a digit a pixel, a dot for class 0. */
function drawn(text: string, name = "mask"): LabelMask {
  const rows = text.trim().split(/\s+/);
  const labels = Uint8Array.from(rows.join("").replaceAll(".", "0"), Number);
  return { name, width: rows[0].length, height: rows.length, labels };
}

const TWO = ["ground", "lesion"];

describe("measureMasks", () => {
  test("counts pixels, objects, contours and border contacts", () => {
    const first = drawn(`
      11......
      11......
      ....111.
      ....111.
      ....111.
      .......1
    `);
    const empty = drawn(`
      ....
      ....
    `);
    const { images, width, height, classes } = measureMasks([first, empty], TWO);
    expect([images, width.max, width.mean, height.min]).toEqual([2, 8, 6, 2]);
    const [ground, lesion] = classes;
    // 4 + 9 + 1 of 48 pixels, and none of 8.
    expect(lesion.share).toEqual({ mean: 14 / 96, min: 0, max: 14 / 48 });
    expect([lesion.absent, lesion.full, ground.full, ground.absent]).toEqual([0.5, 0, 0.5, 0]);
    // The corner pixel hangs on to the square by its corner: 10 pixels, and 4.
    expect(lesion.objects).toEqual({
      count: 2,
      perImage: { mean: 1, min: 0, max: 2 },
      medianPixels: 7,
      smallestPixels: 4,
      largestPixels: 10,
      medianShare: (4 / 48 + 10 / 48) / 2,
      tiny: 0,
      touching: 1,
    });
    // The square in the corner: all but its first pixel; the other: all but its middle; and the single pixel.
    expect(lesion.contour).toBeCloseTo((3 + 8 + 1) / 14, 12);
    // Sides to the ground: 4 of the first; 12 and 2 of the second, whose border sides do not count.
    expect(lesion.width).toBeCloseTo((2 * 14) / (4 + 12 + 2), 12);
  });

  test("tells lines from squares", () => {
    const line = { name: "line", width: 40, height: 9, labels: new Uint8Array(360) };
    for (let x = 0; x < 40; x++) for (const y of [4, 5]) line.labels[40 * y + x] = 1;
    const [, band] = measureMasks([line], TWO).classes;
    // Two rows from side to side: 80 sides for 80 pixels.
    expect(band.width).toBe(2);
    expect(band.elongation).toBe(80 / (4 * 4));
    expect(band.objects?.touching).toBe(1);
    const [, square] = measureMasks([drawn("...... .1111. .1111. .1111. .1111. ......")], TWO).classes;
    expect(square.width).toBe(2);
    expect(square.elongation).toBe(1);
    expect(square.contour).toBe(12 / 16);
  });

  test("counts as tiny what takes less than a thousandth of its image", () => {
    const labels = new Uint8Array(100 * 100);
    for (let i = 0; i < 9; i++) labels[i] = 1;
    for (let i = 0; i < 10; i++) labels[5000 + i] = 1;
    const [, { objects }] = measureMasks([{ name: "a", width: 100, height: 100, labels }], TWO).classes;
    expect(objects?.tiny).toBe(0.5);
  });

  test("knows what is not there, and what is everywhere", () => {
    const [one, two, three] = measureMasks([drawn("11 11")], ["a", "b", "c"]).classes;
    expect([one.absent, two.full, three.absent]).toEqual([1, 1, 1]);
    expect([one.objects, one.contour, one.width]).toEqual([null, null, null]);
    // It fills the image: no contour is known.
    expect([two.contour, two.width, two.elongation]).toEqual([0, null, null]);
    expect(JSON.parse(JSON.stringify(two))).toEqual(two);
  });

  test("refuses what is no set of masks", () => {
    expect(() => measureMasks([], TWO)).toThrow(OptionError);
    expect(() => measureMasks([drawn("01")], ["all"])).toThrow(/1 names, expected at least two/);
    expect(() => measureMasks([drawn("012", "odd")], TWO)).toThrow(/odd is class 2 at pixel 2/);
    expect(() => measureMasks([{ ...drawn("01"), width: 3 }], TWO)).toThrow(ShapeError);
  });
});
