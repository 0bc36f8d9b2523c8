/**
 * Where every buffer of a plan stands in its block of memory. Two buffers share a place if the steps that need them do
 * not overlap; an element that is read for the last time may be overwritten by what was made of it.
 */
import type { Stored } from "../../access/body.ts";

/** A buffer, and the steps from the first that writes it to the last that reads it. */
export interface Lifetime {
  readonly buffer: Stored;
  readonly bytes: number;
  readonly from: number;
  readonly to: number;
  /** A buffer of the same size whose last reading is at the very elements that this one stores. */
  readonly replaces?: Stored;
}

export interface Layout {
  /** Offsets in bytes. */
  readonly offsets: ReadonlyMap<Stored, number>;
  readonly bytes: number;
}

/** Cache lines: no two buffers share one, so threads do not either. */
export const ALIGNMENT = 64;

export const aligned = (bytes: number) => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/**
 * Bytes between neighbouring buffers. Without them, tensors of 2^k elements would stand at equal places modulo the sizes
 * of the caches: their rows would push each other out (windows over four tensors ran 2.4 times slower).
 */
export const SKEW = 5 * ALIGNMENT;

interface Placed {
  readonly from: number;
  readonly past: number;
  readonly until: number;
}

/** The lowest gap between what is alive. */
function lowestGap(alive: readonly Placed[], bytes: number): number {
  let at = 0;
  for (const { from, past } of [...alive].sort((a, b) => a.from - b.from)) {
    if (from - at >= bytes) break;
    at = Math.max(at, past);
  }
  return at;
}

/** Places buffers in the order of their first step. */
export function layOut(lifetimes: readonly Lifetime[]): Layout {
  const offsets = new Map<Stored, number>();
  const placed: { buffer: Stored; at: Placed }[] = [];
  let total = 0;
  for (const { buffer, bytes, from, to, replaces } of [...lifetimes].sort((a, b) => a.from - b.from)) {
    const size = aligned(bytes) + SKEW;
    const before = placed.find((one) => one.buffer === replaces && one.at.until === from);
    // What is taken over is alive for this step only as the new buffer.
    const alive = placed.filter((one) => one.at.until >= from && one !== before).map((one) => one.at);
    const start = before !== undefined ? before.at.from : lowestGap(alive, size);
    if (before !== undefined) placed.splice(placed.indexOf(before), 1);
    offsets.set(buffer, start);
    placed.push({ buffer, at: { from: start, past: start + size, until: to } });
    total = Math.max(total, start + size);
  }
  return { offsets, bytes: total };
}
