/**
 * Checkpoints: all of a run's state in one safetensors file. Arrays are arrays; the rest is JSON in the metadata, so
 * that the two can never come from different steps.
 */
import { createHash } from "node:crypto";
import type { TrainingState } from "../train/types.ts";
import { type Checkpoint, checkpointOf, contentOf, opened, sealed, unsealed } from "./bytes/checkpoint.ts";
import { readBytes, writeFileAtomic } from "./files.ts";
import type { Safetensors } from "./safetensors.ts";

const digestOf = (file: Safetensors): string => createHash("sha256").update(contentOf(file)).digest("hex");

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
  const file = unsealed(state, notes);
  return sealed(file, digestOf(file));
}

/**
 * Writes a checkpoint, whole or not at all: whoever is stopped while writing, however suddenly, leaves the checkpoint
 * that was there before.
 *
 * @param path - usually `*.safetensors`, in a folder that exists
 * @param notes - what shall be found beside the state: the network's options, for one
 * @throws FileError when the file cannot be written.
 *
 * @example
 * ```ts
 * await fit(network, data, diceLoss, {
 *   epochs: 10,
 *   onCheckpoint: ({ state }) => writeCheckpoint("run/last.safetensors", state, { network: network.options }),
 * });
 * ```
 */
export async function writeCheckpoint(
  path: string,
  state: TrainingState,
  notes: Checkpoint["notes"] = {},
): Promise<void> {
  await writeFileAtomic(path, encodeCheckpoint(state, notes));
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
  const found = opened(bytes, name);
  return checkpointOf(found, digestOf(found.file), name);
}

/**
 * Reads a checkpoint, to go on with `fit` (option `resume`) or to predict with its variables.
 *
 * @throws FileError when there is no such file, or as {@link decodeCheckpoint} does.
 *
 * @example
 * ```ts
 * const { state, notes } = await readCheckpoint("run/last.safetensors");
 * await fit(unet(notes.network), data, diceLoss, { epochs: 20, resume: state });
 * ```
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  return decodeCheckpoint(await readBytes(path), path);
}
