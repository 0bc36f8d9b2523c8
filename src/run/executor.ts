/** The seam between recording and running: what every executor is asked, and what it must report. */
import type { HostArray } from "../array.ts";
import type { SimplifiedGraph } from "../graph/simplify.ts";

/** Names of the executors, as `setBackend` takes them. */
export type BackendId = "wasm" | "headlessgl" | "webgl2" | "webgpu" | "webasm" | "cpu" | "reference";

/** What a plan is made of, and what really ran it. */
export interface PlanReport {
  /** The executor that was asked for. */
  readonly asked: string;
  /** The executor that ran, by its own account. */
  readonly ran: string;
  /** Recorded operations after simplification. */
  readonly nodes: number;
  /** Passes over memory, or kernels launched. */
  readonly kernels: number;
  /** Stages computed on the host between kernels. */
  readonly hostStages: number;
  /** Bytes of every buffer that the plan holds while it runs, inputs included. */
  readonly bytes: number;
  /** Bytes that kernels read and write, each tensor once a pass: memory alone needs this much time. */
  readonly bytesMoved: number;
  /** Multiplications and their like; an exponential counts as twelve. */
  readonly operations: number;
  /** One line a stage. */
  readonly stages: readonly string[];
  /** The generated code: texts of gpu.js kernels, a module in WebAssembly's text format; none for the reference. */
  readonly texts: () => readonly string[];
}

/** A tensor that stays with an executor from run to run: runs read it, and may put a result in its place. */
export interface Kept {
  /** A copy of the elements. */
  read(): HostArray;
  /** Gives the room back; not to be used from then on. */
  release(): void;
}

/** What a plan is run on. */
export type Data = HostArray | Kept;

/** A graph made ready to run again and again with other data. */
export interface Plan {
  readonly report: PlanReport;
  /**
   * Data in the order of the graph's arguments. Results come in the order of its outputs, but for those with a place of
   * their own: these are put there, once all are known.
   */
  run(data: readonly Data[], into?: readonly (Kept | null)[]): Promise<HostArray[]>;
  /** Gives back what the plan holds on the device. */
  release(): void;
}

export interface Executor {
  readonly id: BackendId;
  /** What it runs on, for people: a renderer string, a thread count. */
  readonly device: string;
  readonly precision: "float64" | "float32";
  /** Set once its device is gone for good: what runs next needs a new executor. */
  readonly lost?: boolean;
  plan(graph: SimplifiedGraph): Promise<Plan>;
  /** Takes a tensor in, to stay. */
  keep(data: HostArray): Kept;
  release(): Promise<void>;
}
