/** One loss going downhill: the variables are the logits of the picture's pixels, and a step is one recorded plan. */
import type { HostArray } from "../../array.ts";
import { stack } from "../../create.ts";
import { losses as catalogue } from "../../losses/catalogue.ts";
import { lossOfLogits } from "../../study/measure.ts";
import { evaluate, type Tensor, tensor } from "../../tensor.ts";
import { detectAnomaly } from "../../transform/anomaly.ts";
import { valueAndGrad } from "../../transform/grad.ts";
import { type StatefulFunction, stateful } from "../../transform/stateful.ts";
import { type Descent, type LossMaps, type Reading, SETTLED_LOGIT } from "../descent/frame.ts";
import { optimizerOf } from "../descent/optimizers.ts";
import type { LossChoice } from "../state/choices.ts";
import { levelOf, logitsOfLevels, targetOf } from "../subject/picture.ts";

/** Figures of a step, in this order: one tensor, so that they are read at once. */
const FIGURES = [
  "value",
  "both",
  "predicted",
  "foreground",
  "background",
  "squaredPull",
  "squaredOpenPull",
  "squaredWay",
] as const;

/** How many pixels each class has. */
interface Counts {
  readonly foreground: number;
  readonly background: number;
}

/** What a step computes with beside the state. */
interface Setting {
  readonly loss: (logits: Tensor) => Tensor;
  /** 1 inside, 0 outside. */
  readonly target: Tensor;
  readonly pixels: number;
}

/** A loss at some logits. */
interface Place {
  readonly value: Tensor;
  readonly gradient: Tensor;
  /** 1 where a pixel is settled. */
  readonly settled: Tensor;
}

function placeOf({ loss, target }: Setting, logits: Tensor): Place {
  const { value, grad } = valueAndGrad(loss)(logits);
  const towardsTruth = logits.mul(target.mul(2).sub(1));
  return { value, gradient: grad, settled: towardsTruth.greaterEqual(SETTLED_LOGIT) };
}

/** The mean of what is marked with 1; 0 where nothing is. */
const meanWhere = (x: Tensor, marked: Tensor): Tensor => x.mul(marked).sum().div(marked.sum().maximum(1));

function figuresOf({ target, pixels }: Setting, logits: Tensor, place: Place, squaredWay: Tensor): Tensor {
  const predicted = logits.greaterEqual(0);
  const squaredPull = place.gradient.mul(pixels).square();
  return stack([
    place.value.reshape([]),
    predicted.mul(target).sum(),
    predicted.sum(),
    place.settled.mul(target).sum(),
    place.settled.mul(target.neg().add(1)).sum(),
    squaredPull.mean(),
    meanWhere(squaredPull, place.settled.neg().add(1)),
    squaredWay,
  ]);
}

function readingOf(step: number, figures: ArrayLike<number>, of: Counts): Reading {
  const given = Object.fromEntries(FIGURES.map((name, i) => [name, figures[i]])) as Record<
    (typeof FIGURES)[number],
    number
  >;
  const sum = given.predicted + of.foreground;
  return {
    step,
    value: given.value,
    dice: sum === 0 ? 1 : (2 * given.both) / sum,
    foreground: of.foreground === 0 ? 1 : given.foreground / of.foreground,
    background: of.background === 0 ? 1 : given.background / of.background,
    open: of.foreground + of.background - given.foreground - given.background,
    pull: Math.sqrt(given.squaredPull),
    openPull: Math.sqrt(given.squaredOpenPull),
    way: Math.sqrt(given.squaredWay),
  };
}

/** A plain loop, several times as fast as `Uint8Array.from` with a function: this runs for every frame. */
function levelsOf(logits: HostArray): Uint8Array {
  const levels = new Uint8Array(logits.length);
  for (let i = 0; i < levels.length; i++) levels[i] = levelOf(1 / (1 + Math.exp(-logits[i])));
  return levels;
}

/** The numbers in float32, which the reference executor alone does not have them in. */
const singles = (data: HostArray): Float32Array =>
  data instanceof Float32Array ? data : new Float32Array(data);

/** A loss on its way. It lives in the executor; each step tells its figures, maps are read when they are shown. */
export class DescentRun {
  readonly #setting: Setting;
  readonly #counts: Counts;
  readonly #state: StatefulFunction<Tensor>;
  #last: Reading;

  private constructor(setting: Setting, counts: Counts, state: StatefulFunction<Tensor>, first: Reading) {
    this.#setting = setting;
    this.#counts = counts;
    this.#state = state;
    this.#last = first;
  }

  /** A loss at its start. */
  static async begin({ maps, optimizer, rate }: Descent, { name, options }: LossChoice): Promise<DescentRun> {
    const loss = catalogue[name];
    if (loss === undefined) throw new Error(`no loss ${JSON.stringify(name)}`);
    const shape = [1, 1, maps.height, maps.width];
    const pixels = maps.width * maps.height;
    const target = tensor(targetOf(maps.mask), shape);
    const setting: Setting = { loss: lossOfLogits(loss, target, options), target, pixels };
    const logits = tensor(logitsOfLevels(maps.prediction), shape);
    const place = placeOf(setting, logits);
    const figures = figuresOf(setting, logits, place, tensor(0));
    await evaluate(place.gradient, place.settled, figures);
    const foreground = await target.sum().item();
    const counts = { foreground, background: pixels - foreground };
    const first = readingOf(0, await figures.data(), counts);
    const rule = optimizerOf(optimizer, rate);
    /*
     * The gradient is carried from one step to the next: what is shown of a step, value, gradient and maps, then
     * belongs to one prediction, and each gradient is computed once.
     */
    const begin = {
      ...rule.init({ logits }),
      logits,
      gradient: place.gradient,
      since: place.settled.sub(1),
    };
    const state = stateful(begin, ({ logits: before, gradient, since, ...memory }) => {
      // Losses are means over pixels: times their number, one rate fits pictures of every size.
      const pull = { logits: gradient.mul(pixels) };
      const { parameters, state: next } = rule.update(pull, memory, { logits: before });
      const after = placeOf(setting, parameters.logits);
      const open = since.less(0);
      const squaredWay = meanWhere(parameters.logits.sub(before).square(), open);
      const settledSince = after.settled.where(open.where(next.step, since), -1);
      return {
        state: { ...next, logits: parameters.logits, gradient: after.gradient, since: settledSince },
        value: figuresOf(setting, parameters.logits, after, squaredWay),
      };
    });
    const run = new DescentRun(setting, counts, state, first);
    try {
      await run.#check();
    } catch (error) {
      run.release();
      throw error;
    }
    return run;
  }

  /** The figures of the present step. */
  get last(): Reading {
    return this.#last;
  }

  /** One step further. */
  async step(): Promise<Reading> {
    const figures = await this.#state.run([]);
    this.#last = readingOf(this.#last.step + 1, await figures.data(), this.#counts);
    await this.#check();
    return this.#last;
  }

  /** The maps of the present step. */
  async maps(): Promise<LossMaps> {
    const { logits, gradient, since } = await this.#state.read();
    return {
      levels: levelsOf(await logits.data()),
      gradient: singles(await gradient.data()),
      since: singles(await since.data()),
    };
  }

  release(): void {
    this.#state.release();
  }

  /** Refuses to go on from what is not a number: every later step would be none either. */
  async #check(): Promise<void> {
    const { step, value, pull } = this.#last;
    if (Number.isFinite(value) && Number.isFinite(pull)) return;
    const what = Number.isFinite(value) ? `gradient became ${pull}` : `value became ${value}`;
    const { logits } = await this.#state.read();
    const anomaly = await detectAnomaly(this.#setting.loss, [logits]);
    const where = anomaly === null ? "" : ` (${anomaly.message})`;
    const advice = step === 0 ? "Try another start." : "A smaller learning rate may help.";
    throw new Error(`The ${what} at step ${step}${where}: it stops here. ${advice}`);
  }
}
