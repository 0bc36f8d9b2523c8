/** A run on disk: `run.json` says what it is, `checkpoint.safetensors` where it stands. */
import { readdir, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { FileError, refuse } from "../../errors.ts";
import { reasonOf } from "../../io/disk/files.ts";
import {
  type Checkpoint,
  type LabelFormat,
  readBytes,
  readCheckpoint,
  writeFileAtomic,
} from "../../io/index.ts";
import { checkLabelFormat } from "../../io/labels.ts";
import type { UNetOptions } from "../../nn/index.ts";
import type { EpochRecord, Normalization } from "../../train/types.ts";
import type { Arguments, Plan } from "./plan.ts";

/** What must be the same for a run to go on. */
export interface Identity {
  readonly plan: Plan;
  readonly loss: { readonly name: string; readonly options: Readonly<Record<string, unknown>> };
  readonly seed: number;
  /** Of images, masks and split. */
  readonly data: string;
}

export type RunStatus = "running" | "finished" | "interrupted" | "failed";

/** `run.json`. */
export interface RunRecord {
  readonly format: "segtape-run";
  readonly revision: 1;
  /** Version that wrote it. */
  readonly segtape: string;
  /** Options as they were typed, for `--resume` alone to go on with. */
  readonly arguments: Arguments;
  readonly identity: Identity;
  readonly labels: LabelFormat;
  readonly channels: 1 | 3;
  readonly network: UNetOptions;
  readonly normalization: Required<Normalization>;
  readonly images: { readonly train: readonly string[]; readonly validation: readonly string[] };
  /** Of the process that writes here, drawn anew by each. */
  readonly session: string;
  readonly status: RunStatus;
  /** Why it failed. */
  readonly message?: string;
  readonly step: number;
  readonly best: { readonly epoch: number; readonly value: number } | null;
  readonly history: readonly EpochRecord[];
}

export const RECORD = "run.json";
export const CHECKPOINT = "checkpoint.safetensors";

/** Text of a JSON file; what JSON has no number for is written as text. */
export const jsonText = (value: unknown): string =>
  `${JSON.stringify(value, (_key, item) => (typeof item === "number" && !Number.isFinite(item) ? String(item) : item), 2)}\n`;

/** Names in a folder that are not hidden; `null` where there is no such folder. */
export async function namesIn(folder: string, op: string, option = "--out"): Promise<string[] | null> {
  try {
    const found = await stat(folder);
    if (!found.isDirectory()) refuse(FileError, op, option, `${folder}, a file`, "a folder");
    return (await readdir(folder)).filter((name) => !name.startsWith("."));
  } catch (cause) {
    if (cause instanceof FileError) throw cause;
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new FileError(`${op}: cannot read ${folder}: ${reasonOf(cause)}`, {
      op,
      argument: folder,
      given: reasonOf(cause),
      expected: "a folder",
      cause,
    });
  }
}

/** A JSON file of ours. */
export async function readJson(path: string, format: string): Promise<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(await readBytes(path)));
  } catch (cause) {
    if (cause instanceof FileError) throw cause;
    refuse(FileError, "readJson", path, "no JSON", `a file of ${format}`);
  }
  const record = value as Record<string, unknown> | null;
  if (record?.format !== format)
    refuse(FileError, "readJson", path, `of format ${JSON.stringify(record?.format)}`, format);
  if (record.revision !== 1)
    refuse(
      FileError,
      "readJson",
      path,
      `of revision ${String(record.revision)}`,
      "1: a newer segtape wrote it",
    );
  return record;
}

/** The run in a folder; `null` where the folder is empty or not there. */
export async function findRun(
  folder: string,
  op: string,
  option: "--out" | "--model" = "--out",
): Promise<RunRecord | null> {
  const names = await namesIn(folder, op, option);
  if (names === null || names.length === 0) return null;
  if (!names.includes(RECORD)) {
    const given = `${folder}, which holds ${names.slice(0, 3).join(", ")} but no ${RECORD}`;
    const expected = `a run of segtape${option === "--out" ? ", or a new or empty folder" : ""}`;
    refuse(FileError, op, option, given, expected);
  }
  const path = join(folder, RECORD);
  return checkRecord(await readJson(path, "segtape-run"), path);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Refuses a record that lacks what predicting or going on needs: a person may have edited it. */
function checkRecord(record: Record<string, unknown>, path: string): RunRecord {
  const { identity, network, normalization, channels, history } = record;
  const numbers = (list: unknown) =>
    Array.isArray(list) && list.length === channels && list.every(Number.isFinite);
  const { mean, deviation } = isRecord(normalization) ? normalization : {};
  const good = {
    channels: channels === 1 || channels === 3,
    normalization: numbers(mean) && numbers(deviation),
    network: isRecord(network),
    identity: isRecord(identity) && isRecord(identity.plan) && isRecord(identity.loss),
    arguments: isRecord(record.arguments),
    history: Array.isArray(history),
  };
  const wrong = Object.entries(good).find(([, fine]) => !fine)?.[0];
  if (wrong !== undefined)
    refuse(
      FileError,
      "readRun",
      `${wrong} in ${path}`,
      JSON.stringify(record[wrong]) ?? "missing",
      "what train writes",
    );
  checkLabelFormat(record.labels, path);
  return record as unknown as RunRecord;
}

export const writeRecord = (folder: string, record: RunRecord): Promise<void> =>
  writeFileAtomic(join(folder, RECORD), jsonText(record));

/** Refuses to write where another process has taken the run over: the later one goes on, as after a crash. */
export async function checkSession(folder: string, session: string): Promise<void> {
  const record = await readJson(join(folder, RECORD), "segtape-run").catch(() => null);
  if (record?.session !== session)
    refuse(
      FileError,
      "train",
      folder,
      "taken over by another process",
      "one process at a time in a run's folder",
    );
}

/** The checkpoint of a run; `null` where it has not come to one. */
export async function findCheckpoint(folder: string): Promise<Checkpoint | null> {
  const path = join(folder, CHECKPOINT);
  const known = await stat(path).catch(() => null);
  return known === null ? null : readCheckpoint(path);
}

/** Removes what a writer left that was killed at work. */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => []))
    if (/^\..+\.[0-9a-f]{12}\.tmp$/.test(name)) await unlink(join(folder, name)).catch(() => undefined);
}

/** What `identity` says apart from the length, where nothing depends on it. */
function essence({ plan, ...rest }: Identity): Record<string, unknown> {
  const { length, ...others } = plan;
  const spans = ["cosine", "polynomial"].includes(plan.schedule);
  return { ...rest, ...others, ...(spans ? { length } : {}) };
}

/** Whether two identities mean the same training, but perhaps for its length. */
export const differences = (a: Identity, b: Identity): string[] => {
  const [left, right] = [essence(a), essence(b)];
  return Object.keys({ ...left, ...right }).filter(
    (name) => JSON.stringify(left[name]) !== JSON.stringify(right[name]),
  );
};

/** Refuses to go on with another training than the one that the folder holds. */
export function checkSame(op: string, folder: string, known: Identity, present: Identity): void {
  const [first] = differences(known, present);
  if (first === undefined) return;
  const [before, now] = [essence(known)[first], essence(present)[first]].map((value) =>
    JSON.stringify(value),
  );
  if (first === "data")
    refuse(
      FileError,
      op,
      `the data of ${folder}`,
      "other images, masks or held-out images",
      "those of that run",
    );
  refuse(
    FileError,
    op,
    `${first} of the run in ${folder}`,
    String(before),
    `${now}, as asked for now (or another --out)`,
  );
}
