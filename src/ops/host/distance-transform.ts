/**
 * Exact Euclidean distance transform: one pass of lower envelopes of parabolas an axis, O(n) a line.
 * P. Felzenszwalb and D. Huttenlocher, "Distance Transforms of Sampled Functions", Theory of Computing 8,
 * 2012.
 */
import { OptionError, refuse } from "../../errors.ts";
import { checkMask } from "./check-mask.ts";

const OP = "distanceTransform";

function checkArguments(
  mask: ArrayLike<number>,
  shape: readonly number[],
  spacing: readonly number[],
): number {
  const size = checkMask(OP, mask, shape);
  if (spacing.length !== shape.length || !spacing.every((step) => step > 0 && Number.isFinite(step))) {
    const given = `[${spacing.join(", ")}]`;
    const expected = `${shape.length} positive finite numbers, one an axis`;
    refuse(OptionError, OP, "spacing", given, expected);
  }
  return size;
}

/** Squared distance to the nearest zero along the last axis: two scans, no envelope needed yet. */
function scanLines(mask: ArrayLike<number>, length: number, step: number, squared: Float64Array): void {
  for (let start = 0; start < squared.length; start += length) {
    // Counted in whole elements, so that the squares are exact for an integer step.
    let steps = Infinity;
    for (let i = start; i < start + length; i++) {
      steps = mask[i] === 0 ? 0 : steps + 1;
      squared[i] = steps;
    }
    steps = Infinity;
    for (let i = start + length - 1; i >= start; i--) {
      steps = squared[i] === 0 ? 0 : steps + 1;
      const distance = Math.min(steps, squared[i]) * step;
      squared[i] = distance * distance;
    }
  }
}

/**
 * Lines worked on together: neighbouring columns share cache lines, so they are read and written side by
 * side.
 */
const TOGETHER = 16;

/**
 * Scratch: the heights of a few lines, each contiguous, and of one line the envelope's apexes and their
 * borders.
 */
interface Scratch {
  readonly heights: Float64Array;
  readonly apex: Int32Array;
  readonly from: Float64Array;
}

/**
 * Lower envelope of the parabolas `height[q] + (step (x - q))^2` of one line, left in `apex` and `from`: apex
 * number k is the lowest from `from[k]` on. Returns how many there are.
 */
function lowerEnvelope(start: number, length: number, step: number, scratch: Scratch): number {
  const { heights, apex, from } = scratch;
  const half = 0.5 / (step * step);
  let top = -1;
  for (let q = 0; q < length; q++) {
    const height = heights[start + q];
    // A parabola of infinite height is nowhere the lowest.
    if (height === Infinity) continue;
    let crossing = -Infinity;
    while (top >= 0) {
      const v = apex[top];
      crossing = 0.5 * (q + v) + ((height - heights[start + v]) * half) / (q - v);
      if (crossing > from[top]) break;
      top--;
    }
    top++;
    apex[top] = q;
    from[top] = top === 0 ? -Infinity : crossing;
  }
  return top + 1;
}

/** Envelopes along one axis of all lines whose neighbours lie `stride` apart, from `first` on. */
function envelopeLines(
  squared: Float64Array,
  first: number,
  stride: number,
  length: number,
  step: number,
  scratch: Scratch,
): void {
  const { heights, apex, from } = scratch;
  for (let left = 0; left < stride; left += TOGETHER) {
    const lines = Math.min(TOGETHER, stride - left);
    for (let q = 0; q < length; q++) {
      const row = first + left + q * stride;
      for (let c = 0; c < lines; c++) heights[c * length + q] = squared[row + c];
    }
    for (let c = 0; c < lines; c++) {
      const start = c * length;
      const apexes = lowerEnvelope(start, length, step, scratch);
      if (apexes === 0) continue;
      let k = 0;
      for (let q = 0, at = first + left + c; q < length; q++, at += stride) {
        while (k + 1 < apexes && from[k + 1] < q) k++;
        const distance = (q - apex[k]) * step;
        squared[at] = heights[start + apex[k]] + distance * distance;
      }
    }
  }
}

/**
 * Exact Euclidean distance of every non-zero element of a mask to the nearest zero element.
 *
 * `d(x) = min over y with mask(y) = 0 of sqrt(sum over axes a of (spacing[a] (x[a] - y[a]))^2)`, so 0 where
 * the mask itself is zero: the convention of `scipy.ndimage.distance_transform_edt`, in any number of
 * dimensions. The arithmetic is float64; the time is linear in the number of elements, whatever the mask
 * looks like.
 *
 * A mask without a single zero element has no distance to measure: the result is `Infinity` everywhere.
 * (SciPy returns distances to a point outside the image there.) Callers choose their own policy for that
 * case.
 *
 * @param mask - row-major elements; anything but 0 counts as inside, NaN too.
 * @param shape - lengths of the axes, positive integers; `[]` for a single element.
 * @param spacing - distance between neighbours along each axis, positive and finite, one number an axis.
 * @returns the distances, row-major, as long as `mask`.
 * @throws ShapeError when `shape` is not made of positive integers or does not hold `mask.length` elements.
 * @throws OptionError when `spacing` has another length than `shape` or holds anything but positive finite
 * numbers.
 *
 * @example
 * ```ts
 * distanceTransform([0, 1, 1, 1, 0], [5], [1]); // Float64Array [0, 1, 2, 1, 0]
 * distanceTransform([1, 1, 1, 0], [2, 2], [3, 1]); // [3.162..., 3, 1, 0]
 * ```
 */
export function distanceTransform(
  mask: ArrayLike<number>,
  shape: readonly number[],
  spacing: readonly number[],
): Float64Array {
  const size = checkArguments(mask, shape, spacing);
  const result = new Float64Array(size);
  const last = shape.length - 1;
  scanLines(mask, shape[last] ?? 1, spacing[last] ?? 1, result);

  const longest = Math.max(1, ...shape);
  const scratch: Scratch = {
    heights: new Float64Array(longest * TOGETHER),
    apex: new Int32Array(longest),
    from: new Float64Array(longest),
  };
  let stride = shape[last] ?? 1;
  for (let axis = last - 1; axis >= 0; axis--) {
    const length = shape[axis];
    if (length > 1) {
      for (let first = 0; first < size; first += stride * length) {
        envelopeLines(result, first, stride, length, spacing[axis], scratch);
      }
    }
    stride *= length;
  }
  for (let i = 0; i < size; i++) result[i] = Math.sqrt(result[i]);
  return result;
}
