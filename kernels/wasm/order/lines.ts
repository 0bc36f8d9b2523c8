/** Lines along an axis, and how they are cut into units. */

import type { Shape } from "../../../src/shape.ts";
import { least, times } from "../addresses.ts";
import { type FunctionBuilder, type I32, i32, type Local } from "../assembler/index.ts";
import type { OrderContext } from "./kernel.ts";

export const DOUBLE = 8;

/** Neighbouring lines that are worked on together: 16 floats fill a cache line. */
export const TOGETHER = 16;

export interface Lines {
  /** Blocks of lines: `stride` neighbouring lines each. */
  readonly outer: number;
  readonly length: number;
  /** Elements from one of a line to its next. */
  readonly stride: number;
}

export const product = (lengths: Shape): number => lengths.reduce((size, length) => size * length, 1);

export function linesAlong(shape: Shape, axis: number): Lines {
  return {
    outer: product(shape.slice(0, axis)),
    length: shape[axis],
    stride: product(shape.slice(axis + 1)),
  };
}

/** Units that take some 10 microseconds, given what one takes in nanoseconds. */
export const chunkOf = (nanoseconds: number): number => Math.max(1, Math.round(16384 / nanoseconds));

/** Scratch memory that is not worth saving. */
const FREE_BYTES = 2 ** 24;

/** Units that threads can share evenly, whatever scratch they take. */
const ENOUGH_UNITS = 32;

export interface Cut {
  readonly units: number;
  /** Items of a unit; the last one may have fewer. */
  readonly each: number;
}

/** Items as units of neighbouring ones. Each unit has scratch of its own, so that there must not be too many. */
export function cutInto(items: number, scratchOfUnit: number): Cut {
  const most = Math.max(ENOUGH_UNITS, Math.floor(FREE_BYTES / scratchOfUnit));
  const each = Math.ceil(items / Math.min(items, most));
  return { units: Math.ceil(items / each), each };
}

/** Runs the body for each item of the units of a call, with the address of the unit's scratch. */
export function eachItem(
  { fn, begin, end, scratch }: OrderContext,
  items: number,
  { each }: Cut,
  scratchOfUnit: number,
  body: (item: Local<"i32">, scratch: Local<"i32">) => void,
): void {
  const [unit, item] = [fn.local("i32", "unit"), fn.local("i32", "item")];
  fn.range(unit, begin, end, 1, () => {
    const own = fn.bind(i32.add(scratch, times(unit, scratchOfUnit)), "own");
    const first = fn.bind(times(unit, each), "first");
    const last = fn.bind(least(fn, i32.add(first, i32.const(each)), i32.const(items)), "last");
    fn.range(item, first, last, 1, () => body(item, own));
  });
}

/** Groups of up to `TOGETHER` neighbouring lines. */
export const groupsOf = ({ outer, stride }: Lines): number => outer * Math.ceil(stride / TOGETHER);

export interface Place {
  readonly outer: I32;
  /** The first of the group's lines within its block, and how many they are. */
  readonly left: I32;
  readonly width: I32;
}

/** Where a group of lines is. */
export function placeOfGroup(fn: FunctionBuilder, group: Local<"i32">, { stride }: Lines): Place {
  if (stride <= TOGETHER) return { outer: group, left: i32.const(0), width: i32.const(stride) };
  const groups = Math.ceil(stride / TOGETHER);
  const left = fn.bind(times(i32.rem_u(group, i32.const(groups)), TOGETHER), "left");
  const even = stride % TOGETHER === 0;
  return {
    outer: fn.bind(i32.div_u(group, i32.const(groups)), "outer"),
    left,
    width: even
      ? i32.const(TOGETHER)
      : fn.bind(least(fn, i32.const(TOGETHER), i32.sub(i32.const(stride), left)), "width"),
  };
}

/** The first element of a line; lines are numbered block by block. */
export function startOfLine(
  fn: FunctionBuilder,
  line: Local<"i32">,
  { length, stride }: Lines,
): Local<"i32"> {
  if (stride === 1) return fn.bind(times(line, length), "start");
  const inner = i32.rem_u(line, i32.const(stride));
  const outer = i32.div_u(line, i32.const(stride));
  return fn.bind(i32.add(times(outer, length * stride), inner), "start");
}
