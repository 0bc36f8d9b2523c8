/** Ours against theirs: which rule a case takes, and whether value and gradient agree. */
import { GradientError, SegtapeError, type Tensor } from "../../src/index.ts";
import { casesOf } from "./data.ts";
import type { Checksums, Exception, Family, GoldenCase, GoldenInput, Rule } from "./format.ts";
import type { Recipe } from "./recipe.ts";
import { channelsLast, sampleOf } from "./sample.ts";

/** Relative tolerances; each has 1e-12 added. */
export const VALUE_TOLERANCE = 1e-9;
export const GRADIENT_TOLERANCE = 1e-7;

/** What a mapping says of a case. */
export interface Verdict {
  readonly case: GoldenCase;
  readonly rule: Rule;
  readonly exception: Exception | null;
  /** Why ours does not give it; `null` where it does. */
  readonly listed: string | null;
  readonly recipe: Recipe | null;
  /** Factor on the tolerances. */
  readonly factor: number;
}

const among = (names: string | readonly string[], name: string) => [names].flat().includes(name);

/** The rule of a case and what follows from it; `null` where no rule fits. */
export function verdictOf({ rules }: Family, c: GoldenCase): Verdict | null {
  const rule = rules.find(
    ({ peer, fn, when }) => among(peer, c.peer) && among(fn, c.fn) && (when?.(c) ?? true),
  );
  if (rule === undefined) return null;
  const exception = rule.except?.find(({ when }) => when(c)) ?? null;
  const listed = rule.listed ?? exception?.why ?? null;
  const recipe = rule.ours?.(c) ?? null;
  if (recipe === null && listed === null)
    throw new TypeError(`${c.id}: its rule has neither ours nor listed`);
  return { case: c, rule, exception, listed, recipe, factor: rule.loose?.when(c) ? rule.loose.factor : 1 };
}

/** Verdicts of the cases of a family that are part of the project. */
export const bundledVerdicts = (family: Family): Verdict[] =>
  casesOf(family.file, "bundle").flatMap((c) => verdictOf(family, c) ?? []);

/** Value and gradient of a recipe of ours, the gradient in the layout of the case. */
export async function compute(
  recipe: Recipe,
  c: GoldenCase,
  inputs: Readonly<Record<string, GoldenInput>>,
): Promise<{ value: Float64Array; gradient: Float64Array }> {
  const sample = sampleOf(c, inputs);
  const result = recipe.run(sample);
  const gradient = await gradientOf(result, sample.prediction);
  return {
    value: Float64Array.from(await result.data()),
    gradient: c.layout === "NCHW" ? gradient : toChannelsLast(gradient, c.shape),
  };
}

async function gradientOf(result: Tensor, prediction: Tensor): Promise<Float64Array> {
  try {
    result.sum().backward();
  } catch (error) {
    // A constant has no gradient to take.
    if (error instanceof GradientError) return new Float64Array(prediction.size);
    throw error;
  }
  return Float64Array.from((await prediction.grad?.data()) ?? new Float64Array(prediction.size));
}

function toChannelsLast(gradient: Float64Array, shape: readonly number[]): Float64Array {
  const moved = new Float64Array(gradient.length);
  channelsLast(shape).forEach((to, from) => {
    moved[to] = gradient[from];
  });
  return moved;
}

/** The checksums of the fixtures; `v` is their fixed vector. */
export function checksums(gradient: ArrayLike<number>): Checksums {
  let [l1, squares, dot] = [0, 0, 0];
  for (let i = 0; i < gradient.length; i++) {
    l1 += Math.abs(gradient[i]);
    squares += gradient[i] ** 2;
    dot += gradient[i] * (((i * 7919) % 1009) / 1009 - 0.5);
  }
  return { l1, l2: Math.sqrt(squares), dot };
}

/** First element that is off, in words; `null` where all agree. NaN agrees with nothing. */
function off(
  what: string,
  ours: ArrayLike<number>,
  theirs: readonly number[],
  allowed: (v: number) => number,
): string | null {
  if (ours.length !== theirs.length) return `${what}: ${ours.length} elements, theirs has ${theirs.length}`;
  const i = theirs.findIndex((v, k) => !(Math.abs(ours[k] - v) <= allowed(v)));
  return i < 0 ? null : `${what}${theirs.length > 1 ? ` [${i}]` : ""}: ours ${ours[i]}, theirs ${theirs[i]}`;
}

/** How ours differs from theirs, in words; `null` where value and gradient agree. */
export async function difference(
  recipe: Recipe,
  c: GoldenCase,
  inputs: Readonly<Record<string, GoldenInput>>,
  factor = 1,
): Promise<string | null> {
  let result: Awaited<ReturnType<typeof compute>>;
  try {
    result = await compute(recipe, c, inputs);
  } catch (error) {
    if (error instanceof SegtapeError) return `refused: ${error.message}`;
    throw error;
  }
  const { value, gradient } = result;
  const { relative, absolute } = c.tolerance ?? { relative: VALUE_TOLERANCE, absolute: 1e-12 };
  const wrongValue = off("value", value, c.value, (v) => factor * (absolute + relative * Math.abs(v)));
  if (wrongValue !== null) return wrongValue;
  if (c.grad !== null) {
    const largest = c.grad.reduce((m, g) => Math.max(m, Math.abs(g)), 0);
    return off("gradient", gradient, c.grad, () => factor * (1e-12 + GRADIENT_TOLERANCE * largest));
  }
  if (c.gradChecksums === null) return null;
  const sums = checksums(gradient);
  const allowed = factor * (1e-12 + GRADIENT_TOLERANCE * c.gradChecksums.l1);
  for (const name of ["l1", "l2", "dot"] as const) {
    const wrong = off(`gradient ${name}`, [sums[name]], [c.gradChecksums[name]], () => allowed);
    if (wrong !== null) return wrong;
  }
  if (c.gradSample === null) return null;
  const picked = c.gradSample.index.map((i) => gradient[i]);
  return off("gradient sample", picked, c.gradSample.value, () => allowed);
}
