/** Where a run's randomness comes from: each draw has a number of its own, so that a run may go on at any step. */
import { type Random, seededRandom } from "../../random.ts";

/** What a stream is for; streams of different purposes have nothing to do with each other. */
export const PURPOSE = { order: 1, sample: 2, noise: 3 } as const;

/** Mixes a number into a hash: the rounds of MurmurHash3 (A. Appleby, public domain). */
function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  let h = hash ^ k;
  h = Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A seed that follows from the run's seed, a purpose and positions such as a step. */
export function seedOf(seed: number, purpose: number, ...positions: readonly number[]): number {
  return positions.reduce(mix, mix(mix(0, seed), purpose));
}

/** The stream of {@link seedOf}. */
export function streamOf(seed: number, purpose: number, ...positions: readonly number[]): Random {
  return seededRandom(seedOf(seed, purpose, ...positions));
}

function permutation(count: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.int(0, i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/**
 * Which samples a step takes. All samples are shuffled into a row, and into another once that is used up: each comes
 * once before any comes again.
 */
export function sampleOrder(count: number, batchSize: number, seed: number): (step: number) => number[] {
  let pass = -1;
  let order: Uint32Array = new Uint32Array();
  return (step) =>
    Array.from({ length: batchSize }, (_, slot) => {
      const position = step * batchSize + slot;
      if (pass !== Math.floor(position / count)) {
        pass = Math.floor(position / count);
        order = permutation(count, streamOf(seed, PURPOSE.order, pass));
      }
      return order[position % count];
    });
}
