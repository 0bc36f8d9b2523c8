/** What a loss answers to the scenes, as a few numbers. */
import type { Loss } from "../../losses/shared/define-loss.ts";
import { evaluate, type Tensor, tensor } from "../../tensor.ts";
import { valueAndGrad } from "../../transform/grad.ts";
import { type Answer, probe, type Scene } from "../tools/shared/probe.ts";
import { SURE } from "../tools/shared/scenes.ts";
import { norm } from "../tools/shared/vectors.ts";
import { SCENE_NAMES, type SceneName, type Stage } from "./scenes.ts";

/** What is measured of a loss; `null` where there is no number (0 / 0, or no such question). */
export interface LossTraits {
  /** Undecided: share of the sum of |gradient| that falls on the foreground. */
  readonly pull: number | null;
  /** Cost of predicting nothing for sure, over that of being undecided. */
  readonly nothing: number | null;
  /** Pull on a foreground pixel where nothing is predicted for sure, over that where it is undecided. */
  readonly grip: number | null;
  /** Cost of predicting foreground everywhere for sure, over that of being undecided. */
  readonly everything: number | null;
  /** Pull on a background pixel where everything is predicted foreground, over that where it is undecided. */
  readonly release: number | null;
  /** Cost of missing the small object beside the large one, as a share of missing both. */
  readonly smallMissed: number | null;
  /** Cost of a false object of the small one's size, over that of missing it. */
  readonly falseAlarm: number | null;
  /** Norm of the gradient of an undecided prediction where there is nothing, over that where there is something. */
  readonly emptyPull: number | null;
  /** Pull down on a pixel of a sure false alarm in an empty image, over that where it is undecided. */
  readonly emptyGrip: number | null;
  /** Cost of a gap in a thin line over that of as many pixels missing along its rim. */
  readonly gap: number | null;
  /** Cost of a pixel missed along the border, over that of one of an object that is missed whole. */
  readonly edge: number | null;
  /** Cost of a false spot far from the object, over one beside it. */
  readonly far: number | null;
  /** Exclusive classes, undecided: share of the sum of |gradient| that falls on the pixels of the rarest class. */
  readonly rarestPull: number | null;
  /** Exclusive classes: cost of taking the rarest for another, all else right, over that of being undecided. */
  readonly rarestMissed: number | null;
}

/** What is so many times as much, or more, is told as this. */
export const MOST_TIMES = 1000;

/** A number, or `null` for what is none. */
const finite = (x: number): number | null => (Number.isFinite(x) ? x : null);

/** A ratio; `null` for 0 / 0. */
const over = (a: number, b: number): number | null =>
  finite(Math.max(-MOST_TIMES, Math.min(MOST_TIMES, a / b)));

/** Mean over some pixels of a gradient, changed by `f`. */
function meanOn(
  { gradient }: Answer,
  { target }: Scene,
  value: number,
  f: (slope: number) => number,
): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < target.length; i++) {
    if (target[i] !== value) continue;
    sum += f(gradient[i]);
    count++;
  }
  return sum / count;
}

/** Share of |gradient| on the foreground. */
function pullOf(answer: Answer, scene: Scene): number {
  const all = Array.from(answer.gradient, Math.abs);
  const on = all.reduce((sum, g, i) => sum + g * scene.target[i], 0);
  return on / all.reduce((sum, g) => sum + g, 0);
}

/** How hard the pixels of the false alarm are pushed down: pushing up counts as nothing. */
function pushDown(answer: Answer, alarm: Scene): number {
  const said = { ...alarm, target: alarm.logits.map((z) => Number(z > 0)) };
  return Math.max(
    0,
    meanOn(answer, said, 1, (g) => g),
  );
}

/** Asks a loss about every scene. */
export async function traitsOf(
  loss: Loss,
  options: Readonly<Record<string, unknown>>,
  { scenes, side, drawn, borderWrong }: Stage,
): Promise<Omit<LossTraits, "rarestPull" | "rarestMissed">> {
  const list = SCENE_NAMES.map((name) => scenes[name]);
  const answers = await probe(loss, options, list, { width: side, height: side });
  const answer = (name: SceneName) => answers[SCENE_NAMES.indexOf(name)];
  const cost = (wrong: SceneName, right: SceneName) => answer(wrong).value - answer(right).value;
  const pixelPull = (name: SceneName, value: number) => meanOn(answer(name), scenes[name], value, Math.abs);
  const open = cost("undecided", "right");
  const missedPixel = cost("borderMissed", "borderRight") / drawn.object;
  const borderPixel = cost("borderIn", "borderRight") / borderWrong;
  return {
    pull: finite(pullOf(answer("undecided"), scenes.undecided)),
    nothing: over(cost("nothing", "right"), open),
    grip: over(pixelPull("nothing", 1), pixelPull("undecided", 1)),
    everything: over(cost("everything", "right"), open),
    release: over(pixelPull("everything", 0), pixelPull("undecided", 0)),
    smallMissed: over(cost("smallMissed", "bothFound"), cost("bothMissed", "bothFound")),
    falseAlarm: over(cost("falseSmall", "bothFound"), cost("smallMissed", "bothFound")),
    emptyPull: over(norm(answer("emptyUndecided").gradient), norm(answer("undecided").gradient)),
    emptyGrip: over(
      pushDown(answer("emptyAlarm"), scenes.emptyAlarm),
      pushDown(answer("emptyUndecided"), scenes.emptyAlarm),
    ),
    gap: over(cost("lineGap", "lineRight"), cost("lineRim", "lineRight")),
    edge: over(borderPixel, missedPixel),
    far: over(cost("spotFar", "borderRight"), cost("spotNear", "borderRight")),
  };
}

/** Pixels a side of the scene with all classes. */
const CLASSES_SIDE = 64;

/** The classes in a row, in their shares; every class has a pixel at least. */
function inRows(shares: readonly number[]): Float64Array {
  const area = CLASSES_SIDE * CLASSES_SIDE;
  const total = shares.reduce((a, b) => a + b, 0);
  const labels = new Float64Array(area);
  let end = area;
  // From the last: class 0 takes what the others leave.
  for (let k = shares.length - 1; k > 0; k--) {
    const start = Math.max(k, end - Math.max(1, Math.round((shares[k] / total) * area)));
    labels.fill(k, start, end);
    end = start;
  }
  return labels;
}

/** Logits of a network that is sure of these classes. */
function sureOfClasses(labels: Float64Array, count: number): Float64Array {
  const logits = new Float64Array(count * labels.length).fill(-SURE / 2);
  labels.forEach((label, i) => {
    logits[label * labels.length + i] = SURE / 2;
  });
  return logits;
}

/** Asks a loss about the rarest of several classes that exclude each other. */
export async function rarestTraits(
  loss: Loss,
  options: Readonly<Record<string, unknown>>,
  shares: readonly number[],
  rarest: number,
): Promise<Pick<LossTraits, "rarestPull" | "rarestMissed">> {
  const labels = inRows(shares);
  const target = tensor(labels, [1, CLASSES_SIDE, CLASSES_SIDE]);
  const ask = async (said: Float64Array) => {
    const logits = tensor(said, [1, shares.length, CLASSES_SIDE, CLASSES_SIDE]);
    const { value, grad } = valueAndGrad((x: Tensor) => loss(x, target, options))(logits);
    await evaluate(value, grad);
    return { value: await value.item(), slopes: await grad.data() };
  };
  const count = shares.length;
  const open = await ask(new Float64Array(count * labels.length));
  const right = await ask(sureOfClasses(labels, count));
  const taken = rarest === 0 ? 1 : 0;
  const missed = await ask(
    sureOfClasses(
      labels.map((label) => (label === rarest ? taken : label)),
      count,
    ),
  );
  let [on, all] = [0, 0];
  for (let i = 0; i < open.slopes.length; i++) {
    const strength = Math.abs(open.slopes[i]);
    all += strength;
    if (labels[i % labels.length] === rarest) on += strength;
  }
  return {
    rarestPull: finite(on / all),
    rarestMissed: over(missed.value - right.value, open.value - right.value),
  };
}
