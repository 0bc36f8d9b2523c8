/** Where a NaN was born: runs a call node by node, and names the first that is not finite. */
import type { HostArray } from "../array.ts";
import { gradients } from "../autodiff/vjp.ts";
import { topologicalOrder } from "../graph/linearize.ts";
import { type Node, withSites } from "../graph/node.ts";
import { realize } from "../run/evaluate.ts";
import { runNode } from "../run/reference/kernels.ts";
import { Tensor } from "../tensor.ts";
import { callSite } from "./call-site.ts";
import { callWithVariables, type ScalarFunction } from "./grad.ts";

/** The first operation whose result was NaN though nothing that it read was, or infinite though all of it was finite. */
export interface Anomaly {
  /** Name of the op; `input` where the data given hold a NaN. */
  readonly op: string;
  /** Whether it belongs to the value or to the gradient. */
  readonly pass: "value" | "gradient";
  /** The first element that is not finite, as a flat index. */
  readonly index: number;
  readonly value: number;
  /** What it read at that element, for elementwise ops; else empty. */
  readonly inputs: readonly number[];
  /** File and line where the op, or the op that it is the derivative of, was recorded. */
  readonly site: string | undefined;
  /** One line with all of it. */
  readonly message: string;
}

/** Options of {@link detectAnomaly}. */
export interface AnomalyOptions {
  /** Rounds each result to float32, to find what only overflows there. @defaultValue "float32" */
  readonly precision?: "float32" | "float64";
}

const isBad = (x: number) => !Number.isFinite(x);

/** A NaN among numbers, or an infinity among finite ones: here it was born, and not passed on. */
function isBirth(result: HostArray, inputs: readonly HostArray[]): boolean {
  if (result.some(Number.isNaN)) return !inputs.some((data) => data.some(Number.isNaN));
  return result.some(isBad) && !inputs.some((data) => data.some(isBad));
}

function describe(
  node: Node,
  pass: "value" | "gradient",
  result: HostArray,
  inputs: readonly HostArray[],
): Anomaly {
  const index = result.findIndex(result.some(Number.isNaN) ? Number.isNaN : isBad);
  const reads = node.op.kind === "map" ? inputs.map((data) => data[index]) : [];
  const read = reads.length === 0 ? "" : ` from (${reads.map((x) => x.toPrecision(6)).join(", ")})`;
  const where = node.site === undefined ? "" : `, recorded at ${node.site}`;
  return {
    op: node.op.name,
    pass,
    index,
    value: result[index],
    inputs: reads,
    site: node.site,
    message: `${node.op.name} gave ${result[index]} at element ${index}${read} in the ${pass}${where}`,
  };
}

function describeData(argument: number, data: HostArray): Anomaly {
  const index = data.findIndex(Number.isNaN);
  const holder = argument < 0 ? "a tensor that the function captured" : `argument ${argument}`;
  const message = `${holder} holds NaN at element ${index}`;
  return { op: "input", pass: "value", index, value: data[index], inputs: [], site: undefined, message };
}

/**
 * Runs `f` and its gradient by every tensor argument, one operation after the other, and names the first whose
 * value became NaN or infinite.
 *
 * @returns `null` where everything is finite
 * @example
 * ```ts
 * import { detectAnomaly, tensor } from "segtape";
 * const anomaly = await detectAnomaly((x) => x.log().sum(), [tensor([1, 0])]);
 * anomaly?.op; // "log"
 * ```
 */
export async function detectAnomaly<A extends readonly unknown[]>(
  f: ScalarFunction<A>,
  args: A,
  options: AnomalyOptions = {},
): Promise<Anomaly | null> {
  const positions = args.flatMap((arg, i) => (arg instanceof Tensor ? [i] : []));
  await realize(positions.map((position) => (args[position] as Tensor).node));
  const { output, grads } = withSites(callSite, () => {
    const call = callWithVariables("detectAnomaly", f, args, positions);
    return { output: call.output.node, grads: gradients(call.output.node, call.variables, "detectAnomaly") };
  });
  const forward = new Set(topologicalOrder([output]));
  const values = new Map<Node, HostArray>();
  const single = options.precision !== "float64";
  for (const node of topologicalOrder([output, ...grads], (x) => x.value !== null)) {
    if (node.value !== null) {
      const data = single ? Float32Array.from(node.value) : node.value;
      values.set(node, data);
      // An infinity may be meant (a masked logit); a NaN in the data is the answer to the question.
      if (data.some(Number.isNaN))
        return describeData(
          args.findIndex((arg) => arg instanceof Tensor && arg.node === node),
          data,
        );
      continue;
    }
    const inputs = node.inputs.map((input) => values.get(input) as HostArray);
    const exact = runNode(node, inputs);
    const result = single ? Float32Array.from(exact) : exact;
    values.set(node, result);
    // Leaves and the fill of a move hold what they were told to.
    const deliberate = node.op.kind === "leaf" || node.op.kind === "move";
    if (!deliberate && isBirth(result, inputs)) {
      return describe(node, forward.has(node) ? "value" : "gradient", result, inputs);
    }
  }
  return null;
}
