/** cumsum: float64 sums. Neighbouring lines go side by side in vectors; a few very long ones go in blocks. */

import { at, FLOAT, least, times } from "../addresses.ts";
import {
  type F64,
  type FunctionBuilder,
  f32,
  f32x4,
  f64,
  f64x2,
  type I32,
  i32,
  type Local,
  shuffle32,
  type V128,
  v128,
} from "../assembler/index.ts";
import type { OrderContext, OrderKernel, OrderLowering } from "./kernel.ts";
import { chunkOf, DOUBLE, groupsOf, type Lines, linesAlong, placeOfGroup, TOGETHER } from "./lines.ts";

/** From here on a line is worth cutting, if there are few: reading it twice costs half as much again. */
const LONG = 2 ** 18;
const FEW = 8;

/** Elements of a block, and how many blocks a line may have: each adds up the totals before it. */
const BLOCK = 2 ** 15;
const MOST_BLOCKS = 256;

export const cumsum: OrderKernel = ([shape], _output, { axis }) => {
  const lines = linesAlong(shape, axis as number);
  if (lines.stride === 1 && lines.outer <= FEW && lines.length >= LONG) return blocks(lines);
  const width = Math.min(TOGETHER, lines.stride);
  return {
    scratchBytes: 0,
    passes: [
      {
        doc: "running sums",
        units: groupsOf(lines),
        chunk: chunkOf(lines.length * Math.max(1.5, width * 0.5)),
        emit: (context) => emitGroups(context, lines),
      },
    ],
  };
};

function emitGroups({ fn, begin, end, inputs, output }: OrderContext, lines: Lines): void {
  const { length, stride } = lines;
  const unit = fn.local("i32", "unit");
  fn.range(unit, begin, end, 1, () => {
    const { outer, left, width } = placeOfGroup(fn, unit, lines);
    const first = fn.bind(times(i32.add(times(outer, length * stride), left), FLOAT), "first");
    const [from, to] = [fn.bind(i32.add(inputs[0], first), "from"), fn.bind(i32.add(output, first), "to")];
    if (stride === 1) {
      emitLine(fn, from, to, i32.const(length), FLOAT, f64.const(0));
      return;
    }
    const column = fn.local("i32", "column");
    fn.set(column, i32.const(0));
    // Sixteen lines fill a cache line; what is left goes by fours and ones.
    for (const lanes of [16, 4, 1] as const) {
      if (lanes > stride) continue;
      fn.while(
        () => i32.le_u(i32.add(column, i32.const(lanes)), width),
        () => {
          const [x, y] = [fn.bind(at(from, column, FLOAT)), fn.bind(at(to, column, FLOAT))];
          if (lanes === 1) emitLine(fn, x, y, i32.const(length), FLOAT * stride, f64.const(0));
          else emitLanes(fn, x, y, lanes / 4, lines);
          fn.set(column, i32.add(column, i32.const(lanes)));
        },
      );
    }
  });
}

/** One line, in the order of its elements. */
function emitLine(fn: FunctionBuilder, from: I32, to: I32, length: I32, pitch: number, initial: F64): void {
  const [total, i] = [fn.local("f64", "total"), fn.local("i32", "i")];
  const bytes = fn.bind(times(length, pitch), "bytes");
  fn.set(total, initial);
  fn.range(i, i32.const(0), bytes, pitch, () => {
    fn.set(total, f64.add(total, f64.promote_f32(f32.load(i32.add(from, i)))));
    fn.do(f32.store(i32.add(to, i), f32.demote_f64(total)));
  });
}

/** The upper two floats of four, as doubles. */
const promoteHigh = (x: V128): V128 => f64x2.promote_low_f32x4(shuffle32(x, x, [2, 3, 0, 1]));

/** Some vectors of four neighbouring lines each. */
function emitLanes(
  fn: FunctionBuilder,
  from: I32,
  to: I32,
  vectors: number,
  { length, stride }: Lines,
): void {
  const totals = Array.from({ length: 2 * vectors }, () => fn.local("v128", "total"));
  for (const total of totals) fn.set(total, f64x2.const(0, 0));
  const [i, offset] = [fn.local("i32", "i"), fn.local("i32", "offset")];
  fn.set(offset, i32.const(0));
  fn.range(i, i32.const(0), i32.const(length), 1, () => {
    for (let k = 0; k < vectors; k++) {
      const [low, high] = [totals[2 * k], totals[2 * k + 1]];
      const x = fn.bind(v128.load(i32.add(from, offset), 4 * FLOAT * k), "x");
      fn.set(low, f64x2.add(low, f64x2.promote_low_f32x4(x)));
      fn.set(high, f64x2.add(high, promoteHigh(x)));
      const y = shuffle32(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), [0, 1, 4, 5]);
      fn.do(v128.store(i32.add(to, offset), y, 4 * FLOAT * k));
    }
    fn.set(offset, i32.add(offset, i32.const(FLOAT * stride)));
  });
}

/** Totals of the blocks first; then each block goes on from what those before it add up to. */
function blocks({ outer, length }: Lines): OrderLowering {
  const block = Math.max(BLOCK, 8 * Math.ceil(length / MOST_BLOCKS / 8));
  const count = Math.ceil(length / block);
  const units = outer * count;
  const placeOf = ({ fn }: OrderContext, unit: I32) => {
    const line = fn.bind(i32.div_u(unit, i32.const(count)), "line");
    const start = fn.bind(times(i32.sub(unit, times(line, count)), block), "start");
    const size = fn.bind(least(fn, i32.const(block), i32.sub(i32.const(length), start)), "size");
    const offset = fn.bind(times(i32.add(times(line, length), start), FLOAT), "offset");
    return { line, size, offset };
  };
  return {
    scratchBytes: DOUBLE * units,
    passes: [
      {
        doc: "totals of blocks",
        units,
        chunk: 1,
        emit: (context) => {
          const { fn, begin, end, inputs, scratch } = context;
          const unit = fn.local("i32", "unit");
          fn.range(unit, begin, end, 1, () => {
            const { size, offset } = placeOf(context, unit);
            const total = emitTotal(fn, fn.bind(i32.add(inputs[0], offset), "from"), size);
            fn.do(f64.store(at(scratch, unit, DOUBLE), total));
          });
        },
      },
      {
        doc: "running sums of blocks",
        units,
        chunk: 1,
        emit: (context) => {
          const { fn, begin, end, inputs, output, scratch } = context;
          const [unit, before, total] = [fn.local("i32", "unit"), fn.local("i32"), fn.local("f64", "before")];
          fn.range(unit, begin, end, 1, () => {
            const { line, size, offset } = placeOf(context, unit);
            fn.set(total, f64.const(0));
            fn.range(before, times(line, count), unit, 1, () => {
              fn.set(total, f64.add(total, f64.load(at(scratch, before, DOUBLE))));
            });
            const [from, to] = [fn.bind(i32.add(inputs[0], offset)), fn.bind(i32.add(output, offset))];
            emitLine(fn, from, to, size, FLOAT, total);
          });
        },
      },
    ],
  };
}

/** Sum of floats side by side, in eight interleaved ones. */
function emitTotal(fn: FunctionBuilder, from: I32, size: I32): Local<"f64"> {
  const sums = Array.from({ length: 4 }, () => fn.local("v128", "sum"));
  for (const sum of sums) fn.set(sum, f64x2.const(0, 0));
  const [i, total] = [fn.local("i32", "i"), fn.local("f64", "total")];
  const whole = fn.bind(times(i32.and(size, i32.const(-8)), FLOAT), "whole");
  fn.range(i, i32.const(0), whole, 8 * FLOAT, () => {
    for (const k of [0, 1]) {
      const x = fn.bind(v128.load(i32.add(from, i), 4 * FLOAT * k), "x");
      fn.set(sums[2 * k], f64x2.add(sums[2 * k], f64x2.promote_low_f32x4(x)));
      fn.set(sums[2 * k + 1], f64x2.add(sums[2 * k + 1], promoteHigh(x)));
    }
  });
  const all = fn.bind(f64x2.add(f64x2.add(sums[0], sums[1]), f64x2.add(sums[2], sums[3])));
  fn.set(total, f64.add(f64x2.extract_lane(all, 0), f64x2.extract_lane(all, 1)));
  fn.range(i, whole, fn.bind(times(size, FLOAT)), FLOAT, () => {
    fn.set(total, f64.add(total, f64.promote_f32(f32.load(i32.add(from, i)))));
  });
  return total;
}
