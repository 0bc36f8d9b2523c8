/** The descents of the page: one at a time, begun, run for some steps or until nobody waits, ended. */
import type { Descent, Frame, LossFrame, Reading } from "../descent/frame.ts";
import type { LossChoice } from "../state/choices.ts";
import { type CallContext, type RemoteError, remoteError } from "./calls.ts";
import { DescentRun } from "./descend-run.ts";

/** Displays show 60 frames a second; a little less, so that a step a frame is a frame a step. */
const FRAME = 1000 / 66;

/** Who is further behind than this is not held to the time lost. */
const PATIENCE = 250;

/** A loss on its way, with what was not sent yet, or why it has stopped. */
type Track = { readonly run: DescentRun; readings: Reading[] } | { readonly error: RemoteError };

interface Present {
  readonly tracks: Track[];
  step: number;
}

let present: Present | null = null;

function end(): void {
  for (const track of present?.tracks ?? []) if ("run" in track) track.run.release();
  present = null;
}

/** Does its part for one loss; where that fails, the others go on without it. */
async function attempt(tracks: Track[], index: number, work: (track: Track) => Promise<void>): Promise<void> {
  const track = tracks[index];
  try {
    await work(track);
  } catch (error) {
    if ("run" in track) track.run.release();
    tracks[index] = { error: remoteError(error) };
  }
}

async function beginTrack(asked: Descent, choice: LossChoice): Promise<Track> {
  try {
    const run = await DescentRun.begin(asked, choice);
    return { run, readings: [run.last] };
  } catch (error) {
    return { error: remoteError(error) };
  }
}

async function frameOf({ tracks, step }: Present): Promise<Frame> {
  const losses: LossFrame[] = [];
  for (let i = 0; i < tracks.length; i++) {
    await attempt(tracks, i, async (track) => {
      if (!("run" in track)) return;
      const maps = await track.run.maps();
      losses[i] = { maps, readings: track.readings };
      track.readings = [];
    });
    const now = tracks[i];
    if ("error" in now) losses[i] = { error: now.error };
  }
  return { step, losses };
}

async function stepAll(descent: Present): Promise<void> {
  descent.step++;
  for (let i = 0; i < descent.tracks.length; i++) {
    await attempt(descent.tracks, i, async (track) => {
      if ("run" in track) track.readings.push(await track.run.step());
    });
  }
}

/** Lets messages in, and waits where there is time to wait for. */
function rest(milliseconds: number): Promise<void> {
  if (milliseconds >= 1) return new Promise((resolve) => setTimeout(resolve, milliseconds));
  return new Promise((resolve) => {
    // Timers that follow one another are held back by 4 ms; messages are not.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** How far to run. */
export interface DescendRun {
  /** Steps to take; until nobody waits any more where there is no number. */
  readonly steps: number | null;
  /** Steps a second; as many as there are time for where there is no number. */
  readonly pace: number | null;
}

export const descendMethods = {
  /** Begins a descent in place of the present one; its frame of step 0. */
  async descendBegin(asked: Descent): Promise<Frame> {
    end();
    const descent: Present = { tracks: [], step: 0 };
    for (const choice of asked.losses) descent.tracks.push(await beginTrack(asked, choice));
    // Not before it is whole: a run would step those that are there.
    present = descent;
    return frameOf(descent);
  },

  /** Goes on; parts are frames, no more than a display shows. The last step's frame is always sent. */
  async descendRun({ steps, pace }: DescendRun, { part, signal }: CallContext): Promise<void> {
    const descent = present;
    if (descent === null) throw new Error("no descent has begun");
    const interval = pace === null ? 0 : 1000 / pace;
    let [due, shown, sent] = [performance.now(), performance.now(), descent.step];
    const most = descent.step + (steps ?? Number.POSITIVE_INFINITY);
    const goesOn = () =>
      !signal.aborted &&
      present === descent &&
      descent.step < most &&
      descent.tracks.some((track) => "run" in track);
    while (goesOn()) {
      await stepAll(descent);
      if (performance.now() - shown >= FRAME) {
        shown = performance.now();
        sent = descent.step;
        part(await frameOf(descent));
      }
      due = Math.max(due + interval, performance.now() - PATIENCE);
      await rest(due - performance.now());
    }
    if (sent < descent.step && present === descent) part(await frameOf(descent));
  },

  /** Ends the present descent, and gives its room back. */
  descendEnd(_: null): void {
    end();
  },
};
