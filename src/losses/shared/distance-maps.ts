/** Distances to borders of masks: computed on the host, constant for every derivative. */
import { OptionError, refuse } from "../../errors.ts";
import { distance } from "../../ops/host/distance.ts";
import { Tensor } from "../../tensor.ts";
import type { OptionSpec } from "./options.ts";
import { complement, onKnown, type Pixels, ratio } from "./pixels.ts";

/** Distance between neighbours: one number for every spatial axis, or one an axis. */
export type Spacing = number | readonly number[];

const isStep = (step: unknown) => typeof step === "number" && step > 0 && Number.isFinite(step);

/** The option `spacing`, as every loss that measures distances has it. */
export const SPACING: OptionSpec = {
  default: 1,
  doc: "distance between neighbours: one number, or one a spatial axis",
  check: (spacing) => {
    const steps = Array.isArray(spacing) ? spacing : [spacing];
    return steps.length > 0 && steps.every(isStep) ? null : "a positive number, or one a spatial axis";
  },
};

function stepsOf({ loss, space }: Pixels, spacing: Spacing): readonly number[] {
  const steps = typeof spacing === "number" ? space.map(() => spacing) : spacing;
  if (steps.length === space.length) return steps;
  const given = `[${steps.join(", ")}]`;
  const expected = `${space.length} numbers, one a spatial axis`;
  refuse(OptionError, loss, "spacing", given, expected);
}

/** A mask and its complement, 1 where a pixel belongs. Pixels of weight 0 belong to neither. */
export interface Sides {
  readonly inside: Tensor;
  readonly outside: Tensor;
}

/** Cuts shares at a threshold: inside is above it. */
export function sidesOf(shares: Tensor, threshold: number, pixels: Pixels): Sides {
  const above = shares.greater(threshold);
  return { inside: onKnown(above, pixels), outside: onKnown(complement(above), pixels) };
}

/** What measures distances in the pixels of one loss. */
export class Ruler {
  readonly #pixels: Pixels;
  readonly #steps: readonly number[];

  constructor(pixels: Pixels, spacing: Spacing) {
    this.#pixels = pixels;
    this.#steps = stepsOf(pixels, spacing);
  }

  /** Euclidean distance of each pixel to the nearest one that is marked; `ifNone` everywhere if none is. */
  distanceTo(marks: Tensor, ifNone = 0): Tensor {
    return new Tensor(distance(complement(marks).node, this.#steps, ifNone));
  }

  /** Distance of each pixel to the other side of its mask; 0 everywhere in an image without another side. */
  distanceAcross({ inside, outside }: Sides): Tensor {
    return this.distanceTo(outside).add(this.distanceTo(inside));
  }

  /**
   * Distance to the border of a mask, negative inside: 0 on the outermost pixels inside, a step or more on those
   * outside. Without a border it is a step everywhere: up outside an empty mask, down inside a full one.
   */
  signedDistance({ inside, outside }: Sides): Tensor {
    // Inside, distances to the outside begin with a step; the shortest one, so that none turns positive.
    const step = Math.min(...this.#steps);
    const depth = this.distanceTo(outside, 2 * step).sub(step);
    return outside.mul(this.distanceTo(inside, step)).sub(inside.mul(depth));
  }

  /** High at the border and 0 where a side is deepest: `1 - d / max d` on each; 0 without another side. */
  nearness({ inside, outside }: Sides): Tensor {
    const oneSide = (here: Tensor, there: Tensor) => {
      const depth = this.distanceTo(there).mul(here);
      return here.mul(complement(ratio(depth, this.#pixels.maxOverSpace(depth), 1)));
    };
    return oneSide(inside, outside).add(oneSide(outside, inside));
  }

  /** Mean distance of the points of one set to another, `[n, c, 1, ...]`; 0 if either is empty. */
  meanDistance(points: Tensor, marks: Tensor): Tensor {
    const { spaceAxes } = this.#pixels;
    const total = this.distanceTo(marks).mul(points).sum(spaceAxes, true);
    return ratio(total, points.sum(spaceAxes, true), 0);
  }
}
