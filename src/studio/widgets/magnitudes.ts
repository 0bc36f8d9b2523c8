/**
 * Floats counted by their 16 leading bits: sign, exponent and the first bits of the fraction. That tells them apart
 * within 1 %, enough for scales and bars, in less time than sorting or logarithms take. Below 1e-38 floats lose digits;
 * nobody sees such gradients.
 */

const SIGN = 0x8000;
/** The leading bits of infinity; those of what is not a number are above. */
const INFINITE = 0x7f80;

/** One for all: fresh memory of this size costs more than the counting. */
const counts = new Uint32Array(1 << 16);

/** How many values there are of each leading 16 bits; until the next call. */
export function leadingCounts(values: Float32Array): Uint32Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  counts.fill(0);
  for (let i = 0; i < bits.length; i++) counts[bits[i] >>> 16]++;
  return counts;
}

const scratch = new Uint32Array(1);
const scratchFloat = new Float32Array(scratch.buffer);

function floatOf(leading: number, rest: number): number {
  scratch[0] = (leading << 16) | rest;
  return scratchFloat[0];
}

/** The magnitude in the middle of those with these leading bits. */
export const middleOf = (leading: number): number => floatOf(leading & ~SIGN, 0x8000);

/** A magnitude that all but a share of the finite values stay below; the largest where few differ from 0. */
export function magnitudeBelow(values: Float32Array, share: number): number {
  leadingCounts(values);
  let finite = 0;
  let most = 0;
  for (let at = 0; at < INFINITE; at++) {
    const count = counts[at] + counts[at | SIGN];
    finite += count;
    if (count > 0) most = at;
  }
  let above = 0;
  for (let at = most; at > 0; at--) {
    above += counts[at] + counts[at | SIGN];
    if (above > share * finite) return floatOf(at, 0xffff);
  }
  return most === 0 ? 0 : floatOf(most, 0xffff);
}
