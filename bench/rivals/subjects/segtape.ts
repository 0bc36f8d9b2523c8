/** segtape as its users call it: record value and gradient, evaluate both in one plan, read them. */
import {
  type BackendChoice,
  type BackendOptions,
  binaryCrossEntropyLoss,
  diceLoss,
  evaluate,
  focalLoss,
  focalTverskyLoss,
  hausdorffDistanceLoss,
  msSsimLoss,
  setBackend,
  ssimLoss,
  type Tensor,
  tensor,
  valueAndGrad,
} from "../../../src/index.ts";
import type { Scene } from "../scene.ts";
import type { Job, LossName, Result, Subject } from "./types.ts";

const LOSSES: Readonly<Record<LossName, (prediction: Tensor, target: Tensor) => Tensor>> = {
  bce: (x, g) => binaryCrossEntropyLoss(x, g),
  focal: (x, g) => focalLoss(x, g),
  focalTversky: (x, g) => focalTverskyLoss(x, g),
  dice: (x, g) => diceLoss(x, g),
  ssim: (x, g) => ssimLoss(x, g),
  hausdorff: (x, g) => hausdorffDistanceLoss(x, g),
  msSsim: (x, g) => msSsimLoss(x, g),
};

export function segtapeJob(loss: LossName, scene: Scene, choose: () => Promise<void>): Job {
  const logits = tensor(scene.logits, scene.shape);
  const target = tensor(scene.target, scene.shape);
  const step = valueAndGrad((x: Tensor) => LOSSES[loss](x, target));
  return {
    prepare: choose,
    async call() {
      const { value, grad } = step(logits);
      await evaluate(value, grad);
      return { value: await value.item(), grad: await grad.data() };
    },
    close() {},
  };
}

function subject(name: string, id: BackendChoice, options: BackendOptions = {}): Subject {
  const choose = () => setBackend(id, options);
  return {
    name: `segtape ${name}`,
    group: "segtape",
    threads: options.threads ?? 1,
    open: (loss, scene) => segtapeJob(loss, scene, choose),
  };
}

/** What every result is held to: segtape's float64 interpreter. */
export async function reference(loss: LossName, scene: Scene): Promise<Result> {
  const job = segtapeJob(loss, scene, () => setBackend("reference"));
  await job.prepare?.();
  return job.call();
}

/** `wasm` with each number of threads, and the two executors of gpu.js; what is refused comes with the reason. */
export async function segtapeSubjects(
  threads: readonly number[],
): Promise<{ subjects: Subject[]; unavailable: Record<string, string> }> {
  const subjects: Subject[] = [];
  const unavailable: Record<string, string> = {};
  const add = async (name: string, id: BackendChoice, options: BackendOptions = {}) => {
    try {
      await setBackend(id, options);
      subjects.push(subject(name, id, options));
    } catch (error) {
      unavailable[`segtape ${name}`] = error instanceof Error ? error.message.split("\n")[0] : String(error);
    }
  };
  for (const count of threads)
    await add(`wasm, ${count} thread${count === 1 ? "" : "s"}`, "wasm", { threads: count });
  await add("webasm", "webasm");
  await add("cpu", "cpu");
  return { subjects, unavailable };
}
