/** The picture looked at, its past, and its way into the address and back. */
import { batch, computed, effect, signal } from "@preact/signals";
import { advance, type History, redo, startHistory, undo } from "../subject/history.ts";
import { type Layer, type Picture, withLayer } from "../subject/picture.ts";
import {
  DEFAULT_SAMPLE,
  drawSample,
  SAMPLES,
  type SampleChoice,
  type SampleName,
} from "../subject/samples.ts";
import { address, LONGEST, remember } from "./address.ts";
import { bytesOfText, textOfBytes } from "./bytes.ts";

/** Where the picture came from: a sample, or files of the user's, which no link can hold. */
export type Origin = SampleChoice | { readonly files: string };

/** What the address says of the picture. */
interface PictureText {
  readonly sample: string | null;
  readonly prediction: string | null;
  readonly mask: string | null;
}

const pictureText = (parameters: URLSearchParams): PictureText => ({
  sample: parameters.get("sample"),
  prediction: parameters.get("prediction"),
  mask: parameters.get("mask"),
});

const textOfSample = ({ name, size, seed }: SampleChoice): string => `${name}-${size}-${seed}`;

function sampleOfAddress(): SampleChoice {
  const { parameters } = address.peek();
  const [name, size, seed] = (parameters.get("sample") ?? "").split("-");
  const good =
    Object.hasOwn(SAMPLES, name) &&
    Number(size) >= 32 &&
    Number(size) <= 512 &&
    Number(seed) >= 0 &&
    Number(seed) < 2 ** 32;
  return good
    ? { name: name as SampleName, size: Math.trunc(Number(size)), seed: Math.trunc(Number(seed)) }
    : DEFAULT_SAMPLE;
}

/** Where the present picture came from. */
export const origin = signal<Origin>(sampleOfAddress());

const history = signal<History>(startHistory(drawSample(origin.peek() as SampleChoice)));

/** What a stroke has made of the picture so far; it becomes an edit when the pointer is lifted. */
const draft = signal<Picture | null>(null);

/** The present picture. */
export const picture = computed<Picture>(() => draft.value ?? history.value.present);
export const canUndo = computed(() => history.value.past.length > 0);
export const canRedo = computed(() => history.value.future.length > 0);

/** Why the picture is not in the address; empty where it is. */
export const linkGap = signal("");

/** Whether the picture of the address is still being unpacked. */
export const unpacking = signal(false);

/** What is left of a map without the sample, modulo 256: mostly zeros, which pack well. Its own inverse with `sign` -1. */
const difference = (map: Uint8Array, sample: Uint8Array, sign = 1): Uint8Array =>
  map.map((level, i) => level - sign * sample[i]);

/** Which change of the picture is the latest: what a slower one finds out comes too late. */
let sequence = 0;

/** What the address says of the present picture, as far as this page has seen or said it. */
let said = JSON.stringify(pictureText(address.peek().parameters));

function say(text: PictureText): void {
  said = JSON.stringify(text);
  remember({ ...text });
}

/** Puts what differs from the sample into the address, as far as it fits. */
async function rememberPicture(): Promise<void> {
  const turn = ++sequence;
  const from = origin.value;
  const now = history.value.present;
  if ("files" in from) {
    linkGap.value = `The link does not hold ${from.files}: save the maps as PNG to pass them on.`;
    say({ sample: null, prediction: null, mask: null });
    return;
  }
  const plain = drawSample(from);
  const texts = await Promise.all(
    (["prediction", "mask"] as const).map((layer) =>
      now[layer].every((level, i) => level === plain[layer][i])
        ? null
        : textOfBytes(difference(now[layer], plain[layer])),
    ),
  );
  if (turn !== sequence) return;
  const length = texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
  const fits = length <= LONGEST;
  linkGap.value = fits
    ? ""
    : "What was painted is too much for a link: save the maps as PNG to pass them on.";
  say({
    sample: textOfSample(from),
    prediction: fits ? texts[0] : null,
    mask: fits ? texts[1] : null,
  });
}

/** Takes the maps that the address holds; what cannot be read is left as the sample has it, and said so. */
export async function unpackPicture(): Promise<void> {
  const turn = ++sequence;
  const { sample, ...maps } = pictureText(address.peek().parameters);
  const unread: string[] = [];
  if (sample !== null && sample !== textOfSample(origin.peek() as SampleChoice)) unread.push("sample");
  unpacking.value = true;
  let next = history.peek().present;
  for (const layer of ["prediction", "mask"] as const) {
    const text = maps[layer];
    if (text === null) continue;
    const bytes = await bytesOfText(text);
    if (turn !== sequence) return;
    if (bytes?.length === next.width * next.height)
      next = withLayer(next, layer, difference(bytes, next[layer], -1));
    else unread.push(layer);
  }
  history.value = startHistory(next);
  unpacking.value = false;
  linkGap.value =
    unread.length === 0
      ? ""
      : `The link is damaged: its ${unread.join(" and its ")} cannot be read, a sample's is shown instead.`;
}

// Another link in the same page, or the way back to an earlier one.
effect(() => {
  const arrived = JSON.stringify(pictureText(address.value.parameters));
  if (arrived === said) return;
  said = arrived;
  const sample = sampleOfAddress();
  batch(() => {
    draft.value = null;
    origin.value = sample;
    history.value = startHistory(drawSample(sample));
  });
  void unpackPicture();
});

function become(next: History): void {
  const changed = next !== history.value;
  // Together: in between there would be the picture before the edit.
  batch(() => {
    draft.value = null;
    history.value = next;
  });
  if (changed) void rememberPicture();
}

/** Another picture to begin with; the past goes. */
export function begin(from: Origin, fresh: Picture): void {
  batch(() => {
    origin.value = from;
    become(startHistory(fresh));
  });
}

/** The picture of a sample. */
export const beginSample = (choice: SampleChoice): void => begin(choice, drawSample(choice));

/** Shows an edit that is not finished. */
export const sketch = (layer: Layer, map: Uint8Array): void => {
  draft.value = withLayer(history.value.present, layer, map);
};

/** An edit that can be undone. */
export const edit = (layer: Layer, map: Uint8Array): void =>
  become(advance(history.value, withLayer(history.value.present, layer, map)));

export const undoEdit = (): void => become(undo(history.value));
export const redoEdit = (): void => become(redo(history.value));
