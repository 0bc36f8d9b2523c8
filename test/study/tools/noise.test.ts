import { beforeAll, describe, expect, test } from "vitest";
import { defineLoss, losses, setBackend } from "../../../src/index.ts";
import { studyTools } from "../../../src/study/index.ts";

beforeAll(() => setBackend("reference"));

const settings = { side: 20, rates: [0.05, 0.1, 0.25], jitter: [0.5, 1, 3] };
/** Pulls each logit with the same strength towards its label. */
const even = defineLoss("evenLoss", {}, ({ p, g }) => p.log().sub(p.neg().log1p()).mul(g.mul(-2).add(1)));

describe("noise", () => {
  test("an even pull turns with every label, and wrong labels get their share", async () => {
    const { losses: rows, jitterShares } = await studyTools.noise.run({ losses: [even] }, settings);
    const [{ clean, flipped, jittered }] = rows;
    expect(clean.norm).toBeCloseTo(1 / 20, 6);
    settings.rates.forEach((rate, i) => {
      expect(flipped.wrongPull[i]).toBeCloseTo(rate, 5);
      expect(flipped.cosine[i]).toBeCloseTo(1 - 2 * rate, 5);
      expect(flipped.norm[i]).toBeCloseTo(1 / 20, 6);
    });
    jitterShares.forEach((share, i) => {
      expect(jittered.wrongPull[i]).toBeCloseTo(share, 5);
      expect(jittered.cosine[i]).toBeCloseTo(1 - 2 * share, 5);
    });
    expect([...jitterShares].sort((a, b) => a - b)).toEqual(jitterShares);
    expect(jitterShares[2]).toBeGreaterThan(jitterShares[0]);
  });

  test("cross-entropy pulls hardest at what is wrong; who does not look at labels is not turned", async () => {
    const blind = defineLoss("smoothLoss", {}, ({ p }) => p.square());
    const nothing = defineLoss("flatLoss", {}, ({ p }) => p.mul(0));
    const asked = [losses.binaryCrossEntropyLoss, even, blind, nothing];
    const data = await studyTools.noise.run({ losses: asked }, settings);
    const [ce, , free, flat] = data.losses;
    expect(ce.flipped.wrongPull[1]).toBeGreaterThan(0.5);
    expect(ce.flipped.value[0]).toBeGreaterThan(ce.clean.value);
    for (const cosine of free.flipped.cosine) expect(cosine).toBeCloseTo(1, 12);
    expect(flat.flipped).toMatchObject({ cosine: [null, null, null], wrongPull: [null, null, null] });
    const found = studyTools.noise.findings(data);
    expect(found.find(({ text }) => text.includes("not look at labels"))?.losses).toEqual(["smoothLoss"]);
    expect(found.find(({ text }) => text.includes("sure mistakes"))?.losses).toEqual([
      "binaryCrossEntropyLoss",
    ]);
  });

  test.each([
    [{ rates: [0.1, 0.1] }, /rates is/],
    [{ rates: [0.6] }, /rates is/],
    [{ jitter: [] }, /jitter is/],
    [{ side: 2 }, /side is/],
  ])("refuses %j", async (given, message) => {
    await expect(studyTools.noise.run({ losses: [even] }, { ...settings, ...given })).rejects.toThrow(
      message,
    );
  });
});
