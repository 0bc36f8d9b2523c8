/** Heights of neighbouring lines, row by row: copied, since lines one by one would fetch each cache line again and again. */

import { at, FLOAT } from "../addresses.ts";
import {
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
import { DOUBLE, type Lines, TOGETHER } from "./lines.ts";

export interface Panel {
  readonly fn: FunctionBuilder;
  readonly lines: Lines;
  readonly heights: Local<"i32">;
  /** Lines of this group. */
  readonly width: I32;
}

/** Bytes from a row to the next. */
export const rowBytes = ({ stride }: Lines): number => DOUBLE * Math.min(TOGETHER, stride);
export const panelBytes = (lines: Lines): number => Math.ceil((rowBytes(lines) * lines.length) / 16) * 16;

/** Walks over the panel and the same rows elsewhere, of elements of `bytes`: by fours, then one by one. */
function eachQuad(
  { fn, lines, heights, width }: Panel,
  elsewhere: I32,
  bytes: number,
  four: (panel: Local<"i32">, elsewhere: Local<"i32">) => void,
  one: (panel: I32, elsewhere: I32) => void,
): void {
  const [row, place, column] = [fn.local("i32", "row"), fn.local("i32", "place"), fn.local("i32", "column")];
  const [q, x, y] = [fn.local("i32", "q"), fn.local("i32", "x"), fn.local("i32", "y")];
  fn.set(row, heights);
  fn.set(place, elsewhere);
  fn.range(q, i32.const(0), i32.const(lines.length), 1, () => {
    fn.set(column, i32.const(0));
    fn.while(
      () => i32.le_u(i32.add(column, i32.const(4)), width),
      () => {
        fn.set(x, at(row, column, DOUBLE));
        fn.set(y, at(place, column, bytes));
        four(x, y);
        fn.set(column, i32.add(column, i32.const(4)));
      },
    );
    fn.range(column, column, width, 1, () => one(at(row, column, DOUBLE), at(place, column, bytes)));
    fn.set(row, i32.add(row, i32.const(rowBytes(lines))));
    fn.set(place, i32.add(place, i32.const(bytes * lines.stride)));
  });
}

const both = (value: number): V128 => f64x2.const(value, value);

/** Squared distances from where they wait, or back. */
export function emitSquares(panel: Panel, squares: I32, way: "in" | "out"): void {
  const { fn } = panel;
  const ends = (x: I32, y: I32) => (way === "in" ? ([x, y] as const) : ([y, x] as const));
  eachQuad(
    panel,
    squares,
    DOUBLE,
    (x, y) => {
      const [to, from] = ends(x, y);
      for (const offset of [0, 16]) fn.do(v128.store(to, v128.load(from, offset), offset));
    },
    (x, y) => {
      const [to, from] = ends(x, y);
      fn.do(f64.store(to, f64.load(from)));
    },
  );
}

/** Squared distances from numbers of steps. */
export function emitSquaresOfSteps(panel: Panel, steps: I32, step: number): void {
  const { fn } = panel;
  const squares = (pair: V128): V128 => {
    const away = fn.bind(f64x2.mul(f64x2.promote_low_f32x4(pair), both(step)), "away");
    return f64x2.mul(away, away);
  };
  eachQuad(
    panel,
    steps,
    FLOAT,
    (to, from) => {
      const four = fn.bind(v128.load(from), "four");
      fn.do(v128.store(to, squares(four)));
      fn.do(v128.store(to, squares(shuffle32(four, four, [2, 3, 2, 3])), 16));
    },
    (to, from) => fn.do(v128.store64_lane(to, squares(v128.load32_zero(from)), 0)),
  );
}

/** Distances as the result. */
export function emitDistances(panel: Panel, floats: I32, ifNone: number): void {
  const { fn } = panel;
  const roots = (squares: V128): V128 => {
    const bound = fn.bind(squares, "squares");
    const found = f64x2.sqrt(bound);
    const none = f64x2.eq(bound, both(Infinity));
    return f32x4.demote_f64x2_zero(ifNone === Infinity ? found : v128.bitselect(both(ifNone), found, none));
  };
  eachQuad(
    panel,
    floats,
    FLOAT,
    (from, to) => {
      const low = roots(v128.load(from));
      fn.do(v128.store(to, shuffle32(low, roots(v128.load(from, 16)), [0, 1, 4, 5])));
    },
    (from, to) => fn.do(f32.store(to, f32x4.extract_lane(roots(v128.load64_zero(from)), 0))),
  );
}
