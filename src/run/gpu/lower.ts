/**
 * One stage of a schedule as one or more kernels: reductions cut so that float32 sums stay right, and threads
 * busy.
 */
import { type KernelText, kernelText } from "../../../kernels/gpu/kernel.ts";
import { BackendError } from "../../errors.ts";
import { type Body, bodyOf, lengthOf, type Stored } from "../access/body.ts";
import { blockAxes, finishBody, mergeAxes, partialBody } from "../access/loops.ts";
import type { Schedule, Stage } from "../schedule.ts";
import type { GpuMode } from "./library.ts";
import { MODES } from "./modes.ts";

/** A kernel, and the tensor or buffer that it fills. */
export interface LoweredKernel extends KernelText {
  readonly writes: Stored;
}

/**
 * Terms that one float32 accumulator adds. Each level of a blocked sum errs by about the root of this many
 * roundings: 128 keeps three levels (2 million terms) at 1e-6.
 */
const BLOCK = 128;

/** Reductions of fewer terms are left to one thread. */
const SMALL_REDUCTION = 1024;

/** float32 counts exactly up to here, and gpu.js counts in float32 everywhere but in its cpu mode. */
const EXACT = 2 ** 24;

const productOf = (body: Body, which: "outputs" | "reduced") =>
  body[which].reduce((size, variable) => size * lengthOf(variable), 1);

/** How many of the outer reduced axes become threads of their own. */
function partialAxes(body: Body, threads: number): number {
  let parallel = productOf(body, "outputs");
  if (productOf(body, "reduced") <= SMALL_REDUCTION) return 0;
  let count = 0;
  while (parallel < threads && count < body.reduced.length - 1) parallel *= lengthOf(body.reduced[count++]);
  return count;
}

function checkCounts(body: Body, mode: GpuMode, stage: Stage): void {
  const elements = Math.max(
    productOf(body, "outputs"),
    ...body.atoms.map((atom) => (atom.kind === "read" ? atom.from.shape.reduce((a, b) => a * b, 1) : 0)),
  );
  if (elements <= EXACT) return;
  throw new BackendError(
    `${stage.node.op.name}: ${elements} elements on ${mode}, which counts in float32: expected at most ` +
      `${EXACT}; use setBackend("cpu") or smaller batches`,
    { op: stage.node.op.name, given: String(elements), expected: `at most ${EXACT}` },
  );
}

/** Lowers a stage that runs on the device. */
export function lowerStage(stage: Stage, schedule: Schedule, mode: GpuMode): LoweredKernel[] {
  const { dialect, threads } = MODES[mode];
  let body = mergeAxes(bodyOf(stage.node, schedule.isStored));
  if (!dialect.wide) checkCounts(body, mode, stage);
  const kernels: LoweredKernel[] = [];
  for (;;) {
    if (!dialect.wide) body = blockAxes(body, BLOCK);
    const count = dialect.wide ? 0 : partialAxes(body, threads);
    if (count === 0) break;
    const partials = body.reduced.slice(0, count).reduce((size, variable) => size * lengthOf(variable), 1);
    const buffer: Stored = { shape: [productOf(body, "outputs") * partials] };
    kernels.push({ ...kernelText(partialBody(body, count), dialect), writes: buffer });
    body = finishBody(body, buffer, partials);
  }
  return [...kernels, { ...kernelText(body, dialect), writes: stage.node }];
}
