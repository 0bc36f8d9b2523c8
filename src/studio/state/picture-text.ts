/** A picture as the address holds it: its sample, and what was changed of that. */
import { type Layer, type Picture, withLayer } from "../subject/picture.ts";
import { SAMPLES, type SampleChoice, type SampleName } from "../subject/samples.ts";
import { bytesOfText, textOfBytes } from "./bytes.ts";

/** Parameters of the address by their names; `null` where the sample is as it was drawn. */
export interface PictureText {
  readonly sample: string | null;
  readonly prediction: string | null;
  readonly mask: string | null;
}

/** What no link says anything about. */
export const NO_PICTURE: PictureText = { sample: null, prediction: null, mask: null };

const LAYERS: readonly Layer[] = ["prediction", "mask"];

export const textOfSample = ({ name, size, seed }: SampleChoice): string => `${name}-${size}-${seed}`;

/** The sample of {@link textOfSample}; `null` for text that it did not make. */
export function sampleOfText(text: string): SampleChoice | null {
  const [, name, size, seed] = /^([a-z]+)-(\d{2,3})-(\d{1,10})$/.exec(text) ?? [];
  if (!Object.hasOwn(SAMPLES, name ?? "")) return null;
  const good = Number(size) >= 32 && Number(size) <= 512 && Number(seed) < 2 ** 32;
  return good ? { name: name as SampleName, size: Number(size), seed: Number(seed) } : null;
}

/** What is left of a map without the sample, modulo 256: mostly zeros, which pack well. */
const less = (map: Uint8Array, sample: Uint8Array): Uint8Array => map.map((level, i) => level - sample[i]);
const more = (map: Uint8Array, sample: Uint8Array): Uint8Array => map.map((level, i) => level + sample[i]);

/** The text of a picture that was made of a sample; `plain` is the sample as it was drawn. */
export async function textOfPicture(
  picture: Picture,
  from: SampleChoice,
  plain: Picture,
): Promise<PictureText> {
  const [prediction, mask] = await Promise.all(
    LAYERS.map((layer) => {
      const changed = less(picture[layer], plain[layer]);
      return changed.some((level) => level !== 0) ? textOfBytes(changed) : null;
    }),
  );
  return { sample: textOfSample(from), prediction, mask };
}

/** A sample with the changes of a text; `unread` names what was damaged, and is as the sample has it. */
export async function changedSample(
  { prediction, mask }: PictureText,
  sample: Picture,
): Promise<{ readonly picture: Picture; readonly unread: readonly Layer[] }> {
  const unread: Layer[] = [];
  let picture = sample;
  for (const layer of LAYERS) {
    const text = { prediction, mask }[layer];
    if (text === null) continue;
    const bytes = await bytesOfText(text);
    if (bytes?.length === sample.width * sample.height)
      picture = withLayer(picture, layer, more(bytes, sample[layer]));
    else unread.push(layer);
  }
  return { picture, unread };
}
