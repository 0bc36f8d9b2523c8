/** The experiments give what is known by hand. */
import { beforeAll, describe, expect, test } from "vitest";
import { studyNumbers } from "../../scripts/docs/measure/from-studies.ts";
import { gapShare, honestAnswer, softStretch } from "../../scripts/docs/measure/questions.ts";
import { setBackend } from "../../src/index.ts";
import { losses } from "../../src/losses/catalogue.ts";
import { runTool, studyTools, type ToolResult } from "../../src/study/tools/index.ts";

const { binaryCrossEntropyLoss: bce, diceLoss: dice } = losses;

beforeAll(() => setBackend("reference"));

describe("the numbers that study tools have", () => {
  test("are one half for Dice on a lesion of any size, and its area for cross entropy", async () => {
    const study = await runTool(
      studyTools.imbalance,
      { losses: [bce, dice] },
      { side: 48, shares: [0.1, 0.01] },
    );
    expect(studyNumbers([study], "binaryCrossEntropyLoss").share1).toBeCloseTo(0.01, 3);
    expect(studyNumbers([study], "diceLoss").share1).toBeCloseTo(0.5, 1);
    // A lesion of 0.1 % was not asked about.
    expect(studyNumbers([study], "diceLoss").share01).toBeUndefined();
    expect(studyNumbers([study], "noSuchLoss").share1).toBeUndefined();
  });

  test("are read from the right places", () => {
    const series = (charge: number[]) => ({ charge });
    const shift = { losses: [{ name: "a", moved: series([1, 4, 5]), spot: series([2, 3, 8]) }] };
    const noise = { rates: [0.001, 0.01, 0.1], losses: [{ name: "a", flipped: { cosine: [1, 0.7, null] } }] };
    const studies = [
      { tool: { name: "shift" }, data: shift },
      { tool: { name: "noise" }, data: noise },
    ] as unknown as ToolResult[];
    expect(studyNumbers(studies, "a")).toEqual({ onePixel: 0.2, farSpot: 4, keptWay: 0.7 });
    expect(studyNumbers(studies, "b")).toEqual({});
  });

  test("are none where no tool was asked", () => {
    expect(studyNumbers([], "diceLoss")).toEqual({});
  });
});

test("cross entropy answers 30 % with 0.3, Dice with everything", async () => {
  expect(await honestAnswer(bce)).toBeCloseTo(0.3, 12);
  expect(await honestAnswer(dice)).toBeGreaterThan(0.95);
});

test("cross entropy learns soft targets as they are, Dice sharpens them, and its form for soft labels does not", async () => {
  expect(await softStretch(bce)).toBe(1);
  expect(await softStretch(dice)).toBeGreaterThan(1);
  expect(await softStretch(losses.softLabelDiceLoss)).toBe(1);
});

test("a gap costs pixelwise losses what any pixels cost, and skeletons more", async () => {
  expect(await gapShare(bce)).toBeCloseTo(0.5, 9);
  expect(await gapShare(losses.clDiceLoss)).toBeGreaterThan(0.9);
});
