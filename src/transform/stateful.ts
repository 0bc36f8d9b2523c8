/** A function with a memory: its state stays with the executor from step to step, and is read only when asked for. */
import type { HostArray } from "../array.ts";
import { OptionError, refuse, ShapeError } from "../errors.ts";
import { type LinearGraph, linearize } from "../graph/linearize.ts";
import type { Node } from "../graph/node.ts";
import { seededRandom } from "../random.ts";
import { currentRunner } from "../run/backends.ts";
import { realize } from "../run/evaluate.ts";
import type { Kept } from "../run/executor.ts";
import type { Runner } from "../run/plan-cache.ts";
import { formatShape, type Shape, sameShape, sizeOf } from "../shape.ts";
import { asTensor, Tensor } from "../tensor.ts";
import { computed, leavesOf, placeholder, type TensorTree, withData } from "./tree.ts";

/** Random tensors of a recorded step: drawn anew at every run, from the run's seed. */
export interface Noise {
  /** Uniform in [0, 1). */
  uniform(shape: Shape): Tensor;
}

/** Tensors by name. */
export type TensorRecord = Readonly<Record<string, Tensor>>;

/** What a step makes of the state: the next one, and what the caller wants to see. */
export interface StepResult<R> {
  /** The same names and shapes as before. */
  readonly state: TensorRecord;
  /** What `run` returns: tensors, alone or in arrays and objects. */
  readonly value: R;
}

/** Settings of one run of a {@link StatefulFunction}. */
export interface RunOptions {
  /** Of the noise of this run; the same seed draws the same numbers. @defaultValue 0 */
  readonly seed?: number;
}

/** A recorded function and its state. Runs queue up: each sees what the one before left. */
export interface StatefulFunction<R> {
  /**
   * One step: the state gives way to the next, the value is returned, already computed. If the run fails, the state
   * is as it was.
   *
   * @throws {@link ShapeError} where the next state has other names or shapes; {@link OptionError} after `release`,
   *   or for a seed that is no whole number from 0 to 2^32 - 1
   */
  run(inputs: readonly Tensor[], options?: RunOptions): Promise<R>;
  /** The present state, copied out. */
  read(): Promise<Record<string, Tensor>>;
  /** Gives the room of the state back; not to be used from then on. */
  release(): void;
}

/** One recording, for one combination of input shapes. */
interface Trace {
  readonly graph: LinearGraph;
  readonly state: readonly Node[];
  readonly inputs: readonly Node[];
  readonly noise: readonly Node[];
  readonly value: TensorTree;
}

type Step<R> = (state: TensorRecord, inputs: readonly Tensor[], noise: Noise) => StepResult<R>;

function checkState(before: TensorRecord, after: TensorRecord): void {
  const [expected, given] = [Object.keys(before).sort(), Object.keys(after).sort()];
  const odd =
    expected.find((name) => !Object.hasOwn(after, name)) ??
    given.find((name) => !Object.hasOwn(before, name)) ??
    expected.find((name) => !sameShape(before[name].shape, asTensor(after[name], "stateful", name).shape));
  if (odd === undefined) return;
  const text = (record: TensorRecord) =>
    Object.hasOwn(record, odd) ? formatShape(record[odd].shape) : "not there";
  refuse(ShapeError, "stateful", `next state: ${odd}`, text(after), text(before));
}

function trace<R extends TensorTree>(
  before: TensorRecord,
  f: Step<R>,
  shapes: readonly Shape[],
  names: readonly string[],
): Trace {
  const state = names.map((name) => placeholder(before[name].shape));
  const inputs = shapes.map(placeholder);
  const noise: Node[] = [];
  const uniform = (shape: Shape) => {
    noise.push(placeholder(shape));
    return new Tensor(noise[noise.length - 1]);
  };
  const result = f(
    Object.fromEntries(names.map((name, i) => [name, new Tensor(state[i])])),
    inputs.map((node) => new Tensor(node)),
    { uniform },
  );
  checkState(before, result.state);
  const outputs = [...names.map((name) => result.state[name]), ...leavesOf(result.value, "stateful")];
  return { graph: linearize(outputs.map((x) => x.node)), state, inputs, noise, value: result.value };
}

class Stateful<R extends TensorTree> implements StatefulFunction<R> {
  readonly #initial: TensorRecord;
  readonly #names: readonly string[];
  readonly #f: Step<R>;
  readonly #traces = new Map<string, Trace>();
  #queue: Promise<unknown> = Promise.resolve();
  #runner: Runner | null = null;
  #kept: Kept[] = [];
  #released = false;

  constructor(state: TensorRecord, f: Step<R>) {
    this.#initial = { ...state };
    this.#names = Object.keys(state);
    this.#f = f;
    for (const name of this.#names) asTensor(state[name], "stateful", name);
  }

  run(inputs: readonly Tensor[], { seed = 0 }: RunOptions = {}): Promise<R> {
    return this.#enqueue(async () => {
      const random = seededRandom(seed);
      const tensors = inputs.map((input, i) => asTensor(input, "stateful", `input ${i}`));
      const { graph, state, inputs: places, noise, value } = this.#trace(tensors.map(({ shape }) => shape));
      await realize(tensors.map(({ node }) => node));
      const runner = await this.#settle();
      const given = new Map<Node, HostArray | Kept>();
      state.forEach((node, i) => {
        given.set(node, this.#kept[i]);
      });
      places.forEach((node, i) => {
        given.set(node, tensors[i].node.value as HostArray);
      });
      for (const node of noise) {
        given.set(
          node,
          // 24 bits: as many as float32 holds without rounding up to 1.
          Float32Array.from({ length: sizeOf(node.shape) }, () => (random.uint32() >>> 8) / 2 ** 24),
        );
      }
      const data = graph.arguments.map((node) => given.get(node) ?? (node.value as HostArray));
      const values = await runner.run(graph, data, this.#kept);
      return withData(value, values.values()) as R;
    });
  }

  read(): Promise<Record<string, Tensor>> {
    return this.#enqueue(async () => {
      await this.#settle();
      return Object.fromEntries(
        this.#names.map((name, i) => [name, computed(this.#initial[name].shape, this.#kept[i].read())]),
      );
    });
  }

  release(): void {
    this.#released = true;
    // After the run that may be using it.
    this.#queue = this.#queue.then(() => {
      for (const kept of this.#kept) kept.release();
      this.#kept = [];
    });
  }

  async #enqueue<T>(task: () => Promise<T>): Promise<T> {
    if (this.#released) refuse(OptionError, "stateful", "state", "released", "a state that is still kept");
    const turn = this.#queue.then(task);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  #trace(shapes: readonly Shape[]): Trace {
    const key = shapes.map((shape) => `[${shape.join()}]`).join("");
    let traced = this.#traces.get(key);
    if (traced === undefined) {
      traced = trace(this.#initial, this.#f, shapes, this.#names);
      this.#traces.set(key, traced);
    }
    return traced;
  }

  /** The present executor, with the state in it: moved there if another one held it. */
  async #settle(): Promise<Runner> {
    const runner = await currentRunner();
    if (runner === this.#runner) return runner;
    const tensors = this.#names.map((name) => this.#initial[name]);
    if (this.#runner === null) await realize(tensors.map(({ node }) => node));
    const data =
      this.#runner === null
        ? tensors.map(({ node }) => node.value as HostArray)
        : this.#kept.map((kept) => kept.read());
    for (const kept of this.#kept) kept.release();
    this.#kept = data.map((elements) => runner.executor.keep(elements));
    this.#runner = runner;
    return runner;
  }
}

/**
 * A function with a memory, recorded once for each combination of input shapes: forward, backward and update of a
 * training step become one plan, and its state stays with the executor until it is read. It moves along when
 * another executor is chosen.
 *
 * Values of state and inputs are not seen while recording, so checks of a target's range are left out.
 *
 * @param state - the tensors to begin with, by name
 * @param f - from the state, the inputs of the run and a source of random tensors to the next state (the same names
 *   and shapes) and a value: tensors, alone or in arrays and objects
 * @example
 * ```ts
 * import { stateful, tensor } from "segtape";
 * const average = stateful({ sum: tensor(0), count: tensor(0) }, ({ sum, count }, [x]) => {
 *   const state = { sum: sum.add(x), count: count.add(1) };
 *   return { state, value: state.sum.div(state.count) };
 * });
 * await average.run([tensor(3)]);
 * await (await average.run([tensor(5)])).item(); // 4
 * await (await average.read()).count.item(); // 2
 * ```
 */
export function stateful<R extends TensorTree>(state: TensorRecord, f: Step<R>): StatefulFunction<R> {
  return new Stateful(state, f);
}
