/** A prediction beside its target: what metrics are computed from, each part at most once. */
import { DTypeError, OptionError, refuse, ShapeError } from "../errors.ts";
import {
  type ClassCounts,
  type ConfusionMatrix,
  classCounts,
  countPixels,
  refuseClass,
} from "./confusion.ts";
import type { ClassMap, FilledOptions } from "./options.ts";
import { type SurfaceDistances, surfaceDistances } from "./surface.ts";

/** The arrays that are compared. */
export interface Compared {
  /** Class of each pixel, where a metric needs it. */
  readonly prediction?: ClassMap;
  /** `[classes, ...size]`, where a metric needs them; of two classes, class 1 may stand alone. */
  readonly probabilities?: ArrayLike<number>;
  readonly target: ClassMap;
}

/** The settings that what is shared between metrics depends on. */
type Settings = Pick<FilledOptions, "classes" | "size" | "spacing" | "ignoreIndex">;

interface Channels {
  readonly values: ArrayLike<number>;
  /** Class 1 alone: class 0 is the rest. */
  readonly foregroundOnly: boolean;
}

/** Rounding of a softmax in float32. */
const SLACK = 1e-5;

const product = (lengths: readonly number[]) => lengths.reduce((size, length) => size * length, 1);

export class Comparison {
  readonly #op: string;
  readonly #compared: Compared;
  readonly #settings: Settings;
  readonly #surfaces = new Map<number, SurfaceDistances>();
  #confusion: ConfusionMatrix | undefined;
  #checked: Channels | undefined;

  constructor(op: string, compared: Compared, settings: Settings) {
    this.#op = op;
    this.#compared = compared;
    this.#settings = settings;
    const { length } = compared.target;
    const { size } = settings;
    if (size !== undefined && product(size) !== length)
      refuse(ShapeError, op, "target", `${length} pixels`, `${size.join(" x ")} pixels, as size says`);
  }

  get confusion(): ConfusionMatrix {
    const { prediction, target } = this.#compared;
    if (prediction === undefined)
      refuse(OptionError, this.#op, "prediction", "missing", "the class of each pixel");
    this.#confusion ??= countPixels(this.#op, prediction, target, this.#settings);
    return this.#confusion;
  }

  /** Pixels of one class against the rest. */
  counts(c: number): ClassCounts {
    return classCounts(this.confusion, c);
  }

  /** The length of the image's diagonal: no distance in it is longer. */
  get diagonal(): number {
    const { size, steps } = this.#space();
    return Math.hypot(...size.map((length, axis) => length * steps[axis]));
  }

  /** Distances between the borders of a class that prediction and target both have. */
  surfaces(c: number): SurfaceDistances {
    const known = this.#surfaces.get(c);
    if (known !== undefined) return known;
    const { prediction = [], target } = this.#compared;
    const { ignoreIndex } = this.#settings;
    const { size, steps } = this.#space();
    const predicted = new Uint8Array(target.length);
    const wanted = new Uint8Array(target.length);
    for (let i = 0; i < target.length; i++) {
      if (target[i] === ignoreIndex) continue;
      if (prediction[i] === c) predicted[i] = 1;
      if (target[i] === c) wanted[i] = 1;
    }
    const found = surfaceDistances(predicted, wanted, size, steps);
    this.#surfaces.set(c, found);
    return found;
  }

  /** Calls back for each pixel that counts, with its class and its place. */
  forEachPixel(visit: (g: number, i: number) => void): void {
    const { target } = this.#compared;
    const { classes, ignoreIndex } = this.#settings;
    for (let i = 0; i < target.length; i++) {
      const g = target[i];
      if (g === ignoreIndex) continue;
      if (g >>> 0 !== g || g >= classes) refuseClass(this.#op, "target", g, i, classes);
      visit(g, i);
    }
  }

  /** The probability of a class at a pixel. */
  probability(c: number, i: number): number {
    const { values, foregroundOnly } = this.#channels();
    const at = foregroundOnly ? i : c * this.#compared.target.length + i;
    const p = values[at];
    if (!(p >= -SLACK && p <= 1 + SLACK))
      refuse(DTypeError, this.#op, "probabilities", `${p} at ${at}`, "numbers from 0 to 1");
    return Math.min(1, Math.max(0, foregroundOnly && c === 0 ? 1 - p : p));
  }

  #channels(): Channels {
    if (this.#checked !== undefined) return this.#checked;
    const { probabilities, target } = this.#compared;
    const { classes } = this.#settings;
    if (probabilities === undefined)
      refuse(OptionError, this.#op, "probabilities", "missing", "the probability of each class");
    const foregroundOnly = classes === 2 && probabilities.length === target.length;
    if (!foregroundOnly && probabilities.length !== classes * target.length) {
      const expected = `${classes} x ${target.length}, one of each class and pixel`;
      refuse(ShapeError, this.#op, "probabilities", `${probabilities.length} numbers`, expected);
    }
    this.#checked = { values: probabilities, foregroundOnly };
    return this.#checked;
  }

  /** Lengths of the axes, and distances between neighbours along them. */
  #space(): { readonly size: readonly number[]; readonly steps: readonly number[] } {
    const { size, spacing } = this.#settings;
    if (size === undefined) refuse(OptionError, this.#op, "size", "missing", "the lengths of the axes");
    const steps = typeof spacing === "number" ? size.map(() => spacing) : spacing;
    if (steps.length !== size.length) {
      refuse(
        OptionError,
        this.#op,
        "spacing",
        `[${steps.join(", ")}]`,
        `${size.length} numbers, one an axis`,
      );
    }
    return { size, steps };
  }
}
