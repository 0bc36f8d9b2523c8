/** Tracing once, replaying often: what is left of a call is copying arguments in and results out. */
import type { HostArray } from "../array.ts";
import { type LinearGraph, linearize } from "../graph/linearize.ts";
import type { Node } from "../graph/node.ts";
import { currentRunner } from "../run/backends.ts";
import { realize } from "../run/evaluate.ts";
import { asTensor, Tensor } from "../tensor.ts";
import { leavesOf, placeholder, type TensorTree, withData } from "./tree.ts";

interface Trace {
  readonly graph: LinearGraph;
  readonly placeholders: readonly Node[];
  readonly result: TensorTree;
}

function trace(f: (...args: Tensor[]) => TensorTree, args: readonly Tensor[]): Trace {
  const placeholders = args.map((arg) => placeholder(arg.shape));
  const result = f(...placeholders.map((node) => new Tensor(node)));
  const outputs = leavesOf(result, "compile").map((x) => x.node);
  return { graph: linearize(outputs), placeholders, result };
}

/**
 * Traces `f` once for each combination of argument shapes, and replays the plan from then on.
 *
 * Worth it where recording shows: many calls on small data. Values of the arguments are not seen while tracing,
 * so checks of a target's range are left out.
 *
 * @param f - tensors to a tensor, or to tensors in arrays and objects (`valueAndGrad` for one)
 * @returns an async function whose results have already run
 * @example
 * ```ts
 * import { compile, tensor, valueAndGrad } from "segtape";
 * const step = compile(valueAndGrad((x) => x.square().mean()));
 * const { value } = await step(tensor([3, 4]));
 * await value.item(); // 12.5
 * ```
 */
export function compile<A extends readonly Tensor[], R extends TensorTree>(
  f: (...args: A) => R,
): (...args: A) => Promise<R> {
  const traces = new Map<string, Trace>();
  return async (...args) => {
    const tensors = args.map((arg, i) => asTensor(arg, "compile", `argument ${i}`));
    const key = tensors.map((arg) => `[${arg.shape.join()}]`).join("");
    let traced = traces.get(key);
    if (traced === undefined) {
      traced = trace(f as unknown as (...args: Tensor[]) => TensorTree, tensors);
      traces.set(key, traced);
    }
    const { graph, placeholders, result } = traced;
    await realize(tensors.map((arg) => arg.node));
    const runner = await currentRunner();
    const data = graph.arguments.map((node) => {
      const position = placeholders.indexOf(node);
      return (position < 0 ? node.value : tensors[position].node.value) as HostArray;
    });
    const values = await runner.run(graph, data);
    return withData(result, values.values()) as R;
  };
}
