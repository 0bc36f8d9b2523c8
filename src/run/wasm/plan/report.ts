/** What a plan of steps does, for people: its passes, the bytes that they move, and the time that these need at least. */
import type { PlanReport } from "../../executor.ts";
import { bytesOf, type Step } from "./steps.ts";

/**
 * What one core of a current machine reaches: a triad of three arrays beyond the caches, and vectors of four floats.
 * For the floor that a plan's line tells; measure your own machine with `npm run bench`.
 */
const BYTES_A_SECOND = 2e10;
const OPERATIONS_A_SECOND = 1.2e10;

/** Bytes that a step reads and writes, each buffer once. */
export function movedBy({ reads, writes }: Step): number {
  return [...reads, ...writes].reduce((total, buffer) => total + bytesOf(buffer), 0);
}

function milliseconds(seconds: number): string {
  return `${(1e3 * seconds).toPrecision(2)} ms`;
}

function stepLine(step: Step, i: number): string {
  const moved = movedBy(step);
  const floor = Math.max(moved / BYTES_A_SECOND, step.cost / OPERATIONS_A_SECOND);
  const megabytes = (moved / 2 ** 20).toPrecision(3);
  return (
    `${i}: ${step.doc} (${step.kind}; ${step.units} units; reads ${step.reads.length}, writes ${step.writes.length}: ` +
    `${megabytes} MB; floor ${milliseconds(floor)} on one thread)`
  );
}

interface Subject {
  readonly nodes: number;
  readonly steps: readonly Step[];
  readonly bytes: number;
  /** Asked for each time: threads may turn out not to start. */
  readonly threads: () => number;
  readonly texts: () => readonly string[];
}

export function reportOf({ nodes, steps, bytes, threads, texts }: Subject): PlanReport {
  return {
    asked: "wasm",
    get ran() {
      const count = threads();
      return `wasm (${count} ${count === 1 ? "thread" : "threads"})`;
    },
    nodes,
    kernels: steps.length,
    hostStages: 0,
    bytes,
    bytesMoved: steps.reduce((total, step) => total + movedBy(step), 0),
    operations: steps.reduce((total, step) => total + step.cost, 0),
    stages: steps.map(stepLine),
    texts,
  };
}
