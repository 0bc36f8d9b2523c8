/** Whether executors compute right: a small problem on each, against the float64 reference. */
import { binaryCrossEntropyLoss } from "../losses/pixel/binary-cross-entropy.ts";
import { type BackendStatus, backends, runnerOf } from "../run/backends.ts";
import type { BackendId } from "../run/executor.ts";
import { type Tensor, tensor } from "../tensor.ts";
import { valueAndGrad } from "../transform/grad.ts";

/** An executor, whether it works here, and how well. */
export interface ExecutorFinding extends BackendStatus {
  /** Largest difference of the gradient from the reference, relative to its largest entry; where it computed. */
  readonly error?: number;
  /** Time of the first call, compilation included; where it computed. */
  readonly milliseconds?: number;
}

/** Errors of float32 stay far below this. */
const RIGHT = 1e-4;

/** Whether an executor that works computes right. */
export const computesRight = ({ error }: ExecutorFinding): boolean => error !== undefined && error < RIGHT;

const SIDE = 64;

/** The gradient of a cross entropy, on one executor. */
async function solve(id: BackendId): Promise<ArrayLike<number>> {
  const shape = [1, 1, SIDE, SIDE];
  const logits = Float64Array.from({ length: SIDE * SIDE }, (_, i) => 4 * Math.sin(i * 0.37));
  const mask = tensor(
    Float64Array.from(logits, (_, i) => Number(i % 7 < 3)),
    shape,
  );
  const { value, grad } = valueAndGrad((x: Tensor) => binaryCrossEntropyLoss(x, mask))(tensor(logits, shape));
  const runner = await runnerOf(id);
  const [, slope] = await runner.compute([value.node, grad.node]);
  return slope;
}

async function examine(status: BackendStatus, truth: ArrayLike<number>): Promise<ExecutorFinding> {
  if (!status.available) return status;
  try {
    const start = performance.now();
    const found = await solve(status.id);
    const milliseconds = performance.now() - start;
    let [most, scale] = [0, 0];
    for (let i = 0; i < truth.length; i++) {
      // NaN is no smaller than anything.
      if (!(Math.abs(found[i] - truth[i]) <= most)) most = Math.abs(found[i] - truth[i]);
      scale = Math.max(scale, Math.abs(truth[i]));
    }
    return { ...status, error: most / scale, milliseconds };
  } catch (cause) {
    return { ...status, reason: (cause as Error).message };
  }
}

/**
 * Tries every executor on a small problem: the gradient of a cross entropy on 64 x 64 pixels, against `reference`. What
 * `setBackend` chose stays chosen.
 *
 * @example
 * ```ts
 * import { computesRight, examineExecutors } from "segtape/study";
 * const findings = await examineExecutors();
 * findings.filter(({ available }) => available).every(computesRight); // true
 * ```
 */
export async function examineExecutors(): Promise<ExecutorFinding[]> {
  const truth = await solve("reference");
  const findings: ExecutorFinding[] = [];
  // One after another: times mean something, and a GPU is not asked for twice at once.
  for (const status of await backends()) findings.push(await examine(status, truth));
  return findings;
}
