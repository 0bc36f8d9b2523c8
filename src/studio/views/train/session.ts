/** The training of this page. It is apart from what is shown, and goes on while another view is. */
import { signal } from "@preact/signals";
import { backend } from "../../state/engine.ts";
import { dataText } from "../../subject/training/settings.ts";
import { CallError } from "../../worker/calls.ts";
import { newest, type Running, startWorker } from "../../worker/start.ts";
import type { FilesReading, GivenFile, Preview } from "../../worker/train/data.ts";
import type { KeptSummary, TrainMethods, TrainPart } from "../../worker/train-methods.ts";
import { choose, loss, settings } from "./choices.ts";
import { forget, receive, settle, show } from "./record.ts";

/** The validation pictures shown, and how many there are. */
export interface Shown {
  readonly train: number;
  readonly validation: number;
  readonly previews: readonly Preview[];
}

/** The weights at hand: trained here, or from a file. */
export interface Weights extends KeptSummary {
  /** Name of the file they came from; empty where they were trained here. */
  readonly file: string;
}

export const running = signal(false);
export const shown = signal<Shown | null>(null);
export const weights = signal<Weights | null>(null);
/** Why the training, the pictures or the weights are not as asked; empty where they are. */
export const trouble = signal("");
/** The files chosen; `null` before. */
export const files = signal<FilesReading | null>(null);

let worker: Running<TrainMethods> | null = null;
let stopper: AbortController | null = null;
/** What the pictures shown follow from. */
let shownText = "";
let filesRead = 0;

function caller(): Running<TrainMethods>["caller"] {
  worker ??= startWorker<TrainMethods>("train.js");
  return worker.caller;
}

/** Says what went wrong. A worker that is gone takes its weights and files along; the next call starts another. */
function tell(error: unknown): void {
  const words = error instanceof Error ? error.message : String(error);
  const brokeDown = error instanceof CallError && error.name === "TrainingError";
  trouble.value = brokeDown
    ? `The training broke down: numbers grew beyond all bounds. A smaller learning rate helps most often. (${words})`
    : words;
  // Its own refusals, and files that the browser could not read, leave the worker as it is.
  if (error instanceof CallError || error instanceof DOMException) return;
  worker?.stop();
  worker = null;
  weights.value = null;
  files.value = null;
  shownText = "";
}

async function refreshNow(): Promise<void> {
  const now = settings.peek();
  const text = `${dataText(now)} ${now.data === "files" ? filesRead : ""}`;
  if (running.peek() || text === shownText) return;
  trouble.value = "";
  const ready = files.peek();
  if (now.data === "files" && (ready === null || "problems" in ready)) {
    shownText = text;
    shown.value = null;
    show(null);
    return;
  }
  try {
    const found = await caller().call("show", now);
    shownText = text;
    shown.value = found;
  } catch (error) {
    shown.value = null;
    tell(error);
  }
  show(null);
  if (shown.peek() !== null && weights.peek() !== null) await see();
}

/** Shows the pictures that the settings ask for, where they are others than before. */
export const refresh = newest<undefined, void>(refreshNow);

/** Predictions of the weights at hand. */
async function see(): Promise<void> {
  try {
    show(await caller().call("predict", { settings: settings.peek(), backend: backend.peek() }));
  } catch (error) {
    tell(error);
  }
}

/** Trains: from the beginning, or on from the weights at hand. */
export async function start(onward: boolean): Promise<void> {
  if (running.peek()) return;
  await refresh(undefined);
  // Another start may have come in between.
  if (running.peek()) return;
  running.value = true;
  trouble.value = "";
  stopper = new AbortController();
  const file = onward ? (weights.peek()?.file ?? "") : "";
  try {
    const asked = { settings: settings.peek(), loss: loss.peek(), backend: backend.peek(), onward };
    await caller().call("train", asked, {
      signal: stopper.signal,
      onPart: (part) => receive(part as TrainPart),
    });
  } catch (error) {
    tell(error);
  }
  // Also after a failure: the weights of the last measurement are still good.
  if (worker !== null) {
    const kept = await worker.caller.call("kept", null);
    weights.value = kept === null ? null : { ...kept, file };
  }
  settle();
  running.value = false;
  stopper = null;
}

/** Ends the training after the present step. */
export const stop = (): void => stopper?.abort();

/** Takes the visitor's files as pictures to learn from. */
export async function takeFiles(given: readonly File[]): Promise<void> {
  try {
    const read = async (file: File): Promise<GivenFile> => ({
      path: file.webkitRelativePath || file.name,
      bytes: new Uint8Array(await file.arrayBuffer()),
    });
    files.value = await caller().call("files", await Promise.all(given.map(read)));
    filesRead++;
    choose({ data: "files", foreground: 1 });
    await refresh(undefined);
  } catch (error) {
    tell(error);
  }
}

/** The weights at hand as a file. */
export async function weightsFile(): Promise<File | null> {
  try {
    const bytes = await caller().call("save", null);
    const name = `unet-${loss.peek().name}-${weights.peek()?.step ?? 0}.safetensors`;
    return new File([bytes as Uint8Array<ArrayBuffer>], name);
  } catch (error) {
    tell(error);
    return null;
  }
}

/** Takes weights from a file, and the network's settings with them. */
export async function takeWeights(file: File): Promise<void> {
  trouble.value = "";
  try {
    const given = { path: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
    const found = await caller().call("load", given);
    weights.value = { ...found, file: file.name };
    choose({ depth: found.depth, ...(found.channels === null ? {} : { channels: found.channels }) });
    forget();
    shownText = "";
    await refresh(undefined);
  } catch (error) {
    tell(error);
  }
}
