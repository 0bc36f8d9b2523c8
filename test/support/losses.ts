/** What every loss of pixels and regions must hold, written once; each loss's own test calls it. */
import { describe, expect, it } from "vitest";
import {
  evaluate,
  grad,
  gradcheck,
  type Loss,
  type SharedOptions,
  type Tensor,
  tensor,
  valueAndGrad,
} from "../../src/index.ts";
import { values } from "./values.ts";

export const PROBABILITIES = { input: "probabilities" } as const;

/** Spread over 0 .. 1 without a pattern, by the golden ratio. */
export const fraction = (i: number): number => ((i + 1) * 0.618033988749895) % 1;

export function filled(shape: readonly number[], f: (i: number) => number): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(
    Float64Array.from({ length: size }, (_, i) => f(i)),
    shape,
  );
}

/** Logits in -3 .. 3. */
export const logitsOf = (shape: readonly number[]): Tensor => filled(shape, (i) => 6 * fraction(7 * i) - 3);
/** Both classes, about a third of them foreground. */
export const hardMask = (shape: readonly number[]): Tensor =>
  filled(shape, (i) => Number(fraction(i) < 0.35));
/** Shares within 0.05 .. 0.95. */
export const softMask = (shape: readonly number[]): Tensor =>
  filled(shape, (i) => 0.05 + 0.9 * fraction(5 * i));
/** Class indices; every class occurs. */
export const labelsOf = (shape: readonly number[], classes: number): Tensor =>
  filled(shape, (i) => (i < classes ? i : Math.floor(fraction(i) * classes)));

/** A row of pixels, one image of one channel. */
export const row = (pixels: readonly number[]): Tensor => tensor([[Array.from(pixels)]]);

/** First and second derivatives against difference quotients. */
export async function expectDerivatives(
  f: (x: Tensor) => Tensor,
  x: Tensor,
  holdConstants = false,
): Promise<void> {
  const first = await gradcheck(f, [x], { elements: 12, holdConstants });
  expect(first.maxError, JSON.stringify(first.worst)).toBeLessThan(1e-6);
  const second = await gradcheck(f, [x], { elements: 6, directions: 2, order: 2, holdConstants });
  expect(second.maxError, JSON.stringify(second.worst)).toBeLessThan(1e-6);
}

/** Value and gradient together, both finite. */
export async function finite(f: (x: Tensor) => Tensor, x: Tensor): Promise<number[]> {
  const { value, grad: slope } = valueAndGrad((y: Tensor) => f(y).sum())(x);
  await evaluate(value, slope);
  expect(await value.item()).toSatisfy(Number.isFinite);
  const data = await values(slope);
  expect(data.every(Number.isFinite)).toBe(true);
  return data;
}

/** Two results are the same number, and pull the same way. */
export async function expectSame(
  f: (x: Tensor) => Tensor,
  g: (x: Tensor) => Tensor,
  x: Tensor,
): Promise<void> {
  expect(await f(x).item()).toBeCloseTo(await g(x).item(), 12);
  const [left, right] = [await values(grad(f)(x)), await values(grad(g)(x))];
  left.forEach((slope, i) => {
    expect(slope).toBeCloseTo(right[i], 11);
  });
}

type Kind = "exclusive" | "independent";
type AnyOptions = SharedOptions & object;
/** Which pixels of a one-class image have a gradient: every one, or those that the loss selects. */
type Pull = "every" | "some";

/**
 * The shared options of one loss.
 *
 * @param kinds - whether it takes exclusive classes, independent channels, or both
 */
export function sharedOptionsHold<O extends AnyOptions>(
  loss: Loss<O>,
  kinds: readonly Kind[],
  extra: Partial<O> = {},
  pull: Pull = "every",
): void {
  const call = (x: Tensor, g: Tensor, options: SharedOptions = {}) =>
    loss(x, g, { ...extra, ...options } as O);
  const traits: Traits = {
    pull,
    hold: loss.constants !== "",
    probabilities: loss.options.input?.choices?.includes("probabilities") ?? false,
    leavesOut: "includeBackground" in loss.options,
  };
  if (kinds.includes("independent")) describe("on independent channels", () => independentHold(call, traits));
  if (kinds.includes("exclusive")) describe("on exclusive classes", () => exclusiveHold(call, traits));
}

interface Traits {
  readonly pull: Pull;
  /** What derivatives take as constant stays as it is in the difference quotient too. */
  readonly hold: boolean;
  /** Whether it takes them beside logits. */
  readonly probabilities: boolean;
  /** Whether the background can be left out. */
  readonly leavesOut: boolean;
}

type Call = (x: Tensor, g: Tensor, options?: SharedOptions) => Tensor;

/** Slopes all point one way; those of a loss that selects may be 0, but not all. */
function expectPull(slopes: readonly number[], sign: 1 | -1, pull: Pull): void {
  const least = pull === "every" ? Number.MIN_VALUE : 0;
  expect(slopes.every((slope) => sign * slope >= least)).toBe(true);
  expect(slopes.some((slope) => sign * slope > 0)).toBe(true);
}

function independentHold(loss: Call, { pull, hold }: Traits): void {
  it("has the right derivatives, hard and soft targets, 2-D and 3-D", async () => {
    for (const shape of [
      [2, 1, 3, 4],
      [1, 1, 2, 3, 2],
    ]) {
      for (const g of [hardMask(shape), softMask(shape)]) {
        await expectDerivatives((x) => loss(x, g), logitsOf(shape), hold);
      }
    }
  });

  it("leaves ignored pixels out, as though they were not there", async () => {
    const kept = [0, 2, 3, 4, 6, 7];
    const [z, g] = [await values(logitsOf([1, 1, 8])), [1, 0, 0, 0, 1, 0, 1, 0]];
    for (const labels of [g, g.map(() => 0), g.map(() => 1)]) {
      const marked = row(labels.map((label, i) => (kept.includes(i) ? label : 255)));
      const weights = row(labels.map((_, i) => (kept.includes(i) ? 1 : 0)));
      const removed = loss(row(kept.map((i) => z[i])), row(kept.map((i) => labels[i])));
      const value = await removed.item();
      expect(await loss(row(z), marked, { ignoreIndex: 255 }).item()).toBeCloseTo(value, 13);
      expect(await loss(row(z), row(labels), { pixelWeights: weights }).item()).toBeCloseTo(value, 13);
    }
  });

  it("is 0 without gradient where every pixel is ignored", async () => {
    const nothing = row([255, 255, 255]);
    const slope = await finite((x) => loss(x, nothing, { ignoreIndex: 255 }), row([1, -2, 0.5]));
    expect(slope.map(Math.abs)).toEqual([0, 0, 0]);
  });

  it(`pulls ${pull} pixel of a one-class image towards that class`, async () => {
    const x = logitsOf([1, 1, 4, 5]);
    const up = await finite(
      (y) =>
        loss(
          y,
          filled(x.shape, () => 0),
        ),
      x,
    );
    expectPull(up, 1, pull);
    const down = await finite(
      (y) =>
        loss(
          y,
          filled(x.shape, () => 1),
        ),
      x,
    );
    expectPull(down, -1, pull);
  });

  it("is finite at the ends of logits and of probabilities", async () => {
    const g = hardMask([1, 1, 3, 4]);
    const other = g.neg().add(1);
    for (const right of [g, other]) {
      for (const scale of [80, 1000]) await finite((x) => loss(x, g), right.mul(2 * scale).sub(scale));
      await finite((p) => loss(p, g, PROBABILITIES), right);
    }
    await finite(
      (p) =>
        loss(
          p,
          filled(g.shape, () => 0),
          PROBABILITIES,
        ),
      filled(g.shape, () => 0),
    );
  });

  it("weighs channels, and leaves out the first", async () => {
    const [x, g] = [logitsOf([2, 3, 2, 3]), softMask([2, 3, 2, 3])];
    const options = { mode: "multilabel" } as const;
    const rest = [[0], [1]] as const;
    const without = loss(x, g, { ...options, includeBackground: false });
    const sliced = loss(x.slice(rest), g.slice(rest), options);
    expect(await without.item()).toBeCloseTo(await sliced.item(), 13);
    const silent = loss(x, g, { ...options, classWeights: [0, 2, 2], reduction: "mean" });
    expect(await silent.item()).toBeCloseTo(
      await loss(x, g, { ...options, classWeights: [0, 1, 1] }).item(),
      13,
    );
  });

  it("takes probabilities for their logits", async () => {
    const [x, g] = [logitsOf([1, 2, 3, 3]), softMask([1, 2, 3, 3])];
    const given = loss(x.sigmoid(), g, { mode: "multilabel", ...PROBABILITIES });
    expect(await given.item()).toBeCloseTo(await loss(x, g, { mode: "multilabel" }).item(), 12);
  });
}

function exclusiveHold(loss: Call, { pull, hold, probabilities, leavesOut }: Traits): void {
  const background = leavesOut ? { includeBackground: false } : {};
  it("has the right derivatives, indices and soft targets, 2-D and 3-D", async () => {
    const x = logitsOf([2, 3, 2, 3]);
    await expectDerivatives((y) => loss(y, labelsOf([2, 2, 3], 3)), x, hold);
    await expectDerivatives((y) => loss(y, softMask([2, 3, 2, 3]).softmax(1)), x, hold);
    await expectDerivatives(
      (y) => loss(y, labelsOf([1, 2, 2, 2], 2), { ...background, classWeights: [3, 2] }),
      logitsOf([1, 2, 2, 2, 2]),
      hold,
    );
  });

  it("leaves ignored pixels out, as though they were not there", async () => {
    const kept = [0, 1, 2, 4, 5];
    const z = await values(logitsOf([3, 7]));
    const labels = [0, 1, 2, 1, 2, 0, 0];
    const channels = (pixels: readonly number[]) =>
      tensor([[0, 1, 2].map((c) => pixels.map((i) => z[7 * c + i]))]);
    const all = [0, 1, 2, 3, 4, 5, 6];
    const marked = tensor([all.map((i) => (kept.includes(i) ? labels[i] : 255))]);
    const removed = loss(channels(kept), tensor([kept.map((i) => labels[i])]));
    const value = await removed.item();
    expect(await loss(channels(all), marked, { ignoreIndex: 255 }).item()).toBeCloseTo(value, 13);
    const pixelWeights = row(all.map((i) => Number(kept.includes(i))));
    expect(await loss(channels(all), tensor([labels]), { pixelWeights }).item()).toBeCloseTo(value, 13);
  });

  it(`pulls ${pull} pixel of a one-class image towards that class`, async () => {
    const x = logitsOf([1, 3, 2, 3]);
    for (const label of [0, 2]) {
      const slope = await finite(
        (y) =>
          loss(
            y,
            filled([1, 2, 3], () => label),
          ),
        x,
      );
      expectPull(slope.slice(6 * label, 6 * label + 6), -1, pull);
    }
  });

  it("is finite at the ends of logits and of probabilities", async () => {
    const g = labelsOf([1, 3, 3], 3);
    const hot = filled([1, 3, 3, 3], (i) => Number(fraction(i % 9) * 3 >= Math.floor(i / 9)));
    for (const scale of [80, -80, 1000]) await finite((x) => loss(x, g), hot.mul(2 * scale).sub(scale));
    if (!probabilities) return;
    const corners = filled([1, 3, 3, 3], (i) => Number(i % 3 === Math.floor(i / 9)));
    await finite((p) => loss(p, g, PROBABILITIES), corners);
    await finite(
      (p) =>
        loss(
          p,
          filled([1, 3, 3], () => 1),
          PROBABILITIES,
        ),
      corners,
    );
  });

  it("takes probabilities for their logits, and one-hot targets for indices", async () => {
    const [x, g] = [logitsOf([1, 3, 2, 4]), labelsOf([1, 2, 4], 3)];
    const value = await loss(x, g).item();
    if (probabilities) expect(await loss(x.softmax(1), g, PROBABILITIES).item()).toBeCloseTo(value, 12);
    const labels = await values(g);
    const hot = filled([1, 3, 2, 4], (i) => Number(labels[i % 8] === Math.floor(i / 8)));
    expect(await loss(x, hot).item()).toBeCloseTo(value, 13);
  });
}
