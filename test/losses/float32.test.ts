/** Saturated predictions in float32, where 1 - p and small powers run out of digits first. */
import { beforeAll, expect, test } from "vitest";
import { evaluate, losses, setBackend, type Tensor, valueAndGrad } from "../../src/index.ts";
import { filled } from "../support/losses.ts";

beforeAll(() => setBackend("cpu"));

const NAMES = Object.values(losses)
  .filter(({ family }) => family === "pixel" || family === "region" || family === "compound")
  .map(({ name }) => name)
  // Their windows have tests of their own.
  .filter((name) => !/unet3Plus|basnet/.test(name));

const STEEP: Readonly<Record<string, object>> = {
  generalizedDiceLoss: { smooth: 0 },
  generalizedWassersteinDiceLoss: { weighting: "volume", smooth: 0 },
  matthewsCorrelationLoss: { smooth: 0 },
  noiseRobustDiceLoss: { gamma: 1.1, squared: true, smooth: 0 },
  focalLoss: { gamma: 0.3 },
  normalizedFocalLoss: { gamma: 0.3, constant: "nothing" },
  biTemperedLogisticLoss: { t1: 0, t2: 4 },
  focalTverskyLoss: { gamma: 4, smooth: 0 },
  focalDiceLoss: { beta: 5, smooth: 0 },
  asymmetricFocalLoss: { gamma: 0.3 },
  asymmetricFocalTverskyLoss: { gamma: 0.9, smooth: 0 },
  unifiedFocalLoss: { form: "symmetric", gamma: 0.9, smooth: 0 },
  exponentialLogarithmicLoss: { gammaDice: 0.1, gammaCrossEntropy: 0.1, smooth: 0 },
};

/** Every pixel right, every pixel wrong, and a mixture. */
const patterns = (channels: number, label: (pixel: number) => number) => [
  (pixel: number, c: number) => (channels === 1 ? label(pixel) === 1 : label(pixel) === c),
  (pixel: number, c: number) => (channels === 1 ? label(pixel) === 0 : (label(pixel) + 1) % channels === c),
  (pixel: number, c: number) => (pixel * 7 + c) % 3 === 0,
];

async function expectFinite(name: string, options: object, channels: number): Promise<void> {
  const shape = [1, channels, 4, 4];
  const masks = [() => 0, () => 1, (pixel: number) => pixel % Math.max(2, channels)];
  for (const label of masks) {
    const target = filled(channels === 1 ? shape : [1, 4, 4], label);
    for (const up of patterns(channels, label)) {
      const corners = filled(shape, (i) => Number(up(i % 16, Math.floor(i / 16))));
      for (const input of losses[name].options.input.choices ?? []) {
        const x = input === "logits" ? corners.mul(160).sub(80) : corners;
        const { value, grad } = valueAndGrad((y: Tensor) => losses[name](y, target, { ...options, input }))(
          x,
        );
        await evaluate(value, grad);
        expect(await value.item()).toSatisfy(Number.isFinite);
        expect((await grad.data()).every(Number.isFinite)).toBe(true);
      }
    }
  }
}

test.each(NAMES)("%s is finite at logits of +-80 and probabilities of 0 and 1", async (name) => {
  for (const options of [{}, STEEP[name] ?? {}]) {
    if (losses[name].modes.includes("binary")) await expectFinite(name, options, 1);
    if (losses[name].modes.includes("multiclass")) await expectFinite(name, options, 3);
  }
});
