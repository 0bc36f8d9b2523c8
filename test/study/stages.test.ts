import { describe, expect, test } from "vitest";
import { ShapeError } from "../../src/index.ts";
import { onFirstWithRoom } from "../../src/study/stages.ts";

/** Wants so many pixels a side, and tells where it was asked. */
function wanting(least: number) {
  const asked: number[] = [];
  const ask = async (side: number) => {
    asked.push(side);
    if (side < least) throw new ShapeError(`${side} pixels, expected ${least}`);
    return side;
  };
  return { asked, ask };
}

describe("onFirstWithRoom", () => {
  test("asks from the smallest on, no further than it must", async () => {
    const { asked, ask } = wanting(20);
    expect(await onFirstWithRoom([10, 20, 30], ask)).toBe(20);
    expect(asked).toEqual([10, 20]);
  });

  test("says what the last stage said, and never leaves a stage that stands alone", async () => {
    await expect(onFirstWithRoom([10, 20], wanting(30).ask)).rejects.toThrow("20 pixels, expected 30");
    const { asked, ask } = wanting(30);
    await expect(onFirstWithRoom([10], ask)).rejects.toThrow(ShapeError);
    expect(asked).toEqual([10]);
  });

  test("takes no other error for want of room", async () => {
    const asked: number[] = [];
    const broken = async (side: number) => {
      asked.push(side);
      throw new TypeError("it broke");
    };
    await expect(onFirstWithRoom([10, 20], broken)).rejects.toThrow("it broke");
    expect(asked).toEqual([10]);
  });
});
