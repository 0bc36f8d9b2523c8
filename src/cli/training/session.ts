/** One training, with its folder kept up to date. */
import { randomUUID } from "node:crypto";
import { unlink } from "node:fs/promises";
import { join } from "node:path";
import { TrainingError } from "../../errors.ts";
import { writeCheckpoint, writeFileAtomic } from "../../io/index.ts";
import { renderTraining } from "../../study/training-report.ts";
import { type Data, type FitResult, fit as train } from "../../train/index.ts";
import type { EpochEvent, Json, StepEvent, TrainingState } from "../../train/types.ts";
import { makeFolder, removeFolders } from "../output.ts";
import { version } from "../version.ts";
import {
  CHECKPOINT,
  checkSession,
  findCheckpoint,
  RECORD,
  type RunRecord,
  removeLeftovers,
  writeRecord,
} from "./run-folder.ts";
import type { Setup } from "./setup.ts";

/** What a session is told beside the training itself. */
export interface SessionOptions {
  readonly signal: AbortSignal;
  readonly checkpointEvery?: number;
  readonly onStep?: (event: StepEvent) => void;
  readonly onEpoch?: (event: EpochEvent) => void;
}

/** What is known of a run before it begins. */
export type RunBeginning = Omit<RunRecord, "session" | "status" | "step" | "best" | "history">;

export interface SessionResult {
  readonly fitted: FitResult;
  readonly record: RunRecord;
}

/** The history as a table, one line an epoch. */
function historyCsv({ history }: RunRecord): string {
  const metrics = [...new Set(history.flatMap((one) => Object.keys(one.metrics ?? {})))];
  const lines = history.map((one) =>
    [
      one.epoch,
      one.step,
      one.loss,
      one.learningRate,
      ...metrics.map((name) => one.metrics?.[name] ?? ""),
    ].join(","),
  );
  return `${[["epoch", "step", "loss", "learningRate", ...metrics].join(","), ...lines].join("\n")}\n`;
}

/**
 * Trains into a folder, from its checkpoint where there is one. The checkpoint alone says where the run stands, and is
 * written whole or not at all: everything else in the folder follows from it.
 *
 * @param begun - the record without what training tells
 * @throws TrainingError where training breaks down; the folder keeps the last good checkpoint
 * @throws FileError where the folder cannot be written to, or another process has begun to
 */
export async function runSession(
  folder: string,
  begun: RunBeginning,
  setup: Setup,
  data: Data,
  { signal, checkpointEvery, onStep, onEpoch }: SessionOptions,
): Promise<SessionResult> {
  const made = await makeFolder(folder);
  await removeLeftovers(folder);
  const checkpoint = await findCheckpoint(folder);
  const session = randomUUID();
  const recordOf = (state: TrainingState | null, status: RunRecord["status"]): RunRecord => ({
    ...begun,
    session,
    status,
    step: state?.step ?? 0,
    best: state?.best == null ? null : { epoch: state.best.epoch, value: state.best.value },
    history: state?.history ?? [],
  });
  let last = checkpoint?.state ?? null;
  await writeRecord(folder, recordOf(last, "running"));
  try {
    const fitted = await train(setup.model, data, setup.loss, {
      ...setup.options,
      ...(checkpoint === null ? {} : { resume: checkpoint.state }),
      ...(checkpointEvery === undefined ? {} : { checkpointEvery }),
      signal,
      onStep,
      onEpoch,
      onCheckpoint: async ({ state }) => {
        await checkSession(folder, session);
        await writeCheckpoint(join(folder, CHECKPOINT), state, { network: setup.network as Json });
        last = state;
        await writeRecord(folder, recordOf(state, "running"));
      },
    });
    const record = recordOf(fitted.state, fitted.stopped === "signal" ? "interrupted" : "finished");
    await checkSession(folder, session);
    await writeRecord(folder, record);
    await writeFileAtomic(join(folder, "history.csv"), historyCsv(record));
    await writeFileAtomic(join(folder, "report.html"), renderTraining(reportOf(record)));
    return { fitted, record };
  } catch (error) {
    await checkSession(folder, session);
    if (last === null && !(error instanceof TrainingError)) {
      // There is nothing to go on from: as if nobody had asked.
      await unlink(join(folder, RECORD)).catch(() => undefined);
      await removeFolders(made);
    } else {
      const message = error instanceof Error ? error.message : String(error);
      // The first failure is the one worth telling.
      await writeRecord(folder, { ...recordOf(last, "failed"), message }).catch(() => undefined);
    }
    throw error;
  }
}

function reportOf(record: RunRecord) {
  const { identity, images, network, history, best, labels, status } = record;
  return {
    title: `${identity.loss.name} on ${images.train.length} images`,
    created: new Date().toISOString(),
    version,
    facts: [
      ["Status", status],
      ["Steps", String(record.step)],
      ["Best epoch", best === null ? "none measured" : `${best.epoch} (${best.value.toFixed(4)})`],
      ["Images", `${images.train.length} + ${images.validation.length} held out`],
      ["Classes", labels.classes.map(({ name }) => name).join(", ")],
      ["Network", `U-Net, ${network.depth} levels from ${network.baseChannels} channels`],
    ] as const,
    history,
  };
}
