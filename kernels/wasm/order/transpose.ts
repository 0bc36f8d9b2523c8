/** Neighbouring columns as contiguous lines and back, in blocks of four by four. */
import {
  type FunctionBuilder,
  f32,
  f32x4,
  type I32,
  i32,
  type Local,
  shuffle32,
  type V128,
  v128,
} from "../assembler/index.ts";
import { at, FLOAT } from "./lines.ts";

export interface Columns {
  /** Address of the first element of the first column. */
  readonly columns: Local<"i32">;
  readonly lines: Local<"i32">;
  readonly width: I32;
  readonly length: number;
  /** Elements from a row of the columns to the next. */
  readonly stride: number;
  /** Bytes from a line to the next: rows of whole vectors, whatever is in the last one. */
  readonly lineBytes: number;
}

function transposed(fn: FunctionBuilder, rows: readonly V128[]): V128[] {
  const [a, b, c, d] = rows.map((row) => fn.bind(row));
  const low = [shuffle32(a, b, [0, 4, 1, 5]), shuffle32(c, d, [0, 4, 1, 5])].map((x) => fn.bind(x));
  const high = [shuffle32(a, b, [2, 6, 3, 7]), shuffle32(c, d, [2, 6, 3, 7])].map((x) => fn.bind(x));
  return [low, high].flatMap(([x, y]) => [shuffle32(x, y, [0, 1, 4, 5]), shuffle32(x, y, [2, 3, 6, 7])]);
}

type Place = (row: I32, line: I32) => { readonly column: Local<"i32">; readonly line: Local<"i32"> };

/** Runs `four` for each block of four columns and four rows, and `one` for each element outside of them. */
function eachBlock(
  fn: FunctionBuilder,
  { columns, lines, width, length, stride, lineBytes }: Columns,
  four: (place: ReturnType<Place>) => void,
  one: (place: ReturnType<Place>) => void,
): void {
  const [row, line] = [fn.local("i32", "row"), fn.local("i32", "line")];
  const place: Place = (row, line) => ({
    column: fn.bind(at(at(columns, row, FLOAT * stride), line, FLOAT), "column"),
    line: fn.bind(at(at(lines, line, lineBytes), row, FLOAT), "place"),
  });
  const whole = length & -4;
  const quads = fn.bind(i32.and(width, i32.const(-4)), "quads");
  fn.range(row, i32.const(0), i32.const(whole), 4, () => {
    fn.range(line, i32.const(0), quads, 4, () => four(place(row, line)));
    const rest = fn.local("i32", "rest");
    fn.range(line, quads, width, 1, () => {
      for (let i = 0; i < 4; i++) {
        fn.set(rest, i32.add(row, i32.const(i)));
        one(place(rest, line));
      }
    });
  });
  fn.range(row, i32.const(whole), i32.const(length), 1, () => {
    fn.range(line, i32.const(0), width, 1, () => one(place(row, line)));
  });
}

export function columnsIn(fn: FunctionBuilder, block: Columns): void {
  const { stride, lineBytes } = block;
  eachBlock(
    fn,
    block,
    ({ column, line }) => {
      const rows = [0, 1, 2, 3].map((i) => v128.load(column, FLOAT * stride * i));
      transposed(fn, rows).forEach((values, i) => {
        fn.do(v128.store(line, values, lineBytes * i));
      });
    },
    ({ column, line }) => fn.do(f32.store(line, f32.load(column))),
  );
}

/** With `final`, squared distances become distances. */
export function columnsOut(
  fn: FunctionBuilder,
  block: Columns,
  final: { readonly scale: number; readonly ifNone: number } | null,
): void {
  const { stride, lineBytes } = block;
  const splat = (value: number) => f32x4.const(value, value, value, value);
  const finished = (squares: V128): V128 => {
    if (final === null) return squares;
    const bound = fn.bind(squares, "squares");
    const roots = f32x4.sqrt(bound);
    const distances = final.scale === 1 ? roots : f32x4.mul(roots, splat(final.scale));
    return v128.bitselect(splat(final.ifNone), distances, f32x4.eq(bound, splat(Infinity)));
  };
  eachBlock(
    fn,
    block,
    ({ column, line }) => {
      const rows = [0, 1, 2, 3].map((i) => v128.load(line, lineBytes * i));
      transposed(fn, rows).forEach((values, i) => {
        fn.do(v128.store(column, finished(values), FLOAT * stride * i));
      });
    },
    ({ column, line }) => {
      const value = f32x4.extract_lane(finished(f32x4.splat(f32.load(line))), 0);
      fn.do(f32.store(column, value));
    },
  );
}
