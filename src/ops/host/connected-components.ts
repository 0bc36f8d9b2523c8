/**
 * Connected components of a mask: union-find over the elements themselves, two passes.
 * A. Rosenfeld and J. Pfaltz, "Sequential Operations in Digital Picture Processing", Journal of the ACM 13, 1966.
 */
import { OptionError, refuse } from "../../errors.ts";
import { stridesOf } from "../../shape.ts";
import { checkMask } from "./check-mask.ts";

const OP = "connectedComponents";

/** Which elements touch: those that share a face, or those that share at least a corner. */
export type Connectivity = "faces" | "full";

/** What {@link connectedComponents} finds. */
export interface Components {
  /** 0 outside the mask, else the number of the component, from 1 in the order of their first elements. */
  readonly labels: Int32Array;
  readonly count: number;
}

/** Marks an element outside the mask, where the others hold an element of the same component before them. */
const OUTSIDE = -1;

/**
 * Steps (-1, 0 or 1 an axis) from an element to the neighbours that a scan meets before it, but for the one beside
 * it in its line.
 */
function stepsBack(rank: number, connectivity: Connectivity): readonly (readonly number[])[] {
  let all: number[][] = [[]];
  for (let axis = 0; axis < rank; axis++) all = all.flatMap((step) => [-1, 0, 1].map((s) => [...step, s]));
  return all.filter((step) => {
    const moved = step.filter((s) => s !== 0).length;
    const before = step.find((s) => s !== 0) === -1;
    const beside = moved === 1 && step[rank - 1] === -1;
    return before && !beside && (connectivity === "full" || moved === 1);
  });
}

/** The first element of a component, with the way to it halved for those who come after. */
function rootOf(parents: Int32Array, i: number): number {
  let at = i;
  while (parents[at] !== at) {
    parents[at] = parents[parents[at]];
    at = parents[at];
  }
  return at;
}

/** The component that begins later becomes part of the other: an element's parent never lies behind it. */
function join(parents: Int32Array, i: number, j: number): void {
  const [a, b] = [rootOf(parents, i), rootOf(parents, j)];
  parents[Math.max(a, b)] = Math.min(a, b);
}

/** Elements of the mask become the first of their run along the last axis. */
function markRuns(mask: ArrayLike<number>, length: number, parents: Int32Array): void {
  for (let start = 0; start < mask.length; start += length) {
    let first = OUTSIDE;
    for (let i = start; i < start + length; i++) {
      first = mask[i] === 0 ? OUTSIDE : first === OUTSIDE ? i : first;
      parents[i] = first;
    }
  }
}

/** Joins what touches between elements `first` to `last` and those `back` before them, once for each contact. */
function joinAlong(parents: Int32Array, first: number, last: number, back: number): void {
  let touched = false;
  for (let i = first; i < last; i++) {
    const touches = parents[i] !== OUTSIDE && parents[i - back] !== OUTSIDE;
    // Next to a contact another one says nothing new: both sides go on in their runs.
    if (touches && !touched) join(parents, i, i - back);
    touched = touches;
  }
}

/**
 * Numbers the connected components of a mask: sets of non-zero elements that hang together.
 *
 * Components are numbered from 1 in the order in which a scan of the elements, row by row, meets them first. The
 * result depends on the mask alone; the time is linear in the number of elements (but for the inverse Ackermann
 * function), whatever the mask looks like.
 *
 * @param mask - row-major elements; anything but 0 counts as inside, NaN too.
 * @param shape - lengths of the axes, positive integers; `[]` for a single element.
 * @param connectivity - `"faces"`: neighbours along an axis (4 in 2-D, 6 in 3-D); `"full"`: diagonal ones too (8 and
 * 26).
 * @throws ShapeError when `shape` is not made of positive integers or does not hold `mask.length` elements.
 * @throws OptionError when `connectivity` is another word.
 *
 * @example
 * ```ts
 * connectedComponents([1, 0, 0, 1], [2, 2], "faces").labels; // Int32Array [1, 0, 0, 2]
 * connectedComponents([1, 0, 0, 1], [2, 2], "full").count; // 1
 * ```
 */
export function connectedComponents(
  mask: ArrayLike<number>,
  shape: readonly number[],
  connectivity: Connectivity,
): Components {
  checkMask(OP, mask, shape);
  if (connectivity !== "faces" && connectivity !== "full") {
    refuse(OptionError, OP, "connectivity", JSON.stringify(connectivity), '"faces" or "full"');
  }
  const rank = Math.max(1, shape.length);
  const lengths = shape.length === 0 ? [1] : shape;
  const strides = stridesOf(lengths);
  const last = rank - 1;
  const parents = new Int32Array(mask.length);
  markRuns(mask, lengths[last], parents);

  const steps = stepsBack(rank, connectivity).map((step) => ({
    step,
    back: -step.reduce((offset, s, axis) => offset + s * strides[axis], 0),
    skipFirst: step[last] === -1 ? 1 : 0,
    skipLast: step[last] === 1 ? 1 : 0,
  }));
  const position = lengths.map(() => 0);
  for (let start = 0; start < mask.length; start += lengths[last]) {
    for (const { step, back, skipFirst, skipLast } of steps) {
      const exists = step.every((s, axis) => {
        const at = position[axis] + s;
        return axis === last || (at >= 0 && at < lengths[axis]);
      });
      if (exists) joinAlong(parents, start + skipFirst, start + lengths[last] - skipLast, back);
    }
    for (let axis = last - 1; axis >= 0 && ++position[axis] === lengths[axis]; axis--) position[axis] = 0;
  }

  // Parents lie before their children: by the time they are read here, they are labels.
  let count = 0;
  for (let i = 0; i < parents.length; i++) {
    const parent = parents[i];
    parents[i] = parent === OUTSIDE ? 0 : parent === i ? ++count : parents[parent];
  }
  return { labels: parents, count };
}
