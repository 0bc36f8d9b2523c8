/** Plans by structure: recording again with other data finds the plan of the first time. */
import type { HostArray } from "../array.ts";
import { type LinearGraph, linearize } from "../graph/linearize.ts";
import type { Node } from "../graph/node.ts";
import { simplify } from "../graph/simplify.ts";
import { record } from "../ops/make.ts";
import { full, inputRow } from "../ops/movement.ts";
import type { Shape } from "../shape.ts";
import type { Data, Executor, Kept, Plan, PlanReport } from "./executor.ts";

/** Plans kept an executor. A training loop needs a handful; a study of every loss, a few dozen. */
const CAPACITY = 128;

/** One executor with its plans. Runs are queued: executors share device state between plans. */
export class Runner {
  readonly executor: Executor;
  #plans = new Map<string, Promise<Plan>>();
  #queue: Promise<unknown> = Promise.resolve();
  #last: PlanReport | null = null;

  constructor(executor: Executor) {
    this.executor = executor;
  }

  /** Report of the plan that ran last. */
  get lastReport(): PlanReport | null {
    return this.#last;
  }

  /** Plans held at present. */
  get size(): number {
    return this.#plans.size;
  }

  async plan(graph: LinearGraph): Promise<Plan> {
    const known = this.#plans.get(graph.key);
    if (known !== undefined) {
      // Last in, last out: a Map keeps the order of insertion.
      this.#plans.delete(graph.key);
      this.#plans.set(graph.key, known);
      return known;
    }
    const made = this.executor.plan(simplify(graph, (shape: Shape) => record(inputRow, [], shape), full));
    this.#plans.set(graph.key, made);
    made.catch(() => this.#plans.delete(graph.key));
    if (this.#plans.size > CAPACITY) this.#evict();
    return made;
  }

  /** Values of nodes, without keeping them in the nodes. */
  async compute(outputs: readonly Node[]): Promise<HostArray[]> {
    const graph = linearize(outputs);
    return this.run(
      graph,
      graph.arguments.map((node) => node.value as HostArray),
    );
  }

  /**
   * Runs a graph on data in the order of its arguments. The plan is looked up when the turn comes: one that
   * other calls pushed out in between is made again, never run after its release.
   *
   * @param into - places of results that stay with the executor; the others are returned
   */
  async run(
    graph: LinearGraph,
    data: readonly Data[],
    into: readonly (Kept | null)[] = [],
  ): Promise<HostArray[]> {
    const turn = this.#queue.then(async () => {
      const plan = await this.plan(graph);
      const results = await plan.run(data, into);
      this.#last = plan.report;
      return results;
    });
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  async release(): Promise<void> {
    await this.#queue;
    for (const plan of this.#plans.values()) (await plan.catch(() => null))?.release();
    this.#plans.clear();
    await this.executor.release();
  }

  /** Lets the plan go that was asked for longest ago, after the turn that may be running it. */
  #evict(): void {
    const [key, oldest] = this.#plans.entries().next().value as [string, Promise<Plan>];
    this.#plans.delete(key);
    this.#queue = this.#queue.then(async () => (await oldest.catch(() => null))?.release());
  }
}
