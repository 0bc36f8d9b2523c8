/** A run on disk: `run.json` says what it is, `checkpoint.safetensors` where it stands. */
import { readdir, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { FileError, refuse } from "../../errors.ts";
import { reasonOf } from "../../io/files.ts";
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
export async function namesIn(folder: string, op: string): Promise<string[] | null> {
  try {
    const found = await stat(folder);
    if (!found.isDirectory()) refuse(FileError, op, "--out", `${folder}, a file`, "a folder");
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
export async function findRun(folder: string, op: string): Promise<RunRecord | null> {
  const names = await namesIn(folder, op);
  if (names === null || names.length === 0) return null;
  if (!names.includes(RECORD)) {
    const given = `${folder}, which holds ${names.slice(0, 3).join(", ")} but no ${RECORD}`;
    refuse(FileError, op, "the folder", given, "a run of segtape, or a new or empty folder");
  }
  const record = (await readJson(join(folder, RECORD), "segtape-run")) as unknown as RunRecord;
  checkLabelFormat(record.labels, join(folder, RECORD));
  return record;
}

export const writeRecord = (folder: string, record: RunRecord): Promise<void> =>
  writeFileAtomic(join(folder, RECORD), jsonText(record));

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
