/** How one of our losses gives a peer's value: the call, and constants that a peer's sign or sum asks for. */

import { type Shape, Tensor } from "../../src/index.ts";
import type { Loss } from "../../src/losses/shared/define-loss.ts";
import type { Sample } from "./sample.ts";

/** A computation with a reading: `text` is what the table of golden cases shows. */
export interface Recipe {
  readonly text: string;
  readonly run: (sample: Sample) => Tensor;
}

/** Something other than the prediction and target as they came. */
export interface View {
  readonly text: string;
  readonly prediction?: (sample: Sample) => Tensor;
  readonly target?: (sample: Sample) => Tensor;
}

function show(value: unknown): string {
  if (value instanceof Tensor) return `[${value.shape.join(", ")}] tensor`;
  if (typeof value === "number") {
    const short = Number(value.toPrecision(6));
    return short !== 0 && Math.abs(short) < 1e-3 ? short.toExponential() : short.toString();
  }
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([name, entry]) => `${name}: ${show(entry)}`)
    .join(", ")} }`;
}

/** Options that say something, those with another value than the loss's default, for people. */
export const showOptions = <Own extends object>(loss: Loss<Own>, options: object): string =>
  Object.entries(options)
    .filter(([name, value]) => loss.options[name]?.default !== value)
    .map(([name, value]) => `${name}: ${show(value)}`)
    .join(", ");

/** Options that are known only with the data, and what to call them. */
export interface LateOptions<Own extends object> {
  readonly text: string;
  readonly options: (sample: Sample) => Own;
}

const isLate = <Own extends object>(options: Own | LateOptions<Own>): options is LateOptions<Own> =>
  "text" in options && "options" in options;

/** A call of a loss of ours. `input` follows from the case; options may say otherwise. */
export function ours<Own extends object>(
  loss: Loss<Own>,
  options: Own | LateOptions<Own> = {} as Own,
  view: View | null = null,
): Recipe {
  const said = isLate(options) ? options.text : showOptions(loss, options);
  return {
    text: `${loss.name}(${[view?.text ?? "", said].filter((part) => part !== "").join("; ")})`,
    run: (sample) => {
      const own = isLate(options) ? options.options(sample) : options;
      const input = sample.case.predKind === "prob" ? "probabilities" : "logits";
      const prediction = view?.prediction?.(sample) ?? sample.prediction;
      return loss(prediction, view?.target?.(sample) ?? sample.target, { input, ...own });
    },
  };
}

/** Brackets around a sum. */
const factorOf = (text: string) => (/ [+-] /.test(text.replaceAll(/\(.*\)/g, "")) ? `[${text}]` : text);

/** A constant times it; `text` reads the constant where it depends on the case. */
export const scaled = (recipe: Recipe, factor: number, text = show(factor)): Recipe => ({
  text: `${text} * ${factorOf(recipe.text)}`,
  run: (sample) => recipe.run(sample).mul(factor),
});

/** It and a constant: what turns `1 - score` into `-score`. */
export const shifted = (recipe: Recipe, by: number): Recipe => ({
  text: by < 0 ? `${recipe.text} - ${show(-by)}` : `${recipe.text} + ${show(by)}`,
  run: (sample) => recipe.run(sample).add(by),
});

/** Minus a score, from our one minus the score. */
export const negativeScore = (recipe: Recipe): Recipe => shifted(recipe, -1);

/** A score, from our one minus the score. */
export const score = (recipe: Recipe): Recipe => ({
  text: `1 - ${recipe.text}`,
  run: (sample) => recipe.run(sample).neg().add(1),
});

/** Several added up, as compound losses are. */
export const total = (...recipes: readonly Recipe[]): Recipe => ({
  text: recipes.map(({ text }) => text).join(" + "),
  run: (sample) => recipes.map((recipe) => recipe.run(sample)).reduce((a, b) => a.add(b)),
});

/** Number of pixels of the batch. */
export const pixelCount = (shape: Shape, layout: "NCHW" | "NHWC" = "NCHW"): number => {
  const channels = layout === "NCHW" ? shape[1] : shape[shape.length - 1];
  return shape.reduce((a, b) => a * b, 1) / channels;
};

/** One image of a batch. */
function imageOf(sample: Sample, i: number): Sample {
  const { prediction, target, labels, oneHot } = sample;
  const each = labels.length / prediction.shape[0];
  const cut = (x: Tensor) => x.slice([[i, i + 1]]);
  const hot = cut(oneHot);
  return {
    ...sample,
    prediction: cut(prediction),
    target: target === oneHot ? hot : cut(target),
    labels: labels.slice(i * each, (i + 1) * each),
    oneHot: hot,
  };
}

/** Each image by a call of its own, whose options may depend on it; then their mean, or their sum. */
export const imageByImage = (recipe: Recipe, sum = false): Recipe => ({
  text: `${recipe.text} of each image`,
  run: (sample) => {
    const images = sample.prediction.shape[0];
    const all = Array.from({ length: images }, (_, i) => recipe.run(imageOf(sample, i)));
    const added = all.reduce((a, b) => a.add(b));
    return sum ? added : added.div(images);
  },
});
