/** The trainings behind a comparison, each in a folder of its own: what is finished is never trained again. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { FileError, OptionError, refuse, SegtapeError, ShapeError, TrainingError } from "../../errors.ts";
import { decodePng, encodeLabels, readBytes, writeFileAtomic } from "../../io/index.ts";
import { labelsOf } from "../../io/labels.ts";
import type { ComparedRun } from "../../study/index.ts";
import { makeFolder } from "../output.ts";
import type { TrainingData } from "../training/data.ts";
import type { Plan } from "../training/plan.ts";
import { type Display, TrainingProgress } from "../training/progress.ts";
import { betterOf } from "../training/request.ts";
import {
  checkSame,
  findRun,
  type Identity,
  jsonText,
  type RunRecord,
  readJson,
} from "../training/run-folder.ts";
import { runSession } from "../training/session.ts";
import { type ChosenLoss, type Setup, setupOf } from "../training/setup.ts";
import { version } from "../version.ts";
import { measureNetwork } from "./measure.ts";

const RESULT = "result.json";
const PREDICTIONS = "predictions";

/** What all trainings of a comparison have in common. */
export interface Common {
  readonly out: string;
  readonly plan: Plan;
  readonly data: TrainingData;
  /** Names of the images that the report shows. */
  readonly examples: readonly string[];
  readonly display: Display;
  readonly signal: AbortSignal;
}

/** One of the trainings. */
export interface Task {
  readonly chosen: ChosenLoss;
  readonly seed: number;
}

const folderOf = ({ out }: Common, { chosen, seed }: Task) =>
  join(out, "runs", chosen.loss.name, `seed-${seed}`);

const identityOf = ({ plan, data }: Common, { chosen, seed }: Task): Identity => ({
  plan,
  loss: { name: chosen.loss.name, options: chosen.options },
  seed,
  data: data.fingerprint,
});

/**
 * The result of a training that is finished; `null` of another.
 *
 * @throws FileError where the folder holds a training with other options, finished or not
 */
export async function knownResult(common: Common, task: Task): Promise<ComparedRun | null> {
  const folder = folderOf(common, task);
  const path = join(folder, RESULT);
  if ((await stat(path).catch(() => null)) === null) {
    const begun = await findRun(folder, "compare");
    if (begun !== null) checkSame("compare", folder, begun.identity, identityOf(common, task));
    return null;
  }
  const { identity, result } = await readJson(path, "segtape-result");
  if (JSON.stringify(identity) !== JSON.stringify(identityOf(common, task)))
    refuse(FileError, "compare", path, "of another training", "the same data and options, or another --out");
  return result as ComparedRun;
}

async function keepResult(common: Common, task: Task, result: ComparedRun): Promise<ComparedRun> {
  const folder = folderOf(common, task);
  await makeFolder(folder);
  const kept = { format: "segtape-result", revision: 1, identity: identityOf(common, task), result };
  await writeFileAtomic(join(folder, RESULT), jsonText(kept));
  return result;
}

/** A result without numbers. */
const without = (
  { chosen, seed }: Task,
  status: "refused" | "failed",
  message: string,
  record: RunRecord | null,
): ComparedRun => ({
  loss: chosen.loss.name,
  seed,
  status,
  message,
  steps: record?.step ?? 0,
  seconds: 0,
  history: record?.history ?? [],
  metrics: {},
  shares: [],
});

/** A loss that cannot be had with these data says so here; `null` where it can. */
function setupFor({ plan, data }: Common, { chosen, seed }: Task): Setup | SegtapeError {
  try {
    return setupOf(plan, data, chosen, seed, betterOf(plan));
  } catch (error) {
    if (error instanceof SegtapeError) return error;
    throw error;
  }
}

/**
 * Trains, measures, and keeps what came of it.
 *
 * @param toCome - trainings after this one
 * @returns `null` where it was interrupted
 */
export async function runTask(common: Common, task: Task, toCome: number): Promise<ComparedRun | null> {
  const { plan, data, display, signal } = common;
  const setup = setupFor(common, task);
  if (setup instanceof SegtapeError)
    return keepResult(common, task, without(task, "refused", setup.message, null));
  const folder = folderOf(common, task);
  const begun = {
    format: "segtape-run",
    revision: 1,
    segtape: version,
    arguments: {},
    identity: identityOf(common, task),
    labels: data.labels,
    channels: data.channels,
    network: setup.network,
    normalization: data.normalization,
    images: {
      train: data.train.map(({ name }) => name),
      validation: data.validation.map(({ name }) => name),
    },
  } as const;
  const progress = new TrainingProgress(display, `${task.chosen.loss.name}, seed ${task.seed}`, toCome);
  try {
    const { fitted, record } = await runSession(folder, begun, setup, data, {
      signal,
      onStep: (event) => progress.step(event),
      onEpoch: (event) => progress.epoch(event),
    });
    if (fitted.stopped === "signal") return null;
    const measured = await measureNetwork(setup.model, fitted.variables, data, plan.metrics, signal);
    if (measured === null) return null;
    const { metrics, shares, predictions } = measured;
    await makeFolder(join(folder, PREDICTIONS));
    for (const { name, size } of data.validation) {
      const labels = predictions.get(name);
      if (labels === undefined) continue;
      const bytes = encodeLabels(labels, size[1], size[0], data.labels);
      await writeFileAtomic(join(folder, PREDICTIONS, `${name}.png`), bytes);
    }
    // Last: where it is, the rest is.
    return await keepResult(common, task, {
      loss: task.chosen.loss.name,
      seed: task.seed,
      status: "ok",
      steps: record.step,
      seconds: fitted.seconds,
      history: record.history,
      metrics,
      shares,
    });
  } catch (error) {
    // What is seen only when the network is recorded, as a level too small for the loss.
    if (error instanceof OptionError || error instanceof ShapeError)
      return await keepResult(common, task, without(task, "refused", error.message, null));
    if (!(error instanceof TrainingError)) throw error;
    const record = await findRun(folder, "compare");
    const told = without(task, "failed", error.message, record);
    return await keepResult(common, task, { ...told, steps: error.step });
  } finally {
    progress.stop();
  }
}

/** A prediction that was kept; `null` where there is none. */
export async function keptPrediction(common: Common, task: Task, name: string): Promise<Uint8Array | null> {
  const path = join(folderOf(common, task), PREDICTIONS, `${name}.png`);
  if ((await stat(path).catch(() => null)) === null) return null;
  return labelsOf(decodePng(await readBytes(path), path), common.data.labels, (problem) =>
    refuse(FileError, "compare", path, problem, "a prediction of this comparison"),
  );
}
