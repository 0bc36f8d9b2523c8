/** Sorting by the digits of keys, lowest first: each pass keeps the order of equals, so the whole does. */

import { at, FLOAT } from "../addresses.ts";
import { f32, type I32, i32, i32x4, type Local, memory, v128 } from "../assembler/index.ts";
import type { OrderContext } from "./kernel.ts";
import { startOfLine } from "./lines.ts";
import { keysOf, PAIR, type SortJob } from "./sort-keys.ts";

const COUNTER = 4;

/** Counters of a digit. */
interface Digit {
  readonly shift: number;
  readonly bins: number;
  /** Bytes before its counters. */
  readonly offset: number;
}

function digitsOf(bits: readonly number[]): Digit[] {
  const digits: Digit[] = [];
  let [shift, offset] = [0, 0];
  for (const width of bits) {
    digits.push({ shift, bins: 2 ** width, offset });
    shift += width;
    offset += COUNTER * 2 ** width;
  }
  return digits;
}

const counterBytes = (bits: readonly number[]) => bits.reduce((sum, width) => sum + COUNTER * 2 ** width, 0);
const pairsBytes = (length: number) => Math.ceil((PAIR * length) / 16) * 16;

/** Counters, then two lists of pairs: a pass reads one and writes the other. */
export const radixBytes = (length: number, bits: readonly number[]): number =>
  counterBytes(bits) + 2 * pairsBytes(length);

/** Bytes from the first counter of a digit to that of a key. */
function counterOf(key: I32, { shift, bins }: Digit): I32 {
  const scaled = shift >= 2 ? i32.shr_u(key, i32.const(shift - 2)) : i32.shl(key, i32.const(2 - shift));
  return i32.and(scaled, i32.const(COUNTER * (bins - 1)));
}

export function emitRadixSort(context: OrderContext, job: SortJob, bits: readonly number[]): void {
  const { fn, output } = context;
  const { lines, scratch } = job;
  const { length, stride } = lines;
  const digits = digitsOf(bits);
  const start = startOfLine(fn, job.line, lines);
  const to = fn.bind(at(output, start, FLOAT), "to");
  const lists = [0, 1].map((k) =>
    fn.bind(i32.add(scratch, i32.const(counterBytes(bits) + k * pairsBytes(length))), "pairs"),
  );
  fn.do(memory.fill(scratch, i32.const(0), i32.const(counterBytes(bits))));
  emitKeys(context, job, digits, start, to);

  const counter = fn.local("i32", "counter");
  const [i, key] = [fn.local("i32", "i"), fn.local("i32", "key")];
  const last = digits.length - 1;
  digits.forEach((digit, pass) => {
    const step = pass === last ? FLOAT * stride : PAIR;
    emitPlaces(context, scratch, digit, pass === last ? to : lists[pass % 2], step);
    /** Takes the next place among equal digits. */
    const place = (): Local<"i32"> => {
      fn.set(counter, i32.add(scratch, counterOf(key, digit)));
      const found = fn.bind(i32.load(counter, digit.offset), "place");
      fn.do(i32.store(counter, i32.add(found, i32.const(step)), digit.offset));
      return found;
    };
    if (pass === 0) {
      fn.range(i, i32.const(0), i32.const(length), 1, () => {
        fn.set(key, i32.load(at(to, i, FLOAT * stride)));
        const next = place();
        fn.do(i32.store(next, key));
        fn.do(i32.store(next, i, 4));
      });
      return;
    }
    const from = lists[(pass - 1) % 2];
    fn.range(i, from, fn.bind(i32.add(from, i32.const(PAIR * length)), "stop"), PAIR, () => {
      fn.set(key, i32.load(i));
      const next = place();
      fn.do(
        pass === last
          ? f32.store(next, f32.convert_i32_u(i32.load(i, 4)))
          : v128.store64_lane(next, v128.load64_zero(i), 0),
      );
    });
  });
}

/** Counts the digits of a line's keys. The keys wait where the result will be, until the first pass has read them. */
function emitKeys(
  { fn, inputs }: OrderContext,
  { lines, scratch, descending }: SortJob,
  digits: readonly Digit[],
  start: I32,
  to: I32,
): void {
  const { length, stride } = lines;
  const from = fn.bind(at(inputs[0], start, FLOAT), "from");
  const [i, counter] = [fn.local("i32", "i"), fn.local("i32", "counter")];
  const count = (key: Local<"i32">) => {
    for (const digit of digits) {
      fn.set(counter, i32.add(scratch, counterOf(key, digit)));
      fn.do(i32.store(counter, i32.add(i32.load(counter, digit.offset), i32.const(1)), digit.offset));
    }
  };
  const whole = stride === 1 ? length - (length % 4) : 0;
  fn.range(i, i32.const(0), i32.const(FLOAT * whole), 4 * FLOAT, () => {
    const keys = fn.bind(keysOf(fn, v128.load(i32.add(from, i)), descending), "keys");
    fn.do(v128.store(i32.add(to, i), keys));
    for (const lane of [0, 1, 2, 3]) count(fn.bind(i32x4.extract_lane(keys, lane), "key"));
  });
  fn.range(i, i32.const(whole), i32.const(length), 1, () => {
    const float = v128.load32_zero(at(from, i, FLOAT * stride));
    const key = fn.bind(i32x4.extract_lane(keysOf(fn, float, descending), 0), "key");
    fn.do(i32.store(at(to, i, FLOAT * stride), key));
    count(key);
  });
}

/** Turns counts into the addresses where each digit's first element goes. */
function emitPlaces({ fn }: OrderContext, scratch: I32, digit: Digit, first: I32, step: number): void {
  const [bin, next] = [fn.local("i32", "bin"), fn.local("i32", "next")];
  fn.set(next, first);
  const stop = fn.bind(i32.add(scratch, i32.const(COUNTER * digit.bins)), "stop");
  fn.range(bin, scratch, stop, COUNTER, () => {
    const count = fn.bind(i32.load(bin, digit.offset), "count");
    fn.do(i32.store(bin, next, digit.offset));
    fn.set(next, at(next, count, step));
  });
}
