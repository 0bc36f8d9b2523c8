import { beforeEach, describe, expect, test } from "vitest";
import { defineLoss, losses, setBackend, tensor } from "../../../src/index.ts";
import { currentRunner } from "../../../src/run/backends.ts";
import { type StudyPair, studyTools } from "../../../src/study/index.ts";
import { smallPair } from "./small.ts";

beforeEach(() => setBackend("reference"));

const settings = { side: 16, scales: [1, 10, 40, 100] };
const run = (asked: Parameters<typeof studyTools.health.run>[0]["losses"], pair: StudyPair = smallPair) =>
  studyTools.health.run({ losses: asked, pair }, settings);

/** Float32 has no digit left for p beside 2^30. */
const drowned = defineLoss("drownedLoss", { title: "Drowned" }, ({ p }) =>
  p
    .add(2 ** 30)
    .sub(2 ** 30)
    .square(),
);
/** e to the 100 is beyond float32, not beyond float64. */
const steep = defineLoss("steepLoss", { title: "Steep" }, ({ crossEntropy }) => crossEntropy.exp());
/** The pixels to the power of twelve. */
const volume = defineLoss("volumeLoss", { title: "Volume" }, ({ p }) =>
  p
    .mul(0)
    .add(1)
    .sum([2, 3])
    .pow(12)
    .mul(p.mean([2, 3])),
);

describe("health", () => {
  test("cross-entropy pulls evenly at sure mistakes, Dice by the sigmoid's slope", async () => {
    const { losses: rows, executors } = await run([losses.binaryCrossEntropyLoss, losses.diceLoss]);
    const [ce, dice] = rows;
    expect(executors).toEqual(["wasm", "reference"]);
    for (const row of rows) {
      expect(row.valueError).toBeLessThan(1e-6);
      expect(row.gradientError).toBeLessThan(1e-5);
    }
    // |p - g| / N with p nearly 0 or 1.
    for (const pulls of [ce.float32, ce.float64])
      for (const pull of [pulls.missed[1], pulls.invented[3]]) expect(pull).toBeCloseTo(1 / 256, 6);
    expect(ce).toMatchObject({ fadesAt: null, silentAt: null, breaksAt: null, breaksAt64: null });
    // e^-10 is a thousandth of the slope at 1, and e^-100 is nothing in float32.
    expect(dice).toMatchObject({ fadesAt: 10, breaksAt: null });
    expect(dice.float64.missed[3]).toBeGreaterThan(0);
    expect(dice.silentAt).not.toBeNull();
  });

  test("what float64 alone can bear shows", async () => {
    const data = await run([drowned, steep, losses.binaryCrossEntropyLoss]);
    const [lost, high] = data.losses;
    expect(lost.valueError).toBeGreaterThan(0.1);
    expect(lost.gradientError).toBeGreaterThan(0.1);
    expect(lost.underflow).toBeGreaterThan(0.9);
    expect(high).toMatchObject({ breaksAt: 100, breaksAt64: null });
    expect(high.float32.missed[3]).toBeNull();
    expect(high.float64.missed[3]).toBeGreaterThan(1e30);
    const found = studyTools.health.findings(data);
    const about = (words: string) => found.find(({ text }) => text.includes(words))?.losses;
    expect(about("loses digits")).toEqual(["drownedLoss"]);
    expect(about("not finite any more")).toEqual(["steepLoss"]);
  });

  test("tells the image at which float32 ends, and there it ends", async () => {
    const [{ largest }] = (await run([volume])).losses;
    // The twelfth root of 3.4e38.
    expect(largest?.range).toBe(1625);
    await setBackend("wasm");
    const at = (width: number) => {
      const x = tensor(new Float32Array(width * 2).fill(9), [1, 1, 2, width]);
      return volume(x, x.mul(0)).item();
    };
    expect(await at(812)).toBeLessThan(Infinity);
    expect(await at(814)).toBe(Infinity);
  });

  test("a count is exact up to 2^24", async () => {
    const counting = defineLoss("countLoss", {}, ({ p }) =>
      p
        .mul(0)
        .add(1)
        .sum([2, 3])
        .mul(p.mean([2, 3])),
    );
    const [{ largest }] = (await run([counting])).losses;
    expect(largest?.digits).toBe(2 ** 24);
  });

  test("a step that is 0 at one size and not at another is no growth", async () => {
    const stepping = defineLoss("stepLoss", {}, ({ p }) =>
      p
        .mul(0)
        .add(1)
        .sum([2, 3])
        .greater(100)
        .mul(p.mean([2, 3])),
    );
    const [{ largest }] = (await run([stepping])).losses;
    expect(largest?.range).toBeGreaterThan(1e30);
  });

  test("leaves the executor as it was, even where a loss fails", async () => {
    const broken = defineLoss("brokenLoss", {}, () => {
      throw new TypeError("it broke");
    });
    const before = await currentRunner();
    await run([broken, losses.binaryCrossEntropyLoss]);
    expect(await currentRunner()).toBe(before);
  });

  test.each([
    [{ side: 15 }, /side is/],
    [{ scales: [1] }, /scales is/],
    [{ scales: [2, 1] }, /scales is/],
  ])("refuses %j", async (given, message) => {
    const asked = { losses: [losses.diceLoss], pair: smallPair };
    await expect(studyTools.health.run(asked, { ...settings, ...given })).rejects.toThrow(message);
  });
});
