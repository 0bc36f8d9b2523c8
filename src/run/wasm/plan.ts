/** A graph as a WebAssembly module and the steps that run it. */
import type { ModuleBuilder } from "../../../kernels/wasm/assembler/index.ts";
import type { HostArray } from "../../array.ts";
import { KernelError } from "../../errors.ts";
import type { Node } from "../../graph/node.ts";
import { isInput, type SimplifiedGraph } from "../../graph/simplify.ts";
import { sizeOf } from "../../shape.ts";
import type { Stored } from "../access/body.ts";
import type { Data, Kept, Plan, PlanReport } from "../executor.ts";
import { type Schedule, type ScheduleLimits, schedule } from "../schedule.ts";
import type { Arena } from "./memory.ts";
import { convolutionOf } from "./plan/convolution.ts";
import { aligned, type Layout } from "./plan/layout.ts";
import { layOutSteps } from "./plan/lifetimes.ts";
import { moduleOf, Slots, stepName } from "./plan/module.ts";
import { reportOf } from "./plan/report.ts";
import { bytesOf, type Step, stepsOf } from "./plan/steps.ts";
import { stopwatch } from "./stopwatch.ts";
import type { Team } from "./team.ts";

const LIMITS: ScheduleLimits = {
  reads: 20,
  nodes: 96,
  roundTrip: 12,
  companions: true,
  readsMemory: (node) => convolutionOf(node) !== null,
};

type StepFunction = (frame: number, begin: number, end: number) => void;

/** A module's functions on one memory. */
interface Loaded {
  readonly memory: WebAssembly.Memory;
  readonly functions: readonly StepFunction[];
}

let made = 0;

export class WasmPlan implements Plan {
  readonly report: PlanReport;
  /** Tells the plan's module from all others. */
  readonly id = made++;
  readonly #schedule: Schedule;
  readonly #steps: readonly Step[];
  readonly #slots = new Slots();
  readonly #layout: Layout;
  readonly #arena: Arena;
  readonly #team: Team;
  readonly #builder: ModuleBuilder;
  #module: WebAssembly.Module | null = null;
  #loaded: Loaded | null = null;

  constructor(graph: SimplifiedGraph, arena: Arena, team: Team, relaxed: boolean) {
    this.#arena = arena;
    this.#team = team;
    this.#schedule = schedule(graph, LIMITS);
    this.#steps = stepsOf(this.#schedule, team.threads);
    this.#builder = moduleOf(this.#steps, this.#slots, arena.shared, relaxed);
    this.#layout = layOutSteps(this.#steps, new Set(this.#schedule.outputs));
    const inputs = this.#schedule.arguments.reduce(
      (sum, node) => sum + (node === null ? 0 : bytesOf(node)),
      0,
    );
    this.report = reportOf({
      nodes: graph.nodes.filter((node) => !isInput(node)).length,
      steps: this.#steps,
      bytes: inputs + this.#layout.bytes,
      threads: () => team.threads,
      texts: () => [this.#builder.text()],
    });
  }

  /** The module's bytes. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#builder.bytes();
  }

  async prepare(): Promise<void> {
    try {
      this.#module = await WebAssembly.compile(this.bytes);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new KernelError(`wasm refused a module: ${reason}`, this.#builder.text(), "wasm", {
        op: "run",
        cause: error,
      });
    }
  }

  async run(data: readonly Data[], into: readonly (Kept | null)[] = []): Promise<HostArray[]> {
    const arena = this.#arena;
    arena.begin();
    const frameBytes = aligned(4 * this.#slots.list.length);
    const total = frameBytes + this.#layout.bytes;
    const places = this.#holdAll(data);
    // Room for what will stay: once results are there, nothing may fail any more.
    for (const place of into) if (place) arena.hold(place);
    const frame = arena.take(total);
    const base = frame + frameBytes;
    try {
      this.#writeFrame(frame, base, places);
      const pending = this.#runSteps(frame);
      if (pending !== undefined) await pending;
      return this.#give(base, places, into);
    } finally {
      arena.give(frame, total);
      arena.end();
    }
  }

  /** Results, each to its place or to the caller, who owns it alone: every one is a copy. */
  #give(base: number, places: ReadonlyMap<Stored, number>, into: readonly (Kept | null)[]): HostArray[] {
    const { outputs } = this.#schedule;
    const addressOf = (node: Node) => {
      const offset = this.#layout.offsets.get(node);
      return offset === undefined ? (places.get(node) as number) : base + offset;
    };
    // What is returned is read first: it may be an argument whose place takes a new value.
    const returned = outputs
      .filter((_, i) => !into[i])
      .map((node) => this.#arena.read(addressOf(node), sizeOf(node.shape)));
    const unmoved = outputs.map((node, i) =>
      into[i] && places.has(node) ? this.#arena.read(addressOf(node), sizeOf(node.shape)) : null,
    );
    outputs.forEach((node, i) => {
      const place = into[i];
      if (!place) return;
      const argument = unmoved[i];
      if (argument === null) this.#arena.put(place, addressOf(node));
      else this.#arena.write(place, argument);
    });
    return returned;
  }

  /** Steps in their order; a promise only where threads were waited for. */
  #runSteps(frame: number): undefined | Promise<void> {
    const { functions } = this.#load();
    const runFrom = (first: number): undefined | Promise<void> => {
      for (let i = first; i < this.#steps.length; i++) {
        const { units, chunk, cost } = this.#steps[i];
        const call = { plan: this.id, name: stepName(i), frame, units, chunk, cost, local: functions[i] };
        const start = stopwatch.onStep === null ? 0 : performance.now();
        const pending = this.#team.run(call);
        if (pending !== undefined) {
          return pending.then(() => {
            stopwatch.onStep?.(i, performance.now() - start);
            return runFrom(i + 1);
          });
        }
        stopwatch.onStep?.(i, performance.now() - start);
      }
      return undefined;
    };
    return runFrom(0);
  }

  release(): void {
    this.#loaded = null;
    this.#team.unload(this.id);
  }

  /** Addresses of arguments and tables. */
  #holdAll(data: readonly Data[]): Map<Stored, number> {
    const places = new Map<Stored, number>();
    this.#schedule.arguments.forEach((node, i) => {
      if (node !== null && !places.has(node)) places.set(node, this.#arena.hold(data[i]));
    });
    for (const [table, values] of this.#slots.tables) places.set(table, this.#arena.hold(values));
    return places;
  }

  #writeFrame(frame: number, base: number, places: ReadonlyMap<Stored, number>): void {
    const words = this.#arena.words(frame, this.#slots.list.length);
    this.#slots.list.forEach((buffer, i) => {
      const offset = this.#layout.offsets.get(buffer);
      words[i] = offset === undefined ? (places.get(buffer) as number) : base + offset;
    });
  }

  /** The functions on the memory of today. */
  #load(): Loaded {
    const { memory } = this.#arena;
    if (this.#loaded?.memory === memory) return this.#loaded;
    const module = this.#module as WebAssembly.Module;
    const { exports } = new WebAssembly.Instance(module, { env: { memory, thread: 0 } });
    const functions = this.#steps.map((_, i) => exports[stepName(i)] as StepFunction);
    this.#loaded = { memory, functions };
    this.#team.load(this.id, module, memory);
    return this.#loaded;
  }
}
