/** Total variation: how much a map changes from pixel to pixel, which for a mask is the length of its border. */
import type { Tensor } from "../../tensor.ts";
import type { OptionSpec } from "./options.ts";
import { knownPixels, type Pixels } from "./pixels.ts";

/** The length of a step over several axes: of the vector, or summed over the axes. */
export type VariationForm = "isotropic" | "anisotropic";

/** What losses take that measure the length of borders. */
export interface VariationOptions {
  /**
   * How steps along several axes add up: as the length of a vector, for which borders of every direction count nearly
   * alike, or one by one, for which a mask's border counts its pixel edges.
   */
  readonly form?: VariationForm;
  /** Rounds the corner of `sqrt` at 0: `sqrt(x + e) - sqrt(e)`. From 0. @defaultValue 1e-8 */
  readonly epsilon?: number;
}

/** The options of a loss that measures variation. */
export const variationOptions = (
  form: VariationForm,
): { readonly [K in keyof VariationOptions]-?: OptionSpec } => ({
  form: { default: form, choices: ["isotropic", "anisotropic"], doc: "how steps along several axes add up" },
  epsilon: { default: 1e-8, min: 0, doc: "rounds the corner of the square root at 0" },
});

/** Squared steps along an axis, from each pixel and to each pixel; there is none beyond the border. */
interface Steps {
  readonly from: Tensor;
  readonly to: Tensor;
}

/** Pixels of weight 0 take no part: no step leads to them or from them. */
function stepsAlong(x: Tensor, axis: number, known: Tensor | null): Steps {
  const part = (y: Tensor, start: number, stop?: number) =>
    y.slice(y.shape.map((_, i) => (i === axis ? [start, stop] : [0])));
  const between = (y: Tensor) => [part(y, 1), part(y, 0, -1)] as const;
  const [after, before] = between(x);
  let squares = after.sub(before).square();
  if (known !== null) {
    const [one, other] = between(known);
    squares = squares.mul(one.mul(other));
  }
  const padded = (low: number, high: number) =>
    squares.pad(x.shape.map((_, i) => (i === axis ? [low, high] : [0, 0])));
  return { from: padded(0, 1), to: padded(1, 0) };
}

/**
 * Variation at each pixel of `[n, c, ...space]`; its sum over a mask is the length (area, in 3-D) of the border.
 *
 * Each pixel has two neighbours along an axis. Steps to one of the two along every axis are joined, and the mean is
 * taken over all choices: the usual forward differences, averaged over the mirror images that they tell apart.
 */
export function variation(x: Tensor, { form, epsilon }: Required<VariationOptions>, pixels: Pixels): Tensor {
  const known = knownPixels(pixels);
  const steps = pixels.spaceAxes
    .filter((axis) => x.shape[axis] > 1)
    .map((axis) => stepsAlong(x, axis, known));
  const lengthOf = (squares: Tensor) => squares.add(epsilon).sqrt().sub(Math.sqrt(epsilon));
  const sum = (parts: readonly Tensor[]) => parts.reduce((a, b) => a.add(b), x.mul(0));
  if (form === "anisotropic")
    return sum(steps.flatMap(({ from, to }) => [lengthOf(from), lengthOf(to)])).div(2);
  let choices: readonly Tensor[][] = [[]];
  for (const { from, to } of steps)
    choices = choices.flatMap((chosen) => [
      [...chosen, from],
      [...chosen, to],
    ]);
  return sum(choices.map((chosen) => lengthOf(sum(chosen)))).div(choices.length);
}
