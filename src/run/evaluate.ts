/** Running what was recorded: values of nodes are computed together, in one plan, and kept. */
import type { HostArray } from "../array.ts";
import { linearize } from "../graph/linearize.ts";
import type { Node } from "../graph/node.ts";
import { currentRunner } from "./backends.ts";
import type { PlanReport } from "./executor.ts";

/** Computes the nodes that have no value yet, in one plan on the present executor. */
export async function realize(nodes: readonly Node[]): Promise<void> {
  const missing = [...new Set(nodes.filter((node) => node.value === null))];
  if (missing.length === 0) return;
  const runner = await currentRunner();
  const values = await runner.compute(missing);
  missing.forEach((node, i) => {
    node.realize(values[i]);
  });
}

export async function dataOf(node: Node): Promise<HostArray> {
  await realize([node]);
  return node.value as HostArray;
}

/** The plan that computes the nodes: made if need be, not run. */
export async function planOf(nodes: readonly Node[]): Promise<PlanReport> {
  const runner = await currentRunner();
  return (await runner.plan(linearize(nodes))).report;
}
