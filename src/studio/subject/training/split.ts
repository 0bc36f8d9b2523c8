/** Which pictures are learnt from, and which are kept for measuring. */
import { seededRandom } from "../../../random.ts";

/** Part of the pictures that is measured on. */
const SHARE = 0.2;

export interface Split<T> {
  readonly train: readonly T[];
  readonly validation: readonly T[];
}

/** A fifth of the items, at least one, drawn by the seed; both parts keep the order. */
export function splitOf<T>(items: readonly T[], seed: number): Split<T> {
  const random = seededRandom(seed);
  const order = items.map((_, at) => at);
  for (let at = order.length - 1; at > 0; at--) {
    const other = random.int(0, at + 1);
    [order[at], order[other]] = [order[other], order[at]];
  }
  const held = new Set(order.slice(0, Math.max(1, Math.round(SHARE * items.length))));
  return {
    train: items.filter((_, at) => !held.has(at)),
    validation: items.filter((_, at) => held.has(at)),
  };
}
