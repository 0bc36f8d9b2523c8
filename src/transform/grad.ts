/** Functions into their derivatives. Everything is recorded; nothing runs until a result is awaited. */
import { gradients, vjp } from "../autodiff/vjp.ts";
import { GradientError, OptionError, refuse } from "../errors.ts";
import type { Node } from "../graph/node.ts";
import type { OpRow } from "../graph/row.ts";
import { mul } from "../ops/arithmetic.ts";
import { alias, stopGradient as stopNode } from "../ops/functions.ts";
import { record, row } from "../ops/make.ts";
import { sum } from "../ops/reduce.ts";
import { formatShape, sameShape } from "../shape.ts";
import { asTensor, Tensor } from "../tensor.ts";

/** A function that can be differentiated: tensors, and anything else it needs, to one scalar tensor. */
export type ScalarFunction<A extends readonly unknown[]> = (...args: A) => Tensor;

/** Which arguments to differentiate by. */
export interface GradOptions<N extends number | readonly number[] = number> {
  /** A position, or several. @defaultValue 0 */
  readonly argnums?: N;
}

/** One gradient, or one for each of several arguments. */
export type Gradients<N> = N extends readonly number[] ? Tensor[] : Tensor;

/** Calls `f` with fresh variables at the positions asked for, so that gradients stop exactly there. */
export function callWithVariables<A extends readonly unknown[]>(
  op: string,
  f: ScalarFunction<A>,
  args: A,
  positions: readonly number[],
): { output: Tensor; variables: Node[] } {
  const replaced = [...args] as unknown[];
  const variables = positions.map((position) => {
    const variable = alias(asTensor(args[position], op, `argument ${position}`).node);
    replaced[position] = new Tensor(variable);
    return variable;
  });
  const output = f(...(replaced as unknown as A));
  if (!(output instanceof Tensor)) {
    throw new GradientError(`${op}: the function returned ${typeof output}, expected a tensor`, {
      op,
      argument: "f",
      given: typeof output,
      expected: "a tensor",
    });
  }
  return { output, variables };
}

/** @internal Positions of arguments, each once. */
export function checkPositions(op: string, positions: readonly number[]): void {
  const plain = positions.every((position) => Number.isInteger(position) && position >= 0);
  if (plain && new Set(positions).size === positions.length) return;
  const given = `[${positions.join(", ")}]`;
  refuse(OptionError, op, "argnums", given, "positions from 0, each once");
}

/** {@link valueAndGrad} under the name of whom the caller called. */
function differentiate<A extends readonly unknown[], N extends number | readonly number[]>(
  op: string,
  f: ScalarFunction<A>,
  { argnums = 0 as N, ...unknown }: GradOptions<N>,
): (...args: A) => { value: Tensor; grad: Gradients<N> } {
  if (typeof f !== "function")
    refuse(GradientError, op, "f", typeof f, "a function that returns a scalar tensor");
  for (const name of Object.keys(unknown)) refuse(OptionError, op, "option", name, "argnums");
  const positions = typeof argnums === "number" ? [argnums] : argnums.slice();
  checkPositions(op, positions);
  return (...args) => {
    const { output, variables } = callWithVariables(op, f, args, positions);
    const grads = gradients(output.node, variables, op).map((node) => new Tensor(node));
    return { value: output, grad: (typeof argnums === "number" ? grads[0] : grads) as Gradients<N> };
  };
}

/**
 * A function that gives the value of `f` and its gradient together, in one plan.
 *
 * @param f - returns a scalar tensor
 * @throws {@link GradientError} at the call, where `f` returns no scalar; {@link OptionError} for `argnums` that
 *   are no positions, or name one twice
 * @example
 * ```ts
 * import { tensor, valueAndGrad } from "segtape";
 * const { value, grad } = valueAndGrad((x) => x.square().sum())(tensor([1, 2, 3]));
 * await value.item(); // 14
 * await grad.data(); // [2, 4, 6]
 * ```
 */
export function valueAndGrad<
  A extends readonly unknown[] = Tensor[],
  const N extends number | readonly number[] = 0,
>(f: ScalarFunction<A>, options: GradOptions<N> = {}): (...args: A) => { value: Tensor; grad: Gradients<N> } {
  return differentiate("valueAndGrad", f, options);
}

/**
 * The gradient of `f` as a function of the same arguments. Apply it again for higher orders.
 *
 * @param f - returns a scalar tensor
 * @throws {@link GradientError} at the call, where `f` returns no scalar
 * @example
 * ```ts
 * import { grad, tensor } from "segtape";
 * await grad((x) => x.square().sum())(tensor([1, 2, 3])).data(); // [2, 4, 6]
 * ```
 */
export function grad<A extends readonly unknown[] = Tensor[], const N extends number | readonly number[] = 0>(
  f: ScalarFunction<A>,
  options: GradOptions<N> = {},
): (...args: A) => Gradients<N> {
  const both = differentiate("grad", f, options);
  return (...args) => both(...args).grad;
}

/**
 * Hessian-vector product: the derivative of the gradient of `f` at x, along v.
 *
 * @example
 * ```ts
 * import { hvp, tensor } from "segtape";
 * await hvp((x) => x.pow(3).sum())(tensor([1, 2]), tensor([1, 1])).data(); // [6, 12]
 * ```
 */
export function hvp(f: ScalarFunction<[Tensor]>): (x: Tensor, v: Tensor) => Tensor {
  return (x, v) => {
    const { output, variables } = callWithVariables("hvp", f, [x], [0]);
    if (!sameShape(x.shape, v.shape)) {
      refuse(GradientError, "hvp", "v", formatShape(v.shape), `the shape of x, ${formatShape(x.shape)}`);
    }
    const [gradient] = gradients(output.node, variables, "hvp");
    const along = sum(mul(gradient, stopNode(v.node)));
    return new Tensor(gradients(along, variables, "hvp")[0]);
  };
}

/**
 * x, constant for every derivative.
 *
 * @example
 * ```ts
 * import { grad, stopGradient, tensor } from "segtape";
 * await grad((x) => x.mul(stopGradient(x)).sum())(tensor([3])).data(); // [3], not [6]
 * ```
 */
export function stopGradient(x: Tensor): Tensor {
  return new Tensor(stopNode(asTensor(x, "stopGradient", "x").node));
}

/**
 * A function with a derivative of the caller's own.
 *
 * @param forward - the value
 * @param backward - from the cotangent of the value, the arguments and the value, the cotangent of each
 *   argument (`null` for none); made of tensor operations, so that it can be differentiated again
 * @example
 * ```ts
 * import { customVjp, grad, tensor } from "segtape";
 * // Rounds, but lets the gradient through as if it did not.
 * const round = customVjp((x) => x.add(0.5).floor(), (g) => [g]);
 * await grad((x) => round(x).sum())(tensor([1.2])).data(); // [1]
 * ```
 */
export function customVjp<A extends readonly Tensor[] = [Tensor]>(
  forward: (...args: A) => Tensor,
  backward: (g: Tensor, args: A, value: Tensor) => readonly (Tensor | null)[],
): (...args: A) => Tensor {
  const op: OpRow = row({
    name: "customVjp",
    kind: "map",
    doc: "a value with the caller's own derivative",
    expression: ([value]) => value,
    simplify: (node) => node.inputs[0],
    vjp: (g, [_value, ...inputs], output) => {
      const args = inputs.map((input) => new Tensor(input)) as unknown as A;
      // The output, not the value that it was made of: that one was computed from stopped arguments, and a
      // second derivative has to pass through this rule again.
      const cotangents = backward(new Tensor(g), args, new Tensor(output));
      return [null, ...inputs.map((input, i) => checked(cotangents[i] ?? null, input, i))];
    },
  });
  return (...args) => {
    const held = args.map((arg) => stopGradient(arg)) as unknown as A;
    const value = forward(...held).node;
    return new Tensor(record(op, [value, ...args.map((arg) => arg.node)], value.shape));
  };
}

function checked(cotangent: Tensor | null, input: Node, position: number): Node | null {
  if (cotangent === null) return null;
  asTensor(cotangent, "customVjp", `cotangent ${position}`);
  if (!sameShape(cotangent.shape, input.shape)) {
    const given = formatShape(cotangent.shape);
    refuse(GradientError, "customVjp", `cotangent ${position}`, given, formatShape(input.shape));
  }
  return cotangent.node;
}

/**
 * Pulls a cotangent of any shape back through `f`: the general form of {@link grad}.
 *
 * @returns the cotangent of each argument
 */
export function vjpOf<A extends readonly Tensor[]>(
  f: (...args: A) => Tensor,
): (args: A, cotangent: Tensor) => Tensor[] {
  return (args, cotangent) => {
    const { output, variables } = callWithVariables(
      "vjpOf",
      f,
      args,
      args.map((_, i) => i),
    );
    return vjp(output.node, variables, cotangent.node).map((node) => new Tensor(node));
  };
}
