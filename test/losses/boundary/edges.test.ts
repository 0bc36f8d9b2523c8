import { beforeAll, describe, expect, it } from "vitest";
import {
  grad,
  laplaceEdgeLoss,
  OptionError,
  setBackend,
  sobelEdgeLoss,
  type Tensor,
} from "../../../src/index.ts";
import { disc, emptyLike, expectFinite, fullLike, logits, scattered } from "../../support/loss-images.ts";
import {
  expectDerivatives,
  filled,
  hardMask,
  labelsOf,
  logitsOf,
  PROBABILITIES,
  row,
  softMask,
} from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

/** What NumPy was given beside the disc: a scattered volume, and a box in it. */
const volume = () => filled([1, 1, 4, 5, 6], (i) => 0.05 + 0.9 * ((i * 0.618033988749895) % 1));
const block = () =>
  filled([1, 1, 4, 5, 6], (i) => {
    const [z, y, x] = [Math.floor(i / 30), Math.floor(i / 6) % 5, i % 6];
    return Number(z >= 1 && z < 3 && y >= 2 && y < 4 && x >= 2 && x < 5);
  });

const EDGES = [
  ["sobelEdgeLoss", sobelEdgeLoss],
  ["laplaceEdgeLoss", laplaceEdgeLoss],
] as const;

describe("sobelEdgeLoss", () => {
  it("gives a line of four by hand", async () => {
    const value = await sobelEdgeLoss(row([0, 0, 0, 0]), row([0, 0, 1, 1]), PROBABILITIES).item();
    const strength = (d: number) => Math.sqrt(d * d + 1e-7);
    expect(value).toBeCloseTo((strength(1 / 3) + strength(2 / 3)) / 2 - strength(0), 14);
  });

  it("agrees with SciPy's filters, 2-D and 3-D", async () => {
    expect(await sobelEdgeLoss(scattered(), disc(), PROBABILITIES).item()).toBeCloseTo(0.327252969638519, 12);
    expect(await sobelEdgeLoss(volume(), block(), PROBABILITIES).item()).toBeCloseTo(0.12461744414508238, 12);
  });

  it("is 0 for the mask, and for its negative", async () => {
    expect(await sobelEdgeLoss(disc(), disc(), PROBABILITIES).item()).toBe(0);
    expect(await sobelEdgeLoss(disc().neg().add(1), disc(), PROBABILITIES).item()).toBeCloseTo(0, 14);
  });
});

describe("laplaceEdgeLoss", () => {
  it("gives a line of three by hand", async () => {
    const value = await laplaceEdgeLoss(row([0, 0.5, 0.5]), row([0, 0, 1]), PROBABILITIES).item();
    // K p = -1/2, 1/2, 0; K g = 0, -1, 1.
    const [e, w] = [Math.tanh(0.5), Math.tanh(1)];
    const missing = Math.log(0.01) - 1;
    const likelihood = Math.log(1 - e) + w * Math.log(e) + (1 - w) * Math.log(1 - e) + w * missing;
    expect(value).toBeCloseTo(-likelihood / 3, 13);
  });

  it("agrees with SciPy's filters, 2-D and 3-D", async () => {
    expect(await laplaceEdgeLoss(scattered(), disc(), PROBABILITIES).item()).toBeCloseTo(
      1.7192063009858825,
      11,
    );
    expect(await laplaceEdgeLoss(volume(), block(), PROBABILITIES).item()).toBeCloseTo(4.202631778343051, 11);
  });

  it("is least at the mask, where it is the entropy of its edges", async () => {
    const best = await laplaceEdgeLoss(disc(), disc(), PROBABILITIES).item();
    expect(best).toBeGreaterThan(0.01);
    const blurred = disc().mul(0.98).add(0.01);
    expect(await laplaceEdgeLoss(blurred, disc(), PROBABILITIES).item()).toBeGreaterThan(best);
    expect(await laplaceEdgeLoss(disc().neg().add(1), disc(), PROBABILITIES).item()).toBeCloseTo(best, 12);
  });

  it("keeps a finite slope where an edge was not predicted", async () => {
    const g = row([0, 0, 0, 1, 1, 1]);
    const faint = row([0.5, 0.5, 0.5, 0.5 + 1e-9, 0.5, 0.5]);
    const slope = await values(grad((p: Tensor) => laplaceEdgeLoss(p, g, PROBABILITIES))(faint));
    expect(Math.max(...slope.map(Math.abs))).toBeLessThan(2e2);
    // Towards more of an edge: up where it is high already.
    expect(slope[3]).toBeLessThan(-10);
  });
});

describe.each(EDGES)("%s", (_name, loss) => {
  it("takes the image's border for no edge, so that flat masks ask for flat predictions", async () => {
    const flat = emptyLike(scattered()).add(0.3);
    for (const g of [emptyLike(flat), fullLike(flat)]) {
      expect(await loss(flat, g, PROBABILITIES).item()).toBeCloseTo(0, 12);
      expect(await loss(scattered(), g, PROBABILITIES).item()).toBeGreaterThan(0.1);
    }
  });

  it("averages classes of one-hot masks", async () => {
    const [x, g] = [logits([2, 3, 5, 6]), labelsOf([2, 5, 6], 3)];
    const single = await values(loss(x, g, { reduction: "none" }));
    expect(single).toHaveLength(6);
    const mean = single.reduce((a, b) => a + b, 0) / 6;
    expect(await loss(x, g).item()).toBeCloseTo(mean, 13);
  });

  it("has the right derivatives, hard and soft targets, 2-D and 3-D", async () => {
    for (const shape of [
      [2, 1, 4, 5],
      [1, 1, 3, 3, 4],
    ]) {
      for (const g of [hardMask(shape), softMask(shape)]) {
        await expectDerivatives((x) => loss(x, g), logitsOf(shape));
      }
    }
  });

  it("stays finite at +-80", () => expectFinite(loss));

  it("refuses what windows cannot honour", () => {
    for (const refused of [{ ignoreIndex: 255 }, { pixelWeights: disc() }, { aggregate: "batch" }]) {
      expect(() => loss(scattered(), disc(), { ...PROBABILITIES, ...refused } as object)).toThrow(
        OptionError,
      );
    }
  });
});
