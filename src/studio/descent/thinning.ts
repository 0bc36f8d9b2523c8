/** Steps kept of a descent that may go on for ever: evenly spread over all of it, a bounded number. */

/** What was kept, oldest first. The newest is always the last. */
export interface Thinned<T> {
  readonly items: readonly T[];
  /** Steps that lie at least between two items; the newest may be nearer. */
  readonly stride: number;
}

export const nothingKept = <T>(): Thinned<T> => ({ items: [], stride: 1 });

/** The list with a newer item; where that is more than `most` (2 or more), every second one goes. */
export function withNewest<T extends { readonly step: number }>(
  { items, stride }: Thinned<T>,
  item: T,
  most: number,
): Thinned<T> {
  const kept = [...items];
  const count = kept.length;
  // The newest so far was kept for being the newest.
  if (count > 1 && kept[count - 1].step - kept[count - 2].step < stride) kept.pop();
  kept.push(item);
  if (kept.length <= most) return { items: kept, stride };
  return thinnedOut(kept, 2 * stride, most);
}

function thinnedOut<T extends { readonly step: number }>(
  items: readonly T[],
  stride: number,
  most: number,
): Thinned<T> {
  const kept: T[] = [];
  for (const item of items)
    if (kept.length === 0 || item.step - kept[kept.length - 1].step >= stride) kept.push(item);
  const newest = items[items.length - 1];
  if (kept[kept.length - 1] !== newest) kept.push(newest);
  // Frames of a fast descent lie far apart: one doubling may not be enough.
  return kept.length <= most ? { items: kept, stride } : thinnedOut(kept, 2 * stride, most);
}

/** Bytes that the kept maps of a descent may take. */
const ROOM = 96e6;
/** A prediction of 8 bits, a gradient and an order of 32. */
const BYTES_A_PIXEL = 9;

/** How many frames of this size fit. */
export const framesThatFit = (pixels: number, losses: number): number =>
  Math.min(160, Math.max(8, Math.floor(ROOM / (BYTES_A_PIXEL * pixels * losses))));
