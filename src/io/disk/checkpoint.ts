/** Checkpoints on the disk. */
import type { TrainingState } from "../../train/types.ts";
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "../checkpoint.ts";
import { readBytes, writeFileAtomic } from "./files.ts";

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
