/** `gradcheck` for tensors: the oracle is the reference executor, whatever runs otherwise. */

import type { HostArray } from "../array.ts";
import { checkGradients, type GradcheckResult, type Oracle } from "../autodiff/gradcheck.ts";
import { gradients } from "../autodiff/vjp.ts";
import { DTypeError, OptionError, refuse } from "../errors.ts";
import { isArgument, linearize, topologicalOrder } from "../graph/linearize.ts";
import type { Node } from "../graph/node.ts";
import { add, mul, sub } from "../ops/arithmetic.ts";
import { alias, floor, stopGradient } from "../ops/functions.ts";
import { ramp, reshape } from "../ops/movement.ts";
import { sum } from "../ops/reduce.ts";
import { runnerOf } from "../run/backends.ts";
import { realize } from "../run/evaluate.ts";
import type { Runner } from "../run/plan-cache.ts";
import { sizeOf } from "../shape.ts";
import { asTensor, Tensor } from "../tensor.ts";
import { checkPositions } from "./grad.ts";
import { placeholder } from "./tree.ts";

export type { GradcheckResult, GradcheckWorst } from "../autodiff/gradcheck.ts";

/** Options of {@link gradcheck}. */
export interface GradcheckOptions {
  /** Arguments to differentiate by. @defaultValue all */
  readonly argnums?: number | readonly number[];
  /** Step of the central difference, relative to max(1, |x|). @defaultValue 1e-4 */
  readonly eps?: number;
  /** Largest error that passes, relative to the largest gradient entry. @defaultValue 1e-6 */
  readonly tolerance?: number;
  /** Random directions tried for each argument, beside single elements. @defaultValue 4 */
  readonly directions?: number;
  /** Elements tried one by one; larger arguments are sampled. @defaultValue 64 */
  readonly elements?: number;
  /**
   * Holds what derivatives take as constant (`stopGradient`, thresholds, distance maps, sorted positions) at its
   * value at the point, in the difference quotient as well. For functions that stop gradients on purpose.
   * @defaultValue false
   */
  readonly holdConstants?: boolean;
  /** 1 checks the gradient, 2 the derivative of the gradient along a fixed vector. @defaultValue 1 */
  readonly order?: 1 | 2;
}

/** A fixed weighting of a tensor's elements, without symmetry that could hide an error. */
function weighted(x: Node): Node {
  const size = sizeOf(x.shape);
  const flat = reshape(x, [size]);
  const i = ramp([size], 0, 1, 0.618033988749895);
  // Golden-ratio fractions in 0.5 .. 1.5: spread evenly, never equal.
  return sum(mul(flat, add(sub(i, floor(i)), 0.5)));
}

function target(
  f: (...args: Tensor[]) => Tensor,
  args: readonly Node[],
  positions: readonly number[],
  order: 1 | 2,
) {
  const variables = args.map((node) => alias(node));
  const output = asTensor(
    f(...variables.map((node) => new Tensor(node))),
    "gradcheck",
    "the result of f",
  ).node;
  const scalar = output.shape.length === 0 ? output : weighted(output);
  const chosen = positions.map((position) => variables[position]);
  if (order === 1) return { value: scalar, grads: gradients(scalar, chosen, "gradcheck") };
  const slope = gradients(scalar, chosen, "gradcheck")
    .map((gradient) => weighted(gradient))
    .reduce((left, right) => add(left, right));
  return { value: slope, grads: gradients(slope, chosen, "gradcheck") };
}

/** Data for the leaves of a traced graph: those of the places, and whatever the function captured. */
function dataFor(args: readonly Node[], places: readonly Node[], data: readonly HostArray[]): HostArray[] {
  return args.map((node) => {
    const position = places.indexOf(node);
    return position < 0 ? (node.value as HostArray) : data[position];
  });
}

/** Gives every node that derivatives take as constant its value at the point: from here on it is an argument. */
async function hold(
  runner: Runner,
  output: Node,
  places: readonly Node[],
  point: readonly HostArray[],
): Promise<void> {
  const constant = topologicalOrder([output], isArgument).filter(
    (node) => node.op.vjp === null && node.inputs.length > 0 && !isArgument(node),
  );
  if (constant.length === 0) return;
  const graph = linearize(constant);
  const values = await runner.run(graph, dataFor(graph.arguments, places, point));
  constant.forEach((node, i) => {
    node.realize(values[i]);
  });
}

function checkCall(args: readonly Tensor[], { order = 1, eps = 1e-4, argnums }: GradcheckOptions): void {
  const refuseOption = (name: string, given: unknown, expected: string) =>
    refuse(OptionError, "gradcheck", name, String(given), expected);
  if (!Array.isArray(args)) refuse(DTypeError, "gradcheck", "args", typeof args, "an array of tensors");
  if (order !== 1 && order !== 2) refuseOption("order", order, "1 or 2");
  if (!(eps > 0 && Number.isFinite(eps))) refuseOption("eps", eps, "a number above 0");
  const positions = argnums === undefined ? [] : typeof argnums === "number" ? [argnums] : argnums;
  checkPositions("gradcheck", positions);
  const beyond = positions.find((position) => position >= args.length);
  if (beyond !== undefined) refuseOption("argnums", beyond, `positions below ${args.length}`);
}

/**
 * Compares the gradient of `f` with central differences, in float64 on the `reference` executor.
 *
 * A function that returns no scalar is checked through a fixed weighted sum of its elements. Keep away from kinks
 * and thresholds: there the difference quotient has nothing to converge to.
 *
 * @returns the largest error, relative to the largest gradient entry, and where it was
 * @throws {@link OptionError} for an order, a step or positions that there are not
 * @example
 * ```ts
 * import { gradcheck, tensor } from "segtape";
 * const { ok } = await gradcheck((x) => x.sigmoid().log().sum(), [tensor([0.3, -1.2])]); // true
 * ```
 */
export async function gradcheck(
  f: (...args: Tensor[]) => Tensor,
  args: readonly Tensor[],
  options: GradcheckOptions = {},
): Promise<GradcheckResult> {
  checkCall(args, options);
  const {
    argnums = args.map((_, i) => i),
    eps = 1e-4,
    tolerance = 1e-6,
    directions = 4,
    elements = 64,
  } = options;
  const { order = 1, holdConstants = false } = options;
  const positions = typeof argnums === "number" ? [argnums] : argnums;
  const nodes = args.map((arg, i) => asTensor(arg, "gradcheck", `argument ${i}`).node);
  await realize(nodes);
  const point = nodes.map((node) => Float64Array.from(node.value as ArrayLike<number>));
  const runner = await runnerOf("reference");
  const { grads } = target(f, nodes.map(stopGradient), positions, order);
  const analytic = await runner.compute(grads);

  const places = nodes.map((node) => placeholder(node.shape));
  const { value } = target(f, places, positions, order);
  if (holdConstants) await hold(runner, value, places, point);
  const graph = linearize([value]);
  const oracle: Oracle = async (data) => {
    return (await runner.run(graph, dataFor(graph.arguments, places, data)))[0][0];
  };
  return checkGradients(oracle, point, positions, analytic, { eps, tolerance, directions, elements });
}
