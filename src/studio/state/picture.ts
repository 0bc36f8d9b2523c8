/** The picture looked at, its past, and its way into the address and back. */
import { batch, computed, effect, signal } from "@preact/signals";
import { advance, type History, redo, startHistory, undo } from "../subject/history.ts";
import { type Layer, type Picture, withLayer } from "../subject/picture.ts";
import { DEFAULT_SAMPLE, drawSample, type SampleChoice } from "../subject/samples.ts";
import { address, LONGEST, remember } from "./address.ts";
import {
  changedSample,
  NO_PICTURE,
  type PictureText,
  sampleOfText,
  textOfPicture,
  textOfSample,
} from "./picture-text.ts";

/** Where the picture came from: a sample, or files of the user's, which no link can hold. */
export type Origin = SampleChoice | { readonly files: string };

const textOfAddress = (): PictureText => {
  const { parameters } = address.value;
  return {
    sample: parameters.get("sample"),
    prediction: parameters.get("prediction"),
    mask: parameters.get("mask"),
  };
};

const sampleOfAddress = ({ sample }: PictureText): SampleChoice =>
  sampleOfText(sample ?? "") ?? DEFAULT_SAMPLE;

const first = textOfAddress();

/** The sample drawn last. Each edit goes into the address as what differs from it; drawing it takes a while. */
let plain: { readonly text: string; readonly picture: Picture } | null = null;

function drawn(choice: SampleChoice): Picture {
  const text = textOfSample(choice);
  if (plain?.text !== text) plain = { text, picture: drawSample(choice) };
  return plain.picture;
}

/** Where the present picture came from. */
export const origin = signal<Origin>(sampleOfAddress(first));

const history = signal<History>(startHistory(drawn(sampleOfAddress(first))));

/** What a stroke has made of the picture so far; it becomes an edit when the pointer is lifted. */
const draft = signal<Picture | null>(null);

/** The present picture. */
export const picture = computed<Picture>(() => draft.value ?? history.value.present);
export const canUndo = computed(() => history.value.past.length > 0);
export const canRedo = computed(() => history.value.future.length > 0);

/** Why the address does not hold this picture, or held none that could be read; empty where all is well. */
export const linkGap = signal("");

/** Which change of the picture is the latest: what a slower one finds out comes too late. */
let sequence = 0;

/** What the address says of the picture, as far as this page has seen or said it. */
let said = JSON.stringify(first);

function say(text: PictureText): void {
  said = JSON.stringify(text);
  remember({ ...text });
}

/** Milliseconds without another edit. */
const PAUSE = 150;

/** Puts what differs from the sample into the address, as far as it fits. */
async function rememberPicture(): Promise<void> {
  const turn = ++sequence;
  const from = origin.peek();
  if ("files" in from) {
    linkGap.value = `The link does not hold ${from.files}: save the maps as PNG to pass them on.`;
    say(NO_PICTURE);
    return;
  }
  // Not before the losses of the edit are shown: that is what the user waits for.
  await new Promise((resolve) => setTimeout(resolve, PAUSE));
  if (turn !== sequence) return;
  const text = await textOfPicture(history.peek().present, from, drawn(from));
  if (turn !== sequence) return;
  const fits = (text.prediction?.length ?? 0) + (text.mask?.length ?? 0) <= LONGEST;
  linkGap.value = fits
    ? ""
    : "What was painted is too much for a link: save the maps as PNG to pass them on.";
  say(fits ? text : { ...NO_PICTURE, sample: text.sample });
}

/** Takes the maps that the address holds; what cannot be read is left as the sample has it, and said so. */
export async function unpackPicture(): Promise<void> {
  const turn = ++sequence;
  const text: PictureText = JSON.parse(said);
  const { picture: next, unread } = await changedSample(text, history.peek().present);
  if (turn !== sequence) return;
  const missing = [
    ...(text.sample === null || sampleOfText(text.sample) !== null ? [] : ["sample"]),
    ...unread,
  ];
  batch(() => {
    history.value = startHistory(next);
    linkGap.value =
      missing.length === 0
        ? ""
        : `The link is damaged: its ${missing.join(" and its ")} cannot be read, a sample's is shown instead.`;
  });
}

// Another link in the same page, or the way back to an earlier one.
effect(() => {
  const text = textOfAddress();
  if (JSON.stringify(text) === said) return;
  said = JSON.stringify(text);
  const sample = sampleOfAddress(text);
  batch(() => {
    draft.value = null;
    origin.value = sample;
    history.value = startHistory(drawn(sample));
  });
  void unpackPicture();
});

function become(next: History): void {
  const changed = next !== history.peek();
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
export const beginSample = (choice: SampleChoice): void => begin(choice, drawn(choice));

/** Shows an edit that is not finished. */
export const sketch = (layer: Layer, map: Uint8Array): void => {
  draft.value = withLayer(history.peek().present, layer, map);
};

/** An edit that can be undone. */
export const edit = (layer: Layer, map: Uint8Array): void =>
  become(advance(history.peek(), withLayer(history.peek().present, layer, map)));

export const undoEdit = (): void => become(undo(history.peek()));
export const redoEdit = (): void => become(redo(history.peek()));
