/** One loss on one prediction: value, gradient, how much of it vanishes, and whether it can be trusted. */

import { zeros } from "../create.ts";
import { DTypeError, OptionError, refuse, ShapeError } from "../errors.ts";
import type { Loss } from "../losses/shared/define-loss.ts";
import type { PlanReport } from "../run/executor.ts";
import { evaluate, planReport, type Tensor, tensor } from "../tensor.ts";
import { valueAndGrad } from "../transform/grad.ts";
import { gradcheck } from "../transform/gradcheck.ts";
import { onFirstWithRoom } from "./stages.ts";

/** A prediction and its target, both `height * width` numbers in [0, 1]. */
export interface StudyPair {
  readonly prediction: Float64Array;
  readonly target: Float64Array;
  readonly width: number;
  readonly height: number;
}

/** A pair with the logits behind its prediction. */
export interface LogitPair {
  readonly pair: StudyPair;
  readonly logits: Float64Array;
}

/** What one loss says of a pair. Gradients are by logits. */
export interface Measurement {
  readonly value: number;
  /** d loss / d logit of each pixel. */
  readonly gradient: Float64Array;
  /** Euclidean norm of the gradient. */
  readonly gradientNorm: number;
  /** Largest absolute entry of the gradient. */
  readonly gradientMax: number;
  /** Share of pixels whose gradient is below a thousandth of the largest. */
  readonly vanishingShare: number;
  /** Time of value and gradient with a cached plan, in milliseconds. */
  readonly milliseconds: number;
  readonly plan: PlanReport;
}

/** A gradient below this share of the largest entry counts as vanished. */
const VANISHING = 1e-3;

/** Margins of what was stored in 8 bits, half a step, and in float32. */
export const BYTE_MARGIN = 1 / 510;
export const FLOAT_MARGIN = 1e-6;

/** The logit of one probability. */
export const logit = (p: number): number => Math.log(p / (1 - p));

/**
 * Logits of probabilities, which are first kept `margin` away from 0 and 1: a stored 0 means "less than the
 * smallest step", not certainty.
 */
export function logitsOf(probabilities: Float64Array, margin: number): Float64Array {
  return probabilities.map((p) => logit(Math.min(Math.max(p, margin), 1 - margin)));
}

/** Refuses a pair of the wrong size, or with values that are no probabilities. */
export function checkPair(
  { prediction, target, width, height }: StudyPair,
  logits: Float64Array | undefined,
): void {
  for (const [argument, data] of Object.entries({ prediction, target, logits: logits ?? prediction })) {
    const wrong = data.findIndex((x) => (data === logits ? !Number.isFinite(x) : !(x >= 0 && x <= 1)));
    if (wrong >= 0) {
      const expected = data === logits ? "finite numbers" : "numbers in 0 .. 1";
      refuse(DTypeError, "study", argument, `${data[wrong]} at element ${wrong}`, expected);
    }
    if (data.length === width * height) continue;
    throw new ShapeError(
      `study: ${argument} has ${data.length} pixels, expected ${width} x ${height} = ${width * height}`,
      {
        op: "study",
        argument,
        given: String(data.length),
        expected: String(width * height),
      },
    );
  }
}

/** A map as `[1, 1, height, width]`. */
function imageTensor(data: Float64Array, width: number, height: number): Tensor {
  return tensor(data, [1, 1, height, width]);
}

/** `x` and its opposite as two exclusive classes. */
function twoClasses(foreground: Tensor, background: Tensor): Tensor {
  return background.concat(foreground, 1);
}

/**
 * The loss as a function of logits, `[n, 1, height, width]`. A loss of exclusive classes sees two of them: softmax
 * over the logits 0 and x is the sigmoid of x.
 */
export function lossOfLogits(loss: Loss, target: Tensor, options: Readonly<Record<string, unknown>>) {
  if (options.input !== undefined && options.input !== "logits") {
    refuse(
      OptionError,
      loss.name,
      "input",
      JSON.stringify(options.input),
      '"logits": a study takes gradients by logits',
    );
  }
  const given = { ...options, input: "logits" };
  if (loss.modes.includes("binary")) return (logits: Tensor): Tensor => loss(logits, target, given);
  const shares = twoClasses(target, target.neg().add(1));
  return (logits: Tensor): Tensor => loss(twoClasses(logits, zeros(logits.shape)), shares, given);
}

/** Norm and largest entry of a gradient, and how much of it vanishes. */
export function gradientFigures(gradient: ArrayLike<number>) {
  let square = 0;
  let largest = 0;
  for (let i = 0; i < gradient.length; i++) {
    square += gradient[i] * gradient[i];
    largest = Math.max(largest, Math.abs(gradient[i]));
  }
  let vanished = 0;
  for (let i = 0; i < gradient.length; i++) if (Math.abs(gradient[i]) <= VANISHING * largest) vanished++;
  return {
    gradientNorm: Math.sqrt(square),
    gradientMax: largest,
    vanishingShare: vanished / gradient.length,
  };
}

/** Value and gradient of a loss on the present executor. */
export async function measure(
  loss: Loss,
  logits: Float64Array,
  { target, width, height }: StudyPair,
  options: Readonly<Record<string, unknown>> = {},
): Promise<Measurement> {
  const x = imageTensor(logits, width, height);
  const f = valueAndGrad(lossOfLogits(loss, imageTensor(target, width, height), options));
  const first = f(x);
  await evaluate(first.value, first.grad);
  // The second call finds its plan: this is what a user pays at every step.
  const start = performance.now();
  const again = f(x);
  const plan = await planReport(again.value, again.grad);
  await evaluate(again.value, again.grad);
  const milliseconds = performance.now() - start;
  const gradient = Float64Array.from(await again.grad.data());
  return { value: await again.value.item(), gradient, ...gradientFigures(gradient), milliseconds, plan };
}

/** The place of the square part of a pair, `side` wide, where foreground and background are most even. */
export function cropOf({ target, width, height }: StudyPair, side: number): { left: number; top: number } {
  let best = { left: 0, top: 0 };
  let least = Infinity;
  const step = Math.max(1, side >> 1);
  for (let top = 0; top + side <= height; top += step) {
    for (let left = 0; left + side <= width; left += step) {
      let share = 0;
      for (let y = 0; y < side; y++)
        for (let x = 0; x < side; x++) share += target[(top + y) * width + left + x];
      const distance = Math.abs(share / (side * side) - 0.5);
      if (distance < least) {
        least = distance;
        best = { left, top };
      }
    }
  }
  return best;
}

/** A square part of a map. */
export function cut(
  data: Float64Array,
  width: number,
  { left, top }: { left: number; top: number },
  side: number,
): Float64Array {
  const part = new Float64Array(side * side);
  for (let y = 0; y < side; y++)
    part.set(data.subarray((top + y) * width + left, (top + y) * width + left + side), y * side);
  return part;
}

/** Sides of the part that a gradient is checked on. */
const CHECK_SIDES = [48, 176] as const;

/**
 * Largest error of the gradient against central differences in float64, on a part of the image (the whole one
 * would take minutes). What the loss documents as constant is held constant.
 */
export async function checkedError(
  loss: Loss,
  logits: Float64Array,
  pair: StudyPair,
  options: Readonly<Record<string, unknown>> = {},
): Promise<number> {
  return onFirstWithRoom(CHECK_SIDES, async (wanted) => {
    const side = Math.min(wanted, pair.width, pair.height);
    const place = cropOf(pair, side);
    const target = imageTensor(cut(pair.target, pair.width, place, side), side, side);
    const x = imageTensor(cut(logits, pair.width, place, side), side, side);
    const large = side > CHECK_SIDES[0];
    const { maxError } = await gradcheck(lossOfLogits(loss, target, options), [x], {
      holdConstants: loss.constants !== "",
      directions: large ? 1 : 3,
      elements: large ? 0 : 6,
    });
    return maxError;
  });
}
