/** A graph as gpu.js kernels: segments on the device, host stages between them, data in and out. */
import type { HostArray } from "../../array.ts";
import type { Node } from "../../graph/node.ts";
import type { HostRow } from "../../graph/row.ts";
import { isInput, type SimplifiedGraph } from "../../graph/simplify.ts";
import { formatShape, sizeOf } from "../../shape.ts";
import type { Data, Kept, Plan, PlanReport } from "../executor.ts";
import { runOnArrays } from "../kept.ts";
import { homeOf, type Schedule, type Stage, schedule } from "../schedule.ts";
import { ownCost } from "../schedule-cost.ts";
import { DirectLauncher, type Launcher, PipelineLauncher } from "./launcher.ts";
import type { Gpu, GpuMode } from "./library.ts";
import { type LoweredKernel, lowerStage } from "./lower.ts";
import { MODES } from "./modes.ts";
import { isHostStage, type Segment, segmentsOf } from "./segments.ts";

const BYTES = Float32Array.BYTES_PER_ELEMENT;

interface LoweredSegment {
  readonly segment: Segment;
  readonly kernels: readonly LoweredKernel[];
  /** `null` where nothing runs on the device. */
  readonly launcher: Launcher | null;
}

function launcherFor(
  gpu: Gpu,
  mode: GpuMode,
  segment: Segment,
  kernels: readonly LoweredKernel[],
): Launcher | null {
  if (kernels.length === 0) return null;
  return mode === "cpu"
    ? new DirectLauncher(gpu, segment.takes, kernels, segment.gives)
    : new PipelineLauncher(gpu, mode, segment.takes, kernels, segment.gives);
}

const asFloat32 = (data: HostArray): Float32Array =>
  data instanceof Float32Array ? data : Float32Array.from(data);

function stageLine(stage: Stage): string {
  const name = stage.node.op.name;
  const how = isHostStage(stage) ? "host: read back, computed in float64, uploaded" : stage.kind;
  return `${name} ${formatShape(stage.node.shape)} (${how}; reads ${stage.reads.length})`;
}

/** Bytes held at once: data, and each kernel's output, shared only where gpu.js shares it. */
function bytesOf(planned: Schedule, segments: readonly LoweredSegment[], mode: GpuMode): number {
  const inputs = planned.arguments.reduce(
    (total, node) => total + (node === null ? 0 : sizeOf(node.shape)),
    0,
  );
  const hosted = planned.stages
    .filter(isHostStage)
    .reduce((total, stage) => total + sizeOf(stage.node.shape), 0);
  const shares = mode === "cpu" || MODES[mode].fused;
  const buffers = segments.reduce((total, { kernels, segment }) => {
    if (!shares) return total + kernels.reduce((sum, kernel) => sum + kernel.size, 0);
    return total + peakOf(kernels, new Set<unknown>(segment.gives));
  }, 0);
  return (inputs + hosted + buffers) * BYTES;
}

/** Bytes that a kernel reads, each tensor once, and writes. */
function movedBy({ reads, size }: LoweredKernel): number {
  return BYTES * reads.reduce((total, read) => total + sizeOf(read.shape), size);
}

/** Most elements alive at once while kernels run in order. */
function peakOf(kernels: readonly LoweredKernel[], kept: ReadonlySet<unknown>): number {
  const last = new Map<unknown, number>();
  kernels.forEach((kernel, i) => {
    for (const read of kernel.reads) last.set(read, i);
  });
  let alive = 0;
  let peak = 0;
  kernels.forEach((kernel, i) => {
    alive += kernel.size;
    peak = Math.max(peak, alive);
    kernels.slice(0, i + 1).forEach(({ writes, size }) => {
      if (!kept.has(writes) && last.get(writes) === i) alive -= size;
    });
  });
  return peak;
}

export class GpuPlan implements Plan {
  readonly #schedule: Schedule;
  readonly #segments: readonly LoweredSegment[];
  #report: PlanReport;
  #hasRun = false;

  constructor(gpu: Gpu, mode: GpuMode, graph: SimplifiedGraph) {
    this.#schedule = schedule(graph, MODES[mode].limits);
    this.#segments = segmentsOf(this.#schedule).map((segment): LoweredSegment => {
      const kernels = segment.device.flatMap((stage) => lowerStage(stage, this.#schedule, mode));
      return { segment, kernels, launcher: launcherFor(gpu, mode, segment, kernels) };
    });
    const { stages } = this.#schedule;
    this.#report = {
      asked: mode,
      ran: "not run yet",
      nodes: graph.nodes.filter((node) => !isInput(node)).length,
      kernels: this.#segments.reduce((total, { kernels }) => total + kernels.length, 0),
      hostStages: stages.filter(isHostStage).length,
      bytes: bytesOf(this.#schedule, this.#segments, mode),
      bytesMoved: this.#kernels.reduce((total, kernel) => total + movedBy(kernel), 0),
      operations: graph.nodes.reduce((total, node) => total + ownCost(node) * sizeOf(node.shape), 0),
      stages: stages.map(stageLine),
      texts: () => this.texts,
    };
  }

  get report(): PlanReport {
    return this.#report;
  }

  /** The texts of all kernels, in the order of their launch: for tests, and for people. */
  get texts(): readonly string[] {
    return this.#kernels.map((kernel) => kernel.text);
  }

  get #kernels(): readonly LoweredKernel[] {
    return this.#segments.flatMap(({ kernels }) => kernels);
  }

  run(data: readonly Data[], into: readonly (Kept | null)[] = []): Promise<HostArray[]> {
    return runOnArrays(data, into, (arrays) => this.#run(arrays));
  }

  async #run(data: readonly HostArray[]): Promise<HostArray[]> {
    const values = new Map<Node, Float32Array>();
    const given = new Set<Float32Array>();
    this.#schedule.arguments.forEach((node, i) => {
      if (node === null || values.has(node)) return;
      const held = asFloat32(data[i]);
      if (held === data[i]) given.add(held);
      values.set(node, held);
    });
    for (const { segment, launcher } of this.#segments) {
      if (launcher !== null) {
        const takes = segment.takes.map((node) => values.get(node) as Float32Array);
        const results = await launcher.run(takes);
        segment.gives.forEach((node, i) => {
          values.set(node, results[i]);
        });
      }
      for (const { node } of segment.host) values.set(node, runOnHost(node, values));
    }
    if (!this.#hasRun) this.#noteRun();
    return this.#schedule.outputs.map((node) => {
      const value = values.get(node) as Float32Array;
      // The caller owns each result alone: not the data of an argument, nor of another result.
      const result = given.has(value) ? value.slice() : value;
      given.add(result);
      return result;
    });
  }

  /** What ran is known once it has; it cannot change after. */
  #noteRun(): void {
    this.#hasRun = true;
    const ran = new Set(this.#segments.flatMap(({ launcher }) => (launcher === null ? [] : [launcher.ran])));
    this.#report = { ...this.#report, ran: ran.size === 0 ? "host" : [...ran].join(", ") };
  }

  release(): void {
    for (const { launcher } of this.#segments) launcher?.release();
  }
}

function runOnHost(node: Node, values: ReadonlyMap<Node, Float32Array>): Float32Array {
  const inputs = node.inputs.map((input) => values.get(homeOf(input)) as Float32Array);
  const shapes = node.inputs.map((input) => input.shape);
  return Float32Array.from((node.op as HostRow).compute(inputs, shapes, node.shape, node.attributes));
}
