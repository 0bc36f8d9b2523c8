/** Images into Winograd's domain: sixteen vectors of four tiles each, one for each position of a 4x4 tile. */
import { FLOAT, plus, times, VECTOR } from "../../addresses.ts";
import {
  type FunctionBuilder,
  f32x4,
  type I32,
  i32,
  i32x4,
  type Local,
  select,
  shuffle32,
  type V128,
  v128,
} from "../../assembler/index.ts";
import { eachGroup, type StripPlace, type Strips } from "./strips.ts";
import { type Four, ofData } from "./transforms.ts";

export const POSITIONS = 16;
const ZERO = f32x4.const(0, 0, 0, 0);

/** The numbers that belong to an image: [channels, height, width]. */
export interface Planes {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** Where transformed vectors go: bytes from one to the next. */
export interface Target {
  readonly base: I32;
  readonly position: number;
  readonly channel: number;
  readonly group: number;
}

/** A vector of a row, with zeros for what is outside; `first` is the column of its first lane. */
export function cells(address: I32, offset: number, first: number | null, width: number): V128 {
  const value = v128.load(address, offset);
  if (first === null) return value;
  const mask = [0, 1, 2, 3].map((lane) => (first + lane >= 0 && first + lane < width ? -1 : 0));
  if (mask.every((bits) => bits === -1)) return value;
  if (mask.every((bits) => bits === 0)) return ZERO;
  return v128.and(value, i32x4.const(...(mask as [number, number, number, number])));
}

export const evens = (x: V128, y: V128): V128 => shuffle32(x, y, [0, 2, 4, 6]);
export const odds = (x: V128, y: V128): V128 => shuffle32(x, y, [1, 3, 5, 7]);

/** A row's address, and what it grows by from channel to channel: 0 for a row of zeros. */
export interface RowPointer {
  readonly address: Local<"i32">;
  readonly step: Local<"i32">;
}

/** Pointers to rows of the first channel; those outside the image point to zeros. */
export function rowPointers(
  fn: FunctionBuilder,
  image: I32,
  zeros: I32,
  rows: readonly I32[],
  column: I32,
  { height, width }: Planes,
): RowPointer[] {
  return rows.map((row) => {
    const y = fn.bind(row, "row");
    const inside = fn.bind(i32.lt_u(y, i32.const(height)), "inside");
    const here = i32.add(image, times(y, width * FLOAT));
    return {
      address: fn.bind(i32.add(select(here, zeros, inside), column), "address"),
      step: fn.bind(select(i32.const(height * width * FLOAT), i32.const(0), inside), "step"),
    };
  });
}

interface DataTransform {
  readonly strips: Strips;
  readonly place: StripPlace;
  readonly planes: Planes;
  readonly padding: readonly number[];
  readonly image: I32;
  readonly zeros: I32;
  readonly target: Target;
}

/** Bytes of zeros that rows outside an image are read from. */
export const zeroBytes = ({ rowGroups }: Strips, width: number) =>
  FLOAT * (Math.max(8 * rowGroups, width) + 64);

/** A strip of an image, all of its channels, into Winograd's domain. */
export function emitDataTransform(fn: FunctionBuilder, job: DataTransform): void {
  const { strips, place, planes, padding, target } = job;
  const [row, channel] = [fn.local("i32", "r"), fn.local("i32", "c")];
  const column = fn.bind(
    i32.sub(times(place.column, strips.groups * 2 * VECTOR), i32.const(padding[1] * FLOAT)),
    "left",
  );
  const edge = (group: number) => 8 * group - padding[1] < 0 || 8 * group - padding[1] + 10 > planes.width;
  fn.range(row, i32.const(0), i32.const(strips.rows), 1, () => {
    const top = fn.bind(
      i32.sub(i32.shl(i32.add(place.tileRow, row), i32.const(1)), i32.const(padding[0])),
      "top",
    );
    // The zeros begin far enough behind their address for columns left of the image.
    const pointers = rowPointers(
      fn,
      job.image,
      job.zeros,
      [0, 1, 2, 3].map((i) => plus(top, i)),
      i32.const(0),
      planes,
    );
    const to = fn.bind(i32.add(target.base, times(row, strips.groups * target.group)), "to");
    const moved = pointers.map(({ address, step }) => ({
      address: fn.bind(i32.add(address, column), "from"),
      step,
    }));
    fn.range(channel, i32.const(0), i32.const(planes.channels), 1, () => {
      eachGroup(fn, strips, place, edge, (index, number) => {
        emitGroup(fn, moved, index, number, job, to);
      });
      for (const { address, step } of moved) fn.set(address, i32.add(address, step));
      fn.set(to, plus(to, target.channel));
    });
  });
}

function emitGroup(
  fn: FunctionBuilder,
  pointers: readonly RowPointer[],
  index: I32,
  number: number | null,
  { padding, planes, target, strips }: DataTransform,
  to: I32,
): void {
  const store = fn.bind(i32.add(to, times(index, target.group)), "store");
  if (number !== null && number >= strips.rowGroups) {
    // A group beyond the row: zeros, so that nothing undefined is multiplied.
    for (let position = 0; position < POSITIONS; position++) {
      fn.do(v128.store(store, ZERO, position * target.position));
    }
    return;
  }
  const shift = fn.bind(times(index, 2 * VECTOR), "shift");
  const first = number === null ? null : 8 * number - padding[1];
  const rowOf = (i: number): Four => {
    const from = fn.bind(i32.add(pointers[i].address, shift), "from");
    const [a, b, c, d] = [0, 4, 2, 6].map((cell) =>
      fn.bind(cells(from, cell * FLOAT, first === null ? null : first + cell, planes.width)),
    );
    const across: Four = [
      fn.bind(evens(a, b)),
      fn.bind(odds(a, b)),
      fn.bind(evens(c, d)),
      fn.bind(odds(c, d)),
    ];
    return ofData(across).map((x) => fn.bind(x)) as unknown as Four;
  };
  const put = (i: number, values: Four) => {
    values.forEach((value, j) => {
      fn.do(v128.store(store, value, (4 * i + j) * target.position));
    });
  };
  const combine = (f: (x: V128, y: V128) => V128, x: Four, y: Four) =>
    x.map((v, j) => f(v, y[j])) as unknown as Four;
  // Rows in an order in which few have to wait in registers; along the columns the rule is that of `ofData`.
  const [r0, r2] = [rowOf(0), rowOf(2)];
  put(0, combine(f32x4.sub, r0, r2));
  const r1 = rowOf(1);
  put(1, combine(f32x4.add, r1, r2));
  put(2, combine(f32x4.sub, r2, r1));
  const r3 = rowOf(3);
  put(3, combine(f32x4.sub, r1, r3));
}
