/**
 * Checkpoints: all of a run's state in one safetensors file. Arrays are arrays; the rest is JSON in the metadata, so
 * that the two can never come from different steps.
 */
import { sha256 } from "@noble/hashes/sha2";
import { bytesToHex } from "@noble/hashes/utils";
import { FileError } from "../errors.ts";
import type { ArrayData, Arrays, EpochRecord, Json, TrainingState } from "../train/types.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  type Safetensors,
  type SafetensorsArray,
} from "./safetensors.ts";

/** The package's version, put in place by the build. */
declare const __SEGTAPE_VERSION__: string | undefined;

/** A checkpoint that was read. */
export interface Checkpoint {
  readonly state: TrainingState;
  /** What the writer noted beside it: the network's options, for one. */
  readonly notes: Readonly<Record<string, Json>>;
  /** The segtape that wrote it. */
  readonly version: string;
}

const FORMAT = "segtape-checkpoint";
/** Rises where an older segtape could not read the file. */
const REVISION = "1";

/** Records of arrays, by the prefix of their names in the file. */
const GROUPS = ["variables", "optimizer", "best"] as const;

const NOT_FINITE: readonly unknown[] = ["NaN", "Infinity", "-Infinity"];

/** JSON has no word for a metric that is not finite. */
const replacer = (_: string, value: unknown) =>
  typeof value === "number" && !Number.isFinite(value) ? String(value) : value;

/** The file with a digest of its content, which tells later whether any bit of it has changed. */
function sealed(arrays: Safetensors["arrays"], metadata: Safetensors["metadata"]): Uint8Array {
  return encodeSafetensors(arrays, { ...metadata, sha256: digestOf(arrays, metadata) });
}

const digestOf = (arrays: Safetensors["arrays"], metadata: Safetensors["metadata"]): string =>
  bytesToHex(sha256(encodeSafetensors(arrays, metadata)));

function prefixed(group: string, arrays: Arrays): [string, ArrayData][] {
  return Object.entries(arrays).map(([name, array]) => [`${group}/${name}`, array]);
}

/**
 * The bytes of a checkpoint: a safetensors file with `variables/...`, `optimizer/...`, `best/...`, and in its metadata
 * the JSON of everything else.
 *
 * @example
 * ```ts
 * const bytes = encodeCheckpoint(state, { network: { depth: 3 } });
 * ```
 */
export function encodeCheckpoint(state: TrainingState, notes: Checkpoint["notes"] = {}): Uint8Array {
  const { variables, optimizer, best, ...rest } = state;
  const arrays = [
    ...prefixed("variables", variables),
    ...prefixed("optimizer", optimizer),
    ...prefixed("best", best?.variables ?? {}),
  ];
  const plain = { ...rest, best: best === null ? null : { epoch: best.epoch, value: best.value } };
  return sealed(Object.fromEntries(arrays), {
    format: FORMAT,
    revision: REVISION,
    version: typeof __SEGTAPE_VERSION__ === "undefined" ? "development" : __SEGTAPE_VERSION__,
    state: JSON.stringify(plain, replacer),
    notes: JSON.stringify(notes),
  });
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** A number as {@link replacer} writes it, or `undefined`. */
function numberOf(value: unknown): number | undefined {
  return typeof value === "number" || NOT_FINITE.includes(value) ? Number(value) : undefined;
}

function metricsOf(value: unknown): Record<string, number> | null | undefined {
  if (value === null) return null;
  if (!isRecord(value)) return undefined;
  const numbers = Object.entries(value).map(([name, number]) => [name, numberOf(number)] as const);
  return numbers.some(([, number]) => number === undefined)
    ? undefined
    : (Object.fromEntries(numbers) as Record<string, number>);
}

function recordOf(value: unknown): EpochRecord | undefined {
  if (!isRecord(value)) return undefined;
  const { epoch, step, loss, learningRate } = value;
  const metrics = metricsOf(value.metrics);
  const good =
    isCount(epoch) && isCount(step) && typeof loss === "number" && typeof learningRate === "number";
  return good && metrics !== undefined ? { epoch, step, loss, learningRate, metrics } : undefined;
}

/** The state without its arrays; a string names the part that is not as it should be. */
function plainOf(value: unknown, best: Arrays): Omit<TrainingState, "variables" | "optimizer"> | string {
  if (!isRecord(value)) return "state";
  const { step, seed, lossSum, waited, progress, plateau, settings } = value;
  if (!isCount(step)) return "step";
  if (!isCount(seed) || seed > 0xffffffff) return "seed";
  if (typeof lossSum !== "number") return "lossSum";
  if (!isCount(waited)) return "waited";
  if (progress !== undefined && typeof progress !== "number") return "progress";
  if (!isRecord(settings)) return "settings";
  // A plateau checks its own state when it is restored.
  if (plateau !== null && !isRecord(plateau)) return "plateau";
  const history = Array.isArray(value.history) ? value.history.map(recordOf) : [undefined];
  if (history.includes(undefined)) return "history";
  const { epoch, value: number } = isRecord(value.best) ? value.best : {};
  const named = value.best === null || (isCount(epoch) && typeof number === "number");
  if (!named || (value.best === null) !== (Object.keys(best).length === 0)) return "best";
  return {
    step,
    seed,
    lossSum,
    waited,
    ...(progress === undefined ? {} : { progress }),
    settings: settings as TrainingState["settings"],
    plateau: plateau as TrainingState["plateau"],
    history: history as EpochRecord[],
    best: value.best === null ? null : { epoch: epoch as number, value: number as number, variables: best },
  };
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}

function groupsOf(
  arrays: Readonly<Record<string, SafetensorsArray>>,
): Record<string, Record<string, ArrayData>> | string {
  const groups: Record<string, Record<string, ArrayData>> = Object.fromEntries(
    GROUPS.map((group) => [group, {}]),
  );
  for (const [path, { shape, data }] of Object.entries(arrays)) {
    const slash = path.indexOf("/");
    const group = path.slice(0, Math.max(0, slash));
    const floats = data instanceof Float32Array || data instanceof Float64Array;
    if (!floats || !Object.hasOwn(groups, group)) return path;
    groups[group][path.slice(slash + 1)] = { shape, data };
  }
  return groups;
}

/**
 * Reads the bytes of a checkpoint.
 *
 * @param name - how error messages name it
 * @throws FileError when the bytes are no checkpoint of segtape, are damaged or cut short, or come from a later segtape
 * whose checkpoints this one cannot read.
 *
 * @example
 * ```ts
 * const { state, notes } = decodeCheckpoint(bytes, "last.safetensors");
 * ```
 */
export function decodeCheckpoint(bytes: Uint8Array, name = "checkpoint"): Checkpoint {
  const fail = (problem: string, given: string, expected: string): never => {
    throw new FileError(`decodeCheckpoint: ${name} ${problem}: ${given}, expected ${expected}`, {
      op: "decodeCheckpoint",
      argument: name,
      given,
      expected,
    });
  };
  const { arrays, metadata: all } = decodeSafetensors(bytes, name);
  const { sha256: sealedBy, ...metadata } = all;
  if (metadata.format !== FORMAT)
    fail("is no checkpoint", `format ${JSON.stringify(metadata.format) ?? "missing"}`, `"${FORMAT}"`);
  if (metadata.revision !== REVISION)
    fail("cannot be read", `revision ${metadata.revision}, written by segtape ${metadata.version}`, REVISION);
  const digest = digestOf(arrays, metadata);
  if (sealedBy !== digest) fail("is damaged", `content of digest ${digest}`, sealedBy ?? "a digest in it");
  const groups = groupsOf(arrays);
  if (typeof groups === "string")
    return fail("is damaged", `array ${groups}`, `floats of ${GROUPS.join(", ")}`);
  const plain = plainOf(parsed(metadata.state), groups.best);
  if (typeof plain === "string") return fail("is damaged", `its ${plain}`, "what writeCheckpoint writes");
  const notes = parsed(metadata.notes);
  if (!isRecord(notes)) return fail("is damaged", "its notes", "a JSON object");
  return {
    state: { ...plain, variables: groups.variables, optimizer: groups.optimizer },
    notes: notes as Checkpoint["notes"],
    version: metadata.version ?? "unknown",
  };
}
