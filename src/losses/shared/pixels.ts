/** A prediction and its target made ready: what the body of every loss is written with. */
import { oneHot } from "../../create.ts";
import { OptionError, refuse } from "../../errors.ts";
import type { Shape } from "../../shape.ts";
import { asTensor, type Tensor, tensor } from "../../tensor.ts";
import * as checks from "./checks.ts";
import type { Mode, SharedOptions } from "./options.ts";

/**
 * The symbols of a loss. `p` and `g` are `[n, c, ...space]`; with `includeBackground: false` class 0 is already
 * gone. Sums and means respect `ignoreIndex` and `pixelWeights`.
 */
export class Pixels {
  readonly loss: string;
  readonly mode: Mode;
  /** Shape of `p` and `g`. */
  readonly shape: Shape;
  /** Target shares: hard masks, one-hot classes, or soft labels. */
  readonly g: Tensor;
  /** What each pixel counts, `[n, 1 or c, ...space]`; `null` where all count 1. */
  readonly weight: Tensor | null;
  readonly classWeights: readonly number[] | null;
  /** Whether class 0 was left out of `p` and `g`. */
  readonly droppedBackground: boolean;
  readonly #prediction: Tensor;
  readonly #logits: Tensor | null;
  #p: Tensor | null = null;
  readonly #drop: (x: Tensor) => Tensor;
  readonly #whole: () => Pixels;
  readonly #sumAxes: number[];

  constructor(loss: string, prediction: Tensor, target: Tensor, options: SharedOptions) {
    const { input = "logits", ignoreIndex, includeBackground = true, pixelWeights, classWeights } = options;
    asTensor(prediction, loss, "prediction");
    asTensor(target, loss, "target");
    checks.checkPrediction(loss, prediction, input === "probabilities");
    const channels = prediction.shape[1];
    const mode = checks.checkMode(loss, options.mode, channels);
    const indexed = checks.checkTargetShape(loss, prediction.shape, target.shape, mode);
    checks.checkTargetValues(loss, target, indexed ? channels : null, ignoreIndex);
    if (classWeights !== undefined) {
      checks.checkClassWeights(loss, classWeights, channels, mode, includeBackground);
    }
    if (pixelWeights !== undefined) checks.checkPixelWeights(loss, pixelWeights, prediction.shape);
    if (!includeBackground && channels === 1) refuseBackground(loss);
    if (ignoreIndex !== undefined && mode === "multiclass" && !indexed) refuseIgnore(loss, ignoreIndex);

    this.loss = loss;
    this.mode = mode;
    const all = { ...options, includeBackground: true, classWeights: undefined };
    this.#whole = () => (includeBackground ? this : new Pixels(loss, prediction, target, all));
    this.droppedBackground = !includeBackground;
    this.#drop = includeBackground ? (x) => x : (x) => (x.shape[1] === channels ? x.slice([[0], [1]]) : x);
    this.#prediction = prediction;
    this.#logits = input === "logits" ? prediction : null;
    const labels = indexed ? target.reshape([target.shape[0], 1, ...target.shape.slice(1)]) : target;
    const valid = ignoreIndex === undefined ? null : labels.notEqual(ignoreIndex);
    const shares = indexed ? oneHot(target, channels) : valid === null ? target : valid.where(target, 0);
    this.g = this.#drop(shares);
    this.shape = this.g.shape;
    const weight =
      valid === null ? (pixelWeights ?? null) : pixelWeights === undefined ? valid : valid.mul(pixelWeights);
    this.weight = weight === null ? null : this.#drop(weight);
    this.classWeights =
      classWeights === undefined ? null : includeBackground ? classWeights : classWeights.slice(1);
    const first = options.aggregate === "batch" ? 0 : 2;
    this.#sumAxes = prediction.shape.map((_, axis) => axis).filter((axis) => axis !== 1 && axis >= first);
  }

  /**
   * Logits, as given or as the given probabilities come from: `log p` over exclusive classes (which differ
   * from any others by a number a pixel), `log p - log (1 - p)` where each channel stands alone.
   */
  get logits(): Tensor {
    if (this.#logits !== null) return this.#drop(this.#logits);
    return this.mode === "multiclass" ? this.logP : this.logP.sub(this.logQ);
  }

  /** Predicted probabilities. Recorded when first asked for: a cross entropy of logits never does. */
  get p(): Tensor {
    this.#p ??= this.#drop(this.#logits === null ? this.#prediction : activate(this.#logits, this.mode));
    return this.#p;
  }

  /**
   * The same with class 0, where that was left out: for a pixel's cost that runs over all exclusive classes, whichever
   * pixels count.
   */
  get whole(): Pixels {
    return this.#whole();
  }

  /** Lengths of the spatial axes. */
  get space(): Shape {
    return this.shape.slice(2);
  }

  /** Axes of the spatial extent. */
  get spaceAxes(): readonly number[] {
    return this.space.map((_, i) => i + 2);
  }

  /** log p, from logits where there are any: finite wherever they are. */
  get logP(): Tensor {
    if (this.#logits === null) return this.p.safeLog();
    return this.mode === "multiclass"
      ? this.#drop(this.#logits.logSoftmax(1))
      : this.#drop(this.#logits.logSigmoid());
  }

  /** log (1 - p), likewise. */
  get logQ(): Tensor {
    if (this.#logits === null || this.mode === "multiclass") return this.q.safeLog();
    return this.#drop(this.#logits.neg().logSigmoid());
  }

  /** 1 - p, with all its digits where logits are given. */
  get q(): Tensor {
    if (this.#logits === null || this.mode === "multiclass") return complement(this.p);
    return this.#drop(this.#logits.neg().sigmoid());
  }

  /**
   * Cross entropy of each pixel and class, `[n, c, ...space]`: `-g log p` over exclusive classes (whose sum is
   * the pixel's), `-g log p - (1 - g) log (1 - p)` where each channel stands alone.
   */
  get crossEntropy(): Tensor {
    const hit = this.g.mul(this.logP);
    return (this.mode === "multiclass" ? hit : hit.add(complement(this.g).mul(this.logQ))).neg();
  }

  /** Weighted sum over space (and over the batch with `aggregate: "batch"`): `[n or 1, c]`. */
  sum(x: Tensor): Tensor {
    return this.#total(this.weight === null ? x : x.mul(this.weight));
  }

  /** Weighted number of pixels behind each {@link sum}: `[n or 1, 1 or c]`, or a plain number where all count 1. */
  count(): Tensor | number {
    if (this.weight === null) return this.#sumAxes.reduce((n, axis) => n * this.shape[axis], 1);
    return this.#total(this.weight);
  }

  /** Like {@link count}, but every pixel with a weight above 0 counts 1. */
  countPresent(): Tensor | number {
    return this.weight === null ? this.count() : this.#total(this.weight.greater(0));
  }

  #total(x: Tensor): Tensor {
    const total = x.sum(this.#sumAxes);
    return total.rank === 1 ? total.reshape([1, total.shape[0]]) : total;
  }

  /** Weighted mean over space (and batch): `[n or 1, c]`; 0 where no pixel counts. */
  mean(x: Tensor): Tensor {
    return ratio(this.sum(x), this.count(), 0);
  }

  /** Largest element over space, kept for broadcasting: `[n, c, 1, ...]`. */
  maxOverSpace(x: Tensor): Tensor {
    return x.max(this.spaceAxes, true);
  }
}

/** 1 for each pixel that counts, with a weight above 0; `null` where all do. */
export const knownPixels = ({ weight }: Pixels): Tensor | null => weight?.greater(0) ?? null;

/** x where pixels count, 0 elsewhere. */
export function onKnown(x: Tensor, pixels: Pixels): Tensor {
  const known = knownPixels(pixels);
  return known === null ? x : x.mul(known);
}

/** Axes of the spatial extent of `[n, c, ...space]`. */
export const spaceAxesOf = (x: Tensor): readonly number[] => x.shape.slice(2).map((_, i) => i + 2);

/** 1 - x. */
export function complement(x: Tensor): Tensor {
  return x.neg().add(1);
}

/** a / b, and `ifNone` (with a gradient of 0) where b is 0. */
export function ratio(a: Tensor, b: Tensor | number, ifNone: number): Tensor {
  if (typeof b === "number") return b === 0 ? a.mul(0).add(ifNone) : a.div(b);
  const none = b.equal(0);
  return none.where(ifNone, a.div(none.where(1, b)));
}

function activate(logits: Tensor, mode: Mode): Tensor {
  return mode === "multiclass" ? logits.softmax(1) : logits.sigmoid();
}

function refuseBackground(loss: string): never {
  refuse(OptionError, loss, "includeBackground", "false for one channel", "several classes");
}

function refuseIgnore(loss: string, ignoreIndex: number): never {
  const given = `${ignoreIndex} for a one-hot target`;
  refuse(OptionError, loss, "ignoreIndex", given, "class indices [n, ...space]");
}

/** @internal The weights of classes as a tensor that broadcasts over `[n, c, ...]`. */
export function classWeightTensor(weights: readonly number[], rank: number): Tensor {
  return tensor(Float64Array.from(weights), [1, weights.length, ...new Array<number>(rank - 2).fill(1)]);
}
