/**
 * What a checkpoint holds, without files and without a digest of its own: Node takes the digest at once, a browser has
 * to wait for it.
 */
import { FileError } from "../../errors.ts";
import type { ArrayData, Arrays, EpochRecord, Json, TrainingState } from "../../train/types.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  type Safetensors,
  type SafetensorsArray,
} from "../safetensors.ts";

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

function prefixed(group: string, arrays: Arrays): [string, ArrayData][] {
  return Object.entries(arrays).map(([name, array]) => [`${group}/${name}`, array]);
}

/** The file of a state, before it is sealed. */
export function unsealed(state: TrainingState, notes: Checkpoint["notes"]): Safetensors {
  const { variables, optimizer, best, ...rest } = state;
  const arrays = [
    ...prefixed("variables", variables),
    ...prefixed("optimizer", optimizer),
    ...prefixed("best", best?.variables ?? {}),
  ];
  const plain = { ...rest, best: best === null ? null : { epoch: best.epoch, value: best.value } };
  return {
    arrays: Object.fromEntries(arrays),
    metadata: {
      format: FORMAT,
      revision: REVISION,
      version: typeof __SEGTAPE_VERSION__ === "undefined" ? "development" : __SEGTAPE_VERSION__,
      state: JSON.stringify(plain, replacer),
      notes: JSON.stringify(notes),
    },
  };
}

/** What the digest is taken of: the file without it. */
export const contentOf = ({ arrays, metadata }: Safetensors): Uint8Array =>
  encodeSafetensors(arrays, metadata);

/** The file with a digest of its content (SHA-256, hexadecimal), which tells later whether any bit of it has changed. */
export const sealed = ({ arrays, metadata }: Safetensors, sha256: string): Uint8Array =>
  encodeSafetensors(arrays, { ...metadata, sha256 });

function fail(name: string, problem: string, given: string, expected: string): never {
  throw new FileError(`decodeCheckpoint: ${name} ${problem}: ${given}, expected ${expected}`, {
    op: "decodeCheckpoint",
    argument: name,
    given,
    expected,
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

/** A file that says it is a checkpoint, and the digest that it claims. */
export interface Opened {
  readonly file: Safetensors;
  readonly sha256: string | undefined;
}

/**
 * Opens what {@link sealed} made.
 *
 * @throws FileError when the bytes are no checkpoint of segtape, or one that a later segtape wrote
 */
export function opened(bytes: Uint8Array, name: string): Opened {
  const { arrays, metadata: all } = decodeSafetensors(bytes, name);
  const { sha256, ...metadata } = all;
  if (metadata.format !== FORMAT)
    fail(name, "is no checkpoint", `format ${JSON.stringify(metadata.format) ?? "missing"}`, `"${FORMAT}"`);
  if (metadata.revision !== REVISION)
    fail(
      name,
      "cannot be read",
      `revision ${metadata.revision}, written by segtape ${metadata.version}`,
      REVISION,
    );
  return { file: { arrays, metadata }, sha256 };
}

/**
 * The checkpoint in a file.
 *
 * @param digest - of {@link contentOf} the file, as it is
 * @throws FileError when the file is damaged
 */
export function checkpointOf({ file, sha256 }: Opened, digest: string, name: string): Checkpoint {
  const { arrays, metadata } = file;
  if (sha256 !== digest) fail(name, "is damaged", `content of digest ${digest}`, sha256 ?? "a digest in it");
  const groups = groupsOf(arrays);
  if (typeof groups === "string")
    return fail(name, "is damaged", `array ${groups}`, `floats of ${GROUPS.join(", ")}`);
  const plain = plainOf(parsed(metadata.state), groups.best);
  if (typeof plain === "string")
    return fail(name, "is damaged", `its ${plain}`, "what writeCheckpoint writes");
  const notes = parsed(metadata.notes);
  if (!isRecord(notes)) return fail(name, "is damaged", "its notes", "a JSON object");
  return {
    state: { ...plain, variables: groups.variables, optimizer: groups.optimizer },
    notes: notes as Checkpoint["notes"],
    version: metadata.version ?? "unknown",
  };
}
