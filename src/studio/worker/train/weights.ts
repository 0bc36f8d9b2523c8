/** A trained network as a file: the checkpoint of segtape, which `readCheckpoint` of `segtape/io` reads as well. */
import { FileError, refuse } from "../../../errors.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../../../io/checkpoint.ts";
import { type UNetOptions, unet } from "../../../nn/index.ts";
import type { Json, Normalization, TrainingState } from "../../../train/types.ts";

/** A network, trained so far, and all that is needed to use it or to go on. */
export interface Kept {
  readonly state: TrainingState;
  readonly network: UNetOptions;
  /** As the images were that it learnt from; `null` where the file does not say. */
  readonly normalization: Required<Normalization> | null;
  /** Settings, loss and pictures of the training: it goes on as if it had never stopped where they are the same. */
  readonly signature: string;
}

/** The bytes of a `.safetensors` file. */
export const bytesOfKept = ({ state, network, normalization, signature }: Kept): Uint8Array =>
  encodeCheckpoint(state, {
    network: network as Json,
    normalization: normalization as Json,
    studio: signature,
  });

const isRecord = (value: Json | undefined): value is { readonly [name: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Refuses a network that the studio has no use for. */
function networkOf(notes: Json | undefined, name: string): UNetOptions {
  if (!isRecord(notes))
    refuse(FileError, "studio", name, "without the network's options", "those of a U-Net of segtape");
  const { options } = unet(notes as UNetOptions);
  if (options.dimensions !== 2) refuse(FileError, "studio", name, "a network for volumes", "one for images");
  if (options.classes !== 1)
    refuse(
      FileError,
      "studio",
      name,
      `a network of ${options.classes} classes`,
      "one object and its background, a single output",
    );
  return options;
}

/**
 * The network in a file.
 *
 * @throws FileError for what is no checkpoint of segtape, is damaged, or holds a network that the studio cannot use
 */
export function keptOfBytes(bytes: Uint8Array, name: string): Kept {
  const { state, notes } = decodeCheckpoint(bytes, name);
  const network = networkOf(notes.network, name);
  const { normalization, studio } = notes;
  return {
    state,
    network,
    // Its numbers are checked where it is used.
    normalization: isRecord(normalization) ? (normalization as unknown as Required<Normalization>) : null,
    signature: typeof studio === "string" ? studio : "",
  };
}
