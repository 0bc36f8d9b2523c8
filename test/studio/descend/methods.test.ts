/** The worker's side of Descend, in Node. */
import { afterEach, describe, expect, test } from "vitest";
import type { Descent, Frame, LossMaps, Reading } from "../../../src/studio/descent/frame.ts";
import { OPTIMIZERS, type OptimizerName } from "../../../src/studio/descent/optimizers.ts";
import { overlapOf } from "../../../src/studio/subject/picture.ts";
import { drawSample, STARTS } from "../../../src/studio/subject/samples.ts";
import { descendMethods } from "../../../src/studio/worker/descend-methods.ts";

const picture = drawSample({ name: "specks", size: 48, seed: 3 });

const asked = (given: Partial<Descent> & { readonly start?: string } = {}): Descent => {
  const { start = "nothing", ...others } = given;
  const { width, height, mask } = picture;
  return {
    maps: { width, height, mask, prediction: STARTS[start].of(picture) },
    losses: [{ name: "diceLoss", options: {} }],
    optimizer: { name: "sgd", options: {} },
    rate: 0.2,
    ...others,
  };
};

const { descendBegin, descendRun, descendEnd } = descendMethods;
afterEach(() => descendEnd(null));

async function run(steps: number | null, stop?: (frame: Frame, controller: AbortController) => void) {
  const frames: Frame[] = [];
  const controller = new AbortController();
  const part = (value: unknown) => {
    frames.push(value as Frame);
    stop?.(value as Frame, controller);
  };
  await descendRun({ steps, pace: null }, { part, signal: controller.signal });
  return frames;
}

const partOf = (
  frame: Frame,
  index = 0,
): { readonly maps: LossMaps; readonly readings: readonly Reading[] } => {
  const one = frame.losses[index];
  if ("error" in one) throw new Error(one.error.message);
  return one;
};
const lastOf = (frame: Frame, index = 0) => partOf(frame, index).readings.at(-1) as Reading;

test("every step is told once, in order, whatever frames were left out", async () => {
  const frames = [await descendBegin(asked()), ...(await run(40)), ...(await run(2))];
  const steps = frames.flatMap((frame) => partOf(frame).readings.map(({ step }) => step));
  expect(steps).toEqual(Array.from({ length: 43 }, (_, i) => i));
  expect(frames.at(-1)?.step).toBe(42);
});

test("figures are those of the maps that they are sent with; order is when pixels were settled for good", async () => {
  const descent = asked({ start: "undecided", losses: [{ name: "boundaryLoss", options: {} }], rate: 0.5 });
  let frame = await descendBegin(descent);
  const since = new Float32Array(picture.mask.length).fill(-1);
  for (let step = 0; step <= 12; step++) {
    if (step > 0) [frame] = await run(1);
    const { maps } = partOf(frame);
    const reading = lastOf(frame);
    expect(reading.dice).toBeCloseTo(overlapOf({ ...picture, prediction: maps.levels }).dice, 6);
    expect(reading.open).toBe(maps.since.filter((at) => at < 0).length);
    // Levels are rounded: 64 and 191 may be on either side of 1/4 and 3/4.
    maps.levels.forEach((level, i) => {
      const towards = picture.mask[i] > 127 ? level : 255 - level;
      since[i] = towards === 191 ? maps.since[i] : towards < 191 ? -1 : since[i] < 0 ? step : since[i];
    });
    expect(maps.since).toEqual(since);
  }
  expect(new Set(since).size).toBeGreaterThan(3);
});

test("who stops waiting stops the descent, with a frame of where it stands", async () => {
  await descendBegin(asked());
  const frames = await run(null, (frame, controller) => {
    if (frame.step > 5) controller.abort();
  });
  const reached = frames.at(-1)?.step as number;
  expect(reached).toBeGreaterThan(5);
  expect((await run(1)).map(({ step }) => step)).toEqual([reached + 1]);
});

test("a descent that begins ends the one before, also while it runs", async () => {
  await descendBegin(asked());
  const running = run(null);
  const frame = await descendBegin(asked({ start: "everything" }));
  await running;
  expect(frame.step).toBe(0);
  expect((await run(1))[0].step).toBe(1);
});

test("a loss that refuses the picture, and one whose numbers end, leave the others going on", async () => {
  const names = ["diceLoss", "msSsimLoss"];
  const losses = names.map((name) => ({ name, options: {} }));
  const frame = await descendBegin(asked({ losses }));
  expect(frame.losses[1]).toMatchObject({ error: { name: "ShapeError" } });
  expect(lastOf((await run(3))[0]).step).toBeGreaterThan(0);
  // Each step takes five times every logit from it: they grow until float32 ends.
  await descendBegin(asked({ optimizer: { name: "sgd", options: { weightDecay: 0.5 } }, rate: 10 }));
  const { losses: ended } = (await run(null)).at(-1) as Frame;
  expect(ended[0]).toMatchObject({
    error: { message: expect.stringMatching(/at step \d+.*smaller learning rate/) },
  });
});

describe.each(Object.keys(OPTIMIZERS) as OptimizerName[])("%s", (name) => {
  const figuresAfter = async (
    options: Readonly<Record<string, unknown>>,
    steps: number,
    start = "undecided",
  ) => {
    const { rate } = OPTIMIZERS[name];
    const first = await descendBegin(asked({ optimizer: { name, options }, rate, start }));
    const last = (await run(steps)).at(-1) as Frame;
    return { first: lastOf(first), last: lastOf(last) };
  };

  test("reaches a Dice of 0.95 from undecided at its own rate", async () => {
    const { first, last } = await figuresAfter({}, 100);
    expect(first.dice).toBeLessThan(0.6);
    expect(last.dice).toBeGreaterThan(0.95);
  });

  test.each(Object.entries(OPTIMIZERS[name].options))(
    "%s has a say, and its default is the library's",
    async (option, spec) => {
      const other =
        typeof spec.default === "boolean" ? !spec.default : spec.default === 0 ? 0.4 : spec.default / 2;
      const [plain, told, changed] = [
        await figuresAfter({}, 200, "nothing"),
        await figuresAfter({ [option]: spec.default }, 200, "nothing"),
        await figuresAfter({ [option]: other }, 200, "nothing"),
      ];
      expect(told.last).toEqual(plain.last);
      expect(changed.last.value).not.toBe(plain.last.value);
    },
  );
});
