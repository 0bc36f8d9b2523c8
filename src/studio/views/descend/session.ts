/** The descent of the page: begun, played, paused; everything that it has told so far. */
import { signal } from "@preact/signals";
import type { Descent, Frame, LossFrame, LossMaps, Reading } from "../../descent/frame.ts";
import { type Summary, withReading } from "../../descent/summary.ts";
import { framesThatFit, nothingKept, type Thinned, withNewest } from "../../descent/thinning.ts";
import { flatShare, type Verdict, verdictOf, WINDOW } from "../../descent/verdict.ts";
import { engine } from "../../state/engine.ts";
import type { RemoteError } from "../../worker/calls.ts";
import type { DescendRun } from "../../worker/descend-methods.ts";
import { newest } from "../../worker/start.ts";

/** What one loss has told so far. */
export interface Told {
  /** Steps all along, thinned. */
  readonly curve: Thinned<Reading>;
  /** The last steps, all of them. */
  readonly recent: readonly Reading[];
  readonly summary: Summary | null;
  readonly verdict: Verdict | null;
  /** Why it has stopped. */
  readonly error: RemoteError | null;
}

/** The descent so far. */
export interface Progress {
  readonly asked: Descent;
  readonly step: number;
  readonly losses: readonly Told[];
  /** Frames to look back at, the newest last. */
  readonly frames: Thinned<Frame>;
}

/** Points of a curve; more would not be told apart. */
const CURVE_POINTS = 400;

/** The descent as it is shown; `null` before the first. */
export const progress = signal<Progress | null>(null);
/** Whether it plays. */
export const playing = signal(false);
/** What went wrong with all of it, not with one loss. */
export const trouble = signal("");
/** The step that is looked back at; `null` for the newest. */
export const lookingAt = signal<number | null>(null);

/** Ahead of `progress` by what has come since the last frame of the display. */
let known: Progress | null = null;
let drawing = 0;
let controller: AbortController | null = null;
let running: Promise<void> = Promise.resolve();

const NOTHING: Told = { curve: nothingKept(), recent: [], summary: null, verdict: null, error: null };

export const mapsOf = (frame: LossFrame | undefined): LossMaps | null =>
  frame !== undefined && "maps" in frame ? frame.maps : null;

/** The figures that belong to the maps of a frame. */
export const readingOf = (frame: LossFrame | undefined): Reading | undefined =>
  frame !== undefined && "maps" in frame ? frame.readings.at(-1) : undefined;

function told(before: Told, frame: LossFrame): Told {
  if ("error" in frame) return { ...before, error: frame.error };
  let { curve, summary } = before;
  for (const reading of frame.readings) {
    curve = withNewest(curve, reading, CURVE_POINTS);
    summary = withReading(summary, reading);
  }
  const recent = [...before.recent, ...frame.readings].slice(-WINDOW - 1);
  const { levels, since } = frame.maps;
  const verdict = summary === null ? null : verdictOf(recent, summary, () => flatShare(levels, since));
  return { curve, recent, summary, verdict, error: null };
}

function receive(frame: Frame): void {
  if (known === null) return;
  const { maps, losses } = known.asked;
  known = {
    asked: known.asked,
    step: frame.step,
    losses: frame.losses.map((one, i) => told(known?.losses[i] ?? NOTHING, one)),
    frames: withNewest(known.frames, frame, framesThatFit(maps.width * maps.height, losses.length)),
  };
  // More frames than the display shows are drawn as one.
  if (drawing === 0) drawing = requestAnimationFrame(draw);
}

function draw(): void {
  cancelAnimationFrame(drawing);
  drawing = 0;
  progress.value = known;
}

/** Counts the pauses: steps asked for before one are not taken after it. */
let pauses = 0;

/** Stops after the step that is being taken. */
export async function pause(): Promise<void> {
  pauses++;
  controller?.abort();
  await running;
}

/** Ends the present descent and begins another, or none. */
const replace = newest(async (asked: Descent | null) => {
  await pause();
  const caller = await engine();
  lookingAt.value = null;
  known = null;
  if (asked === null) {
    progress.value = null;
    await caller.call("descendEnd", null);
    return;
  }
  const frame = await caller.call("descendBegin", asked);
  known = { asked, step: 0, losses: [], frames: nothingKept() };
  receive(frame);
});

/** Begins anew; of several in a hurry, the last. */
export async function begin(asked: Descent): Promise<void> {
  try {
    trouble.value = "";
    await replace(asked);
  } catch (error) {
    trouble.value = (error as Error).message;
  }
}

/** Pauses, and gives the executor's room back. */
export const leave = (): Promise<unknown> => replace(null);

async function run(asked: DescendRun): Promise<void> {
  const mine = new AbortController();
  controller = mine;
  const from = known?.asked;
  try {
    const caller = await engine();
    if (mine.signal.aborted) return;
    const onPart = (part: unknown) => {
      if (known?.asked === from) receive(part as Frame);
    };
    await caller.call("descendRun", asked, { onPart, signal: mine.signal });
  } catch (error) {
    trouble.value = (error as Error).message;
  } finally {
    // Who sees that it has stopped sees where.
    draw();
  }
}

/** Takes some steps, after those already asked for. */
export function takeSteps(steps: number): Promise<void> {
  lookingAt.value = null;
  const asked = pauses;
  running = running.then(() => (asked === pauses ? run({ steps, pace: null }) : undefined));
  return running;
}

/** Goes on until paused, or until every loss has failed. `pace` in steps a second, `null` for as many as there are. */
export async function play(pace: number | null): Promise<void> {
  await pause();
  lookingAt.value = null;
  playing.value = true;
  running = run({ steps: null, pace }).finally(() => {
    playing.value = false;
  });
  await running;
}
