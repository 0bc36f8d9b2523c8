/** Undo and redo of pictures. Maps are shared between steps, so that a step costs the one map that it changed. */
import type { Picture } from "./picture.ts";

/** Steps kept; the oldest goes first. */
const STEPS = 60;

/** The past, the present and what was undone. */
export interface History {
  readonly past: readonly Picture[];
  readonly present: Picture;
  readonly future: readonly Picture[];
}

export const startHistory = (present: Picture): History => ({ past: [], present, future: [] });

/** A new present; what had been undone is gone. */
export function advance({ past, present }: History, next: Picture): History {
  return next === present
    ? { past, present, future: [] }
    : { past: [...past, present].slice(-STEPS), present: next, future: [] };
}

/** One step back, or the same history where there is none. */
export function undo(history: History): History {
  const { past, present, future } = history;
  if (past.length === 0) return history;
  return { past: past.slice(0, -1), present: past[past.length - 1], future: [present, ...future] };
}

/** One step forward again. */
export function redo(history: History): History {
  const { past, present, future } = history;
  if (future.length === 0) return history;
  return { past: [...past, present], present: future[0], future: future.slice(1) };
}
