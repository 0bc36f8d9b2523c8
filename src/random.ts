/**
 * Seeded random numbers: xoshiro128** 1.1 by D. Blackman and S. Vigna (2018, https://prng.di.unimi.it, public
 * domain), seeded by a splitmix32. The same seed gives the same numbers on every machine and in every
 * browser.
 */
import { OptionError, refuse } from "./errors.ts";

/** A stream of random numbers; each call draws the next. */
export interface Random {
  /** A whole number from 0 to 2^32 - 1. */
  uint32(): number;
  /** A number in [`low`, `high`), with 53 random bits. */
  uniform(low?: number, high?: number): number;
  /** A number from the normal distribution of this mean and standard deviation. */
  normal(mean?: number, deviation?: number): number;
  /** A whole number from `low` up to, not including, `high`, each equally likely; at most 2^32 of them. */
  int(low: number, high: number): number;
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** Spreads one seed over the generator's state: nearby seeds give unrelated streams. */
function spread(seed: number): Int32Array {
  const state = new Int32Array(4);
  let counter = seed | 0;
  for (let i = 0; i < 4; i++) {
    counter = (counter + 0x9e3779b9) | 0;
    let word = counter ^ (counter >>> 16);
    word = Math.imul(word, 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    state[i] = word ^ (word >>> 15);
  }
  return state;
}

/** The generator over a state of four 32-bit words, not all of them 0; the state is advanced in place. */
export function xoshiro128(state: Int32Array): () => number {
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(state[1], 5), 7), 9);
    const shifted = state[1] << 9;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotateLeft(state[3], 11);
    return result >>> 0;
  };
}

/**
 * A seeded stream of random numbers.
 *
 * @param seed - a whole number from 0 to 2^32 - 1.
 * @throws OptionError when the seed is another number.
 *
 * @example
 * ```ts
 * const random = seededRandom(7);
 * const noise = Array.from({ length: 3 }, () => random.normal(0, 0.1));
 * const side = random.int(1, 7); // a die
 * ```
 */
export function seededRandom(seed: number): Random {
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    const expected = "a whole number from 0 to 4294967295";
    refuse(OptionError, "seededRandom", "seed", String(seed), expected);
  }
  const uint32 = xoshiro128(spread(seed));
  const unit = () => ((uint32() >>> 5) * 2 ** 26 + (uint32() >>> 6)) * 2 ** -53;
  let spare: number | undefined;
  return {
    uint32,
    uniform: (low = 0, high = 1) => {
      const value = low + (high - low) * unit();
      // Rounding may reach the end that is not part of the range.
      return value < high || high <= low ? value : low;
    },
    normal: (mean = 0, deviation = 1) => {
      let value = spare;
      spare = undefined;
      if (value === undefined) {
        // Box and Muller: two at a time; 1 - unit() is never 0.
        const radius = Math.sqrt(-2 * Math.log(1 - unit()));
        const angle = 2 * Math.PI * unit();
        value = radius * Math.cos(angle);
        spare = radius * Math.sin(angle);
      }
      return mean + deviation * value;
    },
    int: (low, high) => {
      const count = high - low;
      if (!Number.isInteger(low) || !Number.isInteger(high) || count < 1 || count > 2 ** 32) {
        const expected = "whole numbers low < high, at most 2^32 apart";
        throw new OptionError(`int: range is [${low}, ${high}), expected ${expected}`, {
          op: "int",
          argument: "low, high",
          given: `[${low}, ${high})`,
          expected,
        });
      }
      // Words beyond the last whole multiple would favour the small values.
      const limit = 2 ** 32 - (2 ** 32 % count);
      let word = uint32();
      while (word >= limit) word = uint32();
      return low + (word % count);
    },
  };
}
