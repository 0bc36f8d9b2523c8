/** The experiments give what is known by hand. */
import { beforeAll, describe, expect, test } from "vitest";
import {
  foregroundShare,
  gapCost,
  honestAnswer,
  misplacement,
  softResidue,
} from "../../scripts/docs/measure/questions.ts";
import { setBackend } from "../../src/index.ts";
import { losses } from "../../src/losses/catalogue.ts";

const {
  binaryCrossEntropyLoss: bce,
  diceLoss: dice,
  hausdorffDistanceLoss: hausdorff,
  ssimLoss: ssim,
} = losses;

beforeAll(() => setBackend("reference"));

describe("the share of the gradient on the foreground", () => {
  test("is that of the area for cross entropy, and one half for Dice", async () => {
    // |p - g| is the same everywhere at p = 1/2.
    expect(await foregroundShare(bce, 0.01)).toBeCloseTo(0.01, 3);
    // Overlap's slope: 2 / D on the object, 2 f / D on each pixel of the ground, f the object's share.
    expect(await foregroundShare(dice, 0.01)).toBeCloseTo(0.5, 2);
  });
});

describe("a misplaced disc", () => {
  test("costs cross entropy the pixels that are wrong, near or far", async () => {
    const { onePixel, twiceAsFar } = await misplacement(bce);
    expect(twiceAsFar).toBeCloseTo(1, 6);
    // About the diameter's 20 pixels on either side, of two areas of 100 pi.
    expect(onePixel).toBeCloseTo(20 / (100 * Math.PI), 2);
  });

  test("costs the Hausdorff loss the square of the distance, or about", async () => {
    expect((await misplacement(hausdorff)).twiceAsFar).toBeGreaterThan(3);
  });
});

test("cross entropy answers 30 % with 0.3, Dice with everything", async () => {
  expect(await honestAnswer(bce)).toBeCloseTo(0.3, 12);
  expect(await honestAnswer(dice)).toBeGreaterThan(0.95);
});

test("cross entropy rests at soft targets, Dice does not", async () => {
  expect(await softResidue(bce)).toBeLessThan(1e-12);
  expect(await softResidue(dice)).toBeGreaterThan(0.1);
});

test("a gap costs pixelwise losses what any pixels cost, and windows more", async () => {
  expect(await gapCost(bce)).toBeCloseTo(1, 9);
  expect(await gapCost(ssim)).not.toBeCloseTo(1, 3);
});
