/** Steps to the nearest zero of a line, as the largest position of a zero before and the smallest one behind. */

import { at, FLOAT, times } from "../addresses.ts";
import {
  f32,
  f32x4,
  f64,
  f64x2,
  type I32,
  i32,
  i32x4,
  type Local,
  select,
  shuffle32,
  type V128,
  v128,
} from "../assembler/index.ts";
import type { OrderContext } from "./kernel.ts";

/** Further away than any zero may be, and twice that is more than an i32 holds: positions stay below its half. */
const FAR = 2 ** 30;
const splat = (value: number): V128 => i32x4.const(value, value, value, value);

/** What a scan leaves that no other pass follows. */
export interface FinalScan {
  readonly step: number;
  readonly ifNone: number;
}

/** Lines of the mask to lines of steps, Infinity where a line has no zero; with `final` to distances. */
export function emitScan(context: OrderContext, length: number, final: FinalScan | null): void {
  const { fn, begin, end, inputs, output } = context;
  const unit = fn.local("i32", "unit");
  fn.range(unit, begin, end, 1, () => {
    const start = fn.bind(times(unit, length), "start");
    const from = fn.bind(at(inputs[0], start, FLOAT), "from");
    const to = fn.bind(at(output, start, FLOAT), "to");
    forwards(context, length, from, to);
    backwards(context, length, from, to, final);
  });
}

/** Leaves the steps to the last zero before, as integers. */
function forwards({ fn }: OrderContext, length: number, from: Local<"i32">, to: Local<"i32">): void {
  const i = fn.local("i32", "i");
  const whole = length & -4;
  const seen = fn.local("i32", "seen");
  fn.set(seen, i32.const(-FAR));
  if (whole > 0) {
    const [last, lanes] = [fn.local("v128", "last"), fn.local("v128", "lanes")];
    fn.set(last, splat(-FAR));
    fn.set(lanes, i32x4.const(0, 1, 2, 3));
    fn.range(i, i32.const(0), i32.const(whole), 4, () => {
      const zero = f32x4.eq(v128.load(at(from, i, FLOAT)), f32x4.const(0, 0, 0, 0));
      const own = fn.bind(v128.bitselect(lanes, splat(-FAR), zero), "own");
      const two = fn.bind(i32x4.max_s(own, shuffle32(splat(-FAR), own, [0, 4, 5, 6])), "two");
      const four = i32x4.max_s(two, shuffle32(splat(-FAR), two, [0, 1, 4, 5]));
      const before = fn.bind(i32x4.max_s(four, last), "before");
      fn.do(v128.store(at(to, i, FLOAT), i32x4.sub(lanes, before)));
      fn.set(last, shuffle32(before, before, [3, 3, 3, 3]));
      fn.set(lanes, i32x4.add(lanes, splat(4)));
    });
    fn.set(seen, i32x4.extract_lane(last, 0));
  }
  fn.range(i, i32.const(whole), i32.const(length), 1, () => {
    fn.set(seen, select(i, seen, f32.eq(f32.load(at(from, i, FLOAT)), f32.const(0))));
    fn.do(i32.store(at(to, i, FLOAT), i32.sub(i, seen)));
  });
}

function backwards(
  { fn }: OrderContext,
  length: number,
  from: Local<"i32">,
  to: Local<"i32">,
  final: FinalScan | null,
): void {
  const whole = length & -4;
  const [i, seen] = [fn.local("i32", "i"), fn.local("i32", "seen")];
  fn.set(seen, i32.const(FAR));
  downwards(length, whole, 1, () => {
    fn.set(seen, select(i, seen, f32.eq(f32.load(at(from, i, FLOAT)), f32.const(0))));
    const [before, behind] = [fn.bind(i32.load(at(to, i, FLOAT))), fn.bind(i32.sub(seen, i))];
    const steps = fn.bind(select(before, behind, i32.lt_s(before, behind)), "steps");
    const none = i32.gt_s(steps, i32.const(FAR / 2));
    const value =
      final === null
        ? f32.convert_i32_s(steps)
        : f32.demote_f64(f64.mul(f64.convert_i32_s(steps), f64.const(final.step)));
    fn.do(f32.store(at(to, i, FLOAT), select(f32.const(final?.ifNone ?? Infinity), value, none)));
  });
  if (whole === 0) return;
  const [next, lanes] = [fn.local("v128", "next"), fn.local("v128", "lanes")];
  fn.set(next, i32x4.splat(seen));
  fn.set(lanes, i32x4.const(whole - 4, whole - 3, whole - 2, whole - 1));
  downwards(whole, 0, 4, () => {
    const zero = f32x4.eq(v128.load(at(from, i, FLOAT)), f32x4.const(0, 0, 0, 0));
    const own = fn.bind(v128.bitselect(lanes, splat(FAR), zero), "own");
    const two = fn.bind(i32x4.min_s(own, shuffle32(own, splat(FAR), [1, 2, 3, 4])), "two");
    const four = i32x4.min_s(two, shuffle32(two, splat(FAR), [2, 3, 4, 5]));
    const behind = fn.bind(i32x4.min_s(four, next), "behind");
    const before = v128.load(at(to, i, FLOAT));
    const steps = fn.bind(i32x4.min_s(before, i32x4.sub(behind, lanes)), "steps");
    const none = i32x4.gt_s(steps, splat(FAR / 2));
    const otherwise = final?.ifNone ?? Infinity;
    const filler = f32x4.const(otherwise, otherwise, otherwise, otherwise);
    fn.do(v128.store(at(to, i, FLOAT), v128.bitselect(filler, valuesOf(steps, final), none)));
    fn.set(next, shuffle32(behind, behind, [0, 0, 0, 0]));
    fn.set(lanes, i32x4.sub(lanes, splat(4)));
  });

  /** From the end of `[low, high)`, in steps. */
  function downwards(high: number, low: number, step: number, body: () => void): void {
    const more: () => I32 = () => i32.gt_u(i, i32.const(low));
    fn.set(i, i32.const(high));
    fn.while(more, () => {
      fn.set(i, i32.sub(i, i32.const(step)));
      body();
    });
  }
}

function valuesOf(steps: Local<"v128">, final: FinalScan | null): V128 {
  if (final === null) return f32x4.convert_i32x4_s(steps);
  const distances = (pair: V128): V128 =>
    f32x4.demote_f64x2_zero(f64x2.mul(f64x2.convert_low_i32x4_s(pair), f64x2.const(final.step, final.step)));
  const upper = shuffle32(steps, steps, [2, 3, 2, 3]);
  return shuffle32(distances(steps), distances(upper), [0, 1, 4, 5]);
}
