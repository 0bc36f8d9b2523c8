/** The cases that `golden/make.py` wrote, and a layer of ours on one of them. */
import { readFileSync } from "node:fs";
import { evaluate, type Tensor, tensor, valueAndGrad } from "../../../src/index.ts";
import * as nn from "../../../src/nn/index.ts";

interface Packed {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

export interface GoldenCase {
  readonly title: string;
  readonly layer: string;
  readonly args: readonly unknown[];
  readonly training: boolean;
  readonly x: Packed;
  readonly variables: Readonly<Record<string, Packed>>;
  readonly output: Packed;
  /** The gradients are those of sum(output * slope). */
  readonly slope: readonly number[];
  readonly gradients: Readonly<Record<string, readonly number[]>>;
  /** Running statistics afterwards. */
  readonly updates: Readonly<Record<string, readonly number[]>>;
}

export const CASES = JSON.parse(
  readFileSync(new URL("../golden/values.json", import.meta.url), "utf8"),
) as readonly GoldenCase[];

const unpack = ({ shape, data }: Packed): Tensor => tensor(Float64Array.from(data), shape);

/** The module that a case names. */
export function moduleOf({ layer, args }: GoldenCase): nn.Module {
  const make = (nn as unknown as Record<string, (...args: readonly unknown[]) => nn.Module>)[layer];
  return make(...args);
}

export interface Outcome {
  readonly shape: readonly number[];
  readonly output: ArrayLike<number>;
  readonly gradients: Readonly<Record<string, ArrayLike<number>>>;
  readonly updates: Readonly<Record<string, ArrayLike<number>>>;
}

const dataOf = async (tensors: readonly Tensor[]): Promise<ArrayLike<number>[]> =>
  Promise.all(tensors.map((x) => x.data()));

/** Output, gradients and new statistics of our module on the present executor. */
export async function outcomeOf(one: GoldenCase): Promise<Outcome> {
  const module = moduleOf(one);
  const fixed = Object.fromEntries(
    Object.entries(one.variables).map(([name, value]) => [name, unpack(value)]),
  );
  const names = Object.keys(one.gradients);
  const updates: Record<string, Tensor> = {};
  let output = tensor(0);
  const f = (...args: Tensor[]) => {
    const given = Object.fromEntries(names.map((name, i) => [name, args[i]]));
    output = module.apply({ ...fixed, ...given }, given.x, { training: one.training, updates });
    return output.mul(unpack({ shape: output.shape, data: one.slope })).sum();
  };
  const points = names.map((name) => (name === "x" ? unpack(one.x) : fixed[name]));
  const { grad } = valueAndGrad(f, { argnums: points.map((_, i) => i) })(...points);
  await evaluate(output, ...grad, ...Object.values(updates));
  const [value, ...slopes] = await dataOf([output, ...grad]);
  const statistics = await dataOf(Object.values(updates));
  return {
    shape: output.shape,
    output: value,
    gradients: Object.fromEntries(names.map((name, i) => [name, slopes[i]])),
    updates: Object.fromEntries(Object.keys(updates).map((name, i) => [name, statistics[i]])),
  };
}
