/** Levels as numbers, overlap, and pictures as text of a link. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  changedSample,
  sampleOfText,
  textOfPicture,
  textOfSample,
} from "../../../src/studio/state/picture-text.ts";
import {
  levelOf,
  logitsOfLevels,
  overlapOf,
  type Picture,
  probabilitiesOf,
  probabilityOf,
  targetOf,
} from "../../../src/studio/subject/picture.ts";
import { drawSample, SAMPLES, type SampleName } from "../../../src/studio/subject/samples.ts";

const LEVELS = Uint8Array.from({ length: 256 }, (_, level) => level);

describe("levels", () => {
  test("stand for probabilities, and those for the same levels", () => {
    // 0 stands for half a step above itself, which is as near to 1.
    for (const level of LEVELS.subarray(1)) expect(levelOf(probabilityOf(level))).toBe(level);
    expect([levelOf(-1), levelOf(2)]).toEqual([0, 255]);
  });

  test("stay away from where logits are infinite", () => {
    const logits = logitsOfLevels(LEVELS);
    expect(logits.every(Number.isFinite)).toBe(true);
    probabilitiesOf(LEVELS).forEach((p, level) => {
      expect(p).toBeCloseTo(Math.min(Math.max(level / 255, 1 / 510), 509 / 510), 7);
      expect(1 / (1 + Math.exp(-logits[level]))).toBeCloseTo(p, 6);
    });
  });

  test("of a mask are 0 and 1", () => {
    expect([...targetOf(Uint8Array.of(0, 255))]).toEqual([0, 1]);
  });
});

describe("Dice and IoU of the prediction cut at 1/2", () => {
  const of = (mask: number[], prediction: number[]) =>
    overlapOf({
      width: mask.length,
      height: 1,
      mask: Uint8Array.from(mask),
      prediction: Uint8Array.from(prediction),
    });
  test("by hand", () => {
    expect(of([255, 255, 0, 0], [200, 127, 128, 0])).toEqual({ dice: 0.5, iou: 1 / 3 });
    expect(of([255, 0], [0, 255])).toEqual({ dice: 0, iou: 0 });
    expect(of([0, 0], [0, 127])).toEqual({ dice: 1, iou: 1 });
  });
});

describe("a picture in a link", () => {
  const choices = fc.record({
    name: fc.constantFrom(...(Object.keys(SAMPLES) as SampleName[])),
    size: fc.constantFrom(32, 64),
    seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  });
  const changes = fc.array(
    fc.record({
      layer: fc.constantFrom("prediction" as const, "mask" as const),
      at: fc.nat(32 * 32 - 1),
      level: fc.integer({ min: 0, max: 255 }),
    }),
    { maxLength: 30 },
  );

  test("comes back as it was", async () => {
    await fc.assert(
      fc.asyncProperty(choices, changes, async (choice, changed) => {
        const sample = drawSample(choice);
        const maps = { prediction: sample.prediction.slice(), mask: sample.mask.slice() };
        for (const { layer, at, level } of changed) maps[layer][at] = level;
        const painted: Picture = { ...sample, ...maps };
        const text = await textOfPicture(painted, choice, sample);
        const back = sampleOfText(text.sample as string);
        expect(back).toEqual(choice);
        const { picture, unread } = await changedSample(text, sample);
        expect(unread).toEqual([]);
        expect(picture.prediction).toEqual(painted.prediction);
        expect(picture.mask).toEqual(painted.mask);
      }),
      { numRuns: 25 },
    );
  });

  test("costs nothing where nothing was painted", async () => {
    const choice = { name: "disc", size: 64, seed: 1 } as const;
    const sample = drawSample(choice);
    expect(await textOfPicture(sample, choice, sample)).toEqual({
      sample: "disc-64-1",
      prediction: null,
      mask: null,
    });
  });

  test("that is damaged leaves the sample's map, and is named", async () => {
    const choice = { name: "disc", size: 64, seed: 1 } as const;
    const sample = drawSample(choice);
    const { prediction } = await textOfPicture(
      { ...sample, prediction: new Uint8Array(64 * 64) },
      choice,
      sample,
    );
    const cut = (prediction as string).slice(0, 20);
    const found = await changedSample({ sample: textOfSample(choice), prediction: cut, mask: "%" }, sample);
    expect(found.unread).toEqual(["prediction", "mask"]);
    expect(found.picture).toEqual(sample);
  });

  test.each([
    "disc",
    "disc-64",
    "toString-64-1",
    "disc-31-1",
    "disc-513-1",
    "disc-64-4294967296",
    "disc-6e1-1",
  ])("%s is no sample", (text) => expect(sampleOfText(text)).toBeNull());
});
