/**
 * Running a segment's kernels. The cpu mode calls them one by one, since each hands out a fresh array that
 * the garbage collector takes back after its last reader; gpu.js' pipeline would hold one array a kernel for
 * good and copies arguments (1.2 to 2.6 times slower, see kernels/README.md). Every other mode is run as one pipeline.
 */
import { BackendError, KernelError, SegtapeError } from "../../errors.ts";
import type { Stored } from "../access/body.ts";
import type { Gpu, GpuMode, Kernel, KernelSettings, Pipeline } from "./library.ts";
import { lossOf } from "./loss.ts";
import type { LoweredKernel } from "./lower.ts";
import { MODES } from "./modes.ts";

export interface Launcher {
  /** What really ran, by gpu.js' own account; known after the first run. */
  readonly ran: string;
  run(takes: readonly Float32Array[]): Float32Array[] | Promise<Float32Array[]>;
  release(): void;
}

/** The most that gpu.js allows a loop; llvmpipe cuts there in any case, and no loop printed comes near. */
const LOOP_LIMIT = 65535;

function settingsOf(kernel: LoweredKernel, mode: GpuMode): KernelSettings {
  return {
    output: [kernel.size],
    precision: "single",
    tactic: "precision",
    // Literal bounds are never cut, but loops of the cpu mode may be as long as the data.
    loopMaxIterations: mode === "cpu" ? 2 ** 31 : LOOP_LIMIT,
    ...(Object.keys(kernel.tables).length === 0 ? {} : { constants: kernel.tables }),
  };
}

function kernelError(error: unknown, text: string, mode: GpuMode): SegtapeError {
  if (error instanceof SegtapeError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new KernelError(`${mode} refused a kernel: ${reason}`, text, mode, { op: "run", cause: error });
}

/**
 * The kernel of each text. Stages of equal text (the steps of an erosion, say) share one: compiled once, and
 * on GL its textures are shared wherever gpu.js finds that the steps' lives do not overlap.
 */
function makeAll(gpu: Gpu, texts: readonly LoweredKernel[], mode: GpuMode): Kernel[] {
  const made = new Map<string, Kernel>();
  return texts.map((kernel) => {
    const tables = Object.entries(kernel.tables).map(([name, values]) => `${name}=${values.join()}`);
    const key = [kernel.size, kernel.text, ...tables].join("\n");
    try {
      const one = made.get(key) ?? gpu.createKernel(kernel.text, settingsOf(kernel, mode));
      made.set(key, one);
      return one;
    } catch (error) {
      throw kernelError(error, kernel.text, mode);
    }
  });
}

/**
 * Ends kernels, and takes them out of the list that gpu.js keeps: its cpu kernels stay in it when destroyed.
 * What is no longer in the list went with the GPU object, and must not be destroyed twice.
 */
function discard(gpu: Gpu, kernels: readonly Kernel[]): void {
  for (const one of new Set(kernels)) {
    if (!gpu.kernels.includes(one.kernel)) continue;
    one.destroy();
    const at = gpu.kernels.indexOf(one.kernel);
    if (at >= 0) gpu.kernels.splice(at, 1);
  }
}

/** Numbers for everything that is read or written: takings first, then each kernel's output. */
function numbering(takes: readonly Stored[], kernels: readonly LoweredKernel[]): Map<Stored, number> {
  return new Map([...takes, ...kernels.map((kernel) => kernel.writes)].map((stored, i) => [stored, i]));
}

export class DirectLauncher implements Launcher {
  readonly #gpu: Gpu;
  readonly #texts: readonly LoweredKernel[];
  readonly #kernels: readonly Kernel[];
  readonly #reads: readonly (readonly number[])[];
  /** Numbers that nobody reads after each kernel. */
  readonly #done: readonly (readonly number[])[];
  readonly #gives: readonly number[];

  constructor(
    gpu: Gpu,
    takes: readonly Stored[],
    kernels: readonly LoweredKernel[],
    gives: readonly Stored[],
  ) {
    this.#gpu = gpu;
    this.#texts = kernels;
    this.#kernels = makeAll(gpu, kernels, "cpu");
    const numbers = numbering(takes, kernels);
    this.#reads = kernels.map((kernel) => kernel.reads.map((read) => numbers.get(read) as number));
    this.#gives = gives.map((node) => numbers.get(node) as number);
    const kept = new Set(this.#gives);
    const last = new Map<number, number>();
    this.#reads.forEach((reads, i) => {
      for (const read of reads) last.set(read, i);
    });
    this.#done = kernels.map((_, i) =>
      [...last].flatMap(([read, at]) => (at === i && !kept.has(read) ? [read] : [])),
    );
  }

  get ran(): string {
    return this.#kernels[0].kernel.constructor.mode;
  }

  run(takes: readonly Float32Array[]): Float32Array[] {
    const values: (Float32Array | undefined)[] = [...takes];
    this.#kernels.forEach((kernel, i) => {
      try {
        values[takes.length + i] = kernel(...this.#reads[i].map((read) => values[read])) as Float32Array;
      } catch (error) {
        throw kernelError(error, this.#texts[i].text, "cpu");
      }
      for (const read of this.#done[i]) values[read] = undefined;
    });
    return this.#gives.map((give) => values[give] as Float32Array);
  }

  release(): void {
    discard(this.#gpu, this.#kernels);
  }
}

export class PipelineLauncher implements Launcher {
  readonly #gpu: Gpu;
  readonly #mode: GpuMode;
  readonly #texts: string;
  readonly #kernels: readonly Kernel[];
  readonly #pipeline: Pipeline;
  #ran = "";

  constructor(
    gpu: Gpu,
    mode: GpuMode,
    takes: readonly Stored[],
    kernels: readonly LoweredKernel[],
    gives: readonly Stored[],
  ) {
    this.#gpu = gpu;
    this.#mode = mode;
    this.#texts = kernels.map((kernel) => kernel.text).join("\n");
    this.#kernels = makeAll(gpu, kernels, mode);
    const numbers = numbering(takes, kernels);
    const orchestrate = (...args: unknown[]) => {
      const handles = [...args];
      kernels.forEach((kernel, i) => {
        handles.push(this.#kernels[i](...kernel.reads.map((read) => handles[numbers.get(read) as number])));
      });
      return gives.map((node) => handles[numbers.get(node) as number]);
    };
    // gpu.js makes as many handles as the function declares parameters, and a rest parameter declares none.
    Object.defineProperty(orchestrate, "length", { value: takes.length });
    // Threads of the webasm mode made losses three times slower (their exp is a call into JavaScript), and
    // start within the first call.
    this.#pipeline = gpu.createPipeline(orchestrate, { threads: false });
  }

  get ran(): string {
    return this.#ran;
  }

  async run(takes: readonly Float32Array[]): Promise<Float32Array[]> {
    let results: Float32Array[];
    try {
      results = await this.#pipeline(...takes);
    } catch (error) {
      throw lossOf(this.#gpu, this.#mode, error) ?? kernelError(error, this.#texts, this.#mode);
    }
    // Reading from a context that is gone gives zeros, and no error.
    const loss = lossOf(this.#gpu, this.#mode);
    if (loss !== null) throw loss;
    if (this.#ran === "") this.#checkBackend();
    return results;
  }

  release(): void {
    // Queued behind any run in flight; nothing can fail that a caller could mend.
    this.#pipeline.destroy().then(
      () => discard(this.#gpu, this.#kernels),
      () => undefined,
    );
  }

  /** gpu.js may run something else than asked without a word: that is an error here. */
  #checkBackend(): void {
    const { backend, fallbackReason, executorKind } = this.#pipeline;
    const facts = MODES[this.#mode];
    const degraded = facts.fused && fallbackReason !== null;
    const swapped = this.#kernels.find(({ kernel }) => typeof kernel.fallbackReason === "string");
    if (backend !== facts.backend || degraded || swapped !== undefined) {
      const reason = (degraded ? fallbackReason : swapped?.kernel.fallbackReason) ?? "no reason given";
      throw new BackendError(`${this.#mode}: gpu.js ran ${backend} (${executorKind}) instead: ${reason}`, {
        op: "run",
        given: `${backend} (${executorKind})`,
        expected: this.#mode,
      });
    }
    this.#ran = `${this.#mode} (${executorKind})`;
  }
}
