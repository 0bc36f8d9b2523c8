/**
 * Lower envelopes of parabolas along an axis: P. Felzenszwalb and D. Huttenlocher, "Distance Transforms of
 * Sampled Functions", Theory of Computing 8, 2012.
 */
import {
  type F64,
  type FunctionBuilder,
  f32,
  f64,
  type I32,
  i32,
  type Local,
} from "../assembler/index.ts";
import { rootOf } from "./distance.ts";
import type { OrderContext } from "./kernel.ts";
import {
  at,
  type Cut,
  DOUBLE,
  eachItem,
  FLOAT,
  groupsOf,
  type Lines,
  placeOfGroup,
  TOGETHER,
  times,
} from "./lines.ts";

export interface EnvelopeJob {
  readonly lines: Lines;
  /** Distance of neighbours along the axis. */
  readonly step: number;
  readonly cut: Cut;
  /** Scratch of a unit, and of the squared distances that lie before those of all units. */
  readonly own: number;
  readonly squaredBytes: number;
  /** What the last axis does with its squares; others put them back. */
  readonly finish: { readonly ifNone: number } | null;
}

/** A parabola of the envelope: its apex (i32), from where on it is the lowest, and its height (f64). */
const PARABOLA = 24;
const FROM = 8;
const HEIGHT = 16;

const rowBytes = ({ stride }: Lines) => DOUBLE * Math.min(TOGETHER, stride);
const heightBytes = (lines: Lines) => Math.ceil((rowBytes(lines) * lines.length) / 16) * 16;

/** The heights of a group of lines, row by row; then parabolas of one line, with one at each end that stops a search. */
export const envelopeBytes = (lines: Lines): number =>
  heightBytes(lines) + Math.ceil((PARABOLA * (lines.length + 2)) / 16) * 16;

export function emitEnvelopes(context: OrderContext, job: EnvelopeJob): void {
  const { fn, output, scratch } = context;
  const { lines, cut, own, squaredBytes, finish } = job;
  const { length, stride } = lines;
  const areas = fn.bind(i32.add(scratch, i32.const(squaredBytes)), "areas");
  eachItem({ ...context, scratch: areas }, groupsOf(lines), cut, own, (group, heights) => {
    const { outer, left, width } = placeOfGroup(fn, group, lines);
    const first = fn.bind(i32.add(times(outer, length * stride), left), "first");
    const squares = fn.bind(at(scratch, first, DOUBLE), "squares");
    const row = rowBytes(lines);
    // Copied, since lines one by one would fetch each cache line again and again.
    eachElement(fn, lines, width, (q, column) => {
      const from = at(at(squares, q, DOUBLE * stride), column, DOUBLE);
      fn.do(f64.store(at(at(heights, q, row), column, DOUBLE), f64.load(from)));
    });
    const column = fn.local("i32", "column");
    fn.range(column, i32.const(0), width, 1, () => {
      const line = fn.bind(at(heights, column, DOUBLE), "line");
      emitLine(fn, line, fn.bind(i32.add(heights, i32.const(heightBytes(lines))), "stack"), job);
    });
    const to = fn.bind(at(output, first, FLOAT), "to");
    eachElement(fn, lines, width, (q, column) => {
      const squared = fn.bind(f64.load(at(at(heights, q, row), column, DOUBLE)), "squared");
      fn.do(
        finish === null
          ? f64.store(at(at(squares, q, DOUBLE * stride), column, DOUBLE), squared)
          : f32.store(at(at(to, q, FLOAT * stride), column, FLOAT), rootOf(squared, finish.ifNone)),
      );
    });
  });
}

function eachElement(
  fn: FunctionBuilder,
  { length }: Lines,
  width: I32,
  body: (q: Local<"i32">, column: Local<"i32">) => void,
): void {
  const [q, column] = [fn.local("i32", "q"), fn.local("i32", "column")];
  fn.range(q, i32.const(0), i32.const(length), 1, () => {
    fn.range(column, i32.const(0), width, 1, () => body(q, column));
  });
}

/** The squared distances of a line, where its heights were. */
function emitLine(fn: FunctionBuilder, line: I32, stack: Local<"i32">, { lines, step }: EnvelopeJob): void {
  const { length } = lines;
  const row = rowBytes(lines);
  const half = 0.5 / (step * step);
  const [q, top] = [fn.local("i32", "q"), fn.local("i32", "top")];
  const [crossing, searching] = [fn.local("f64", "crossing"), fn.local("i32", "searching")];
  const number = (x: I32) => f64.convert_i32_s(x);
  // Below the first: whatever crosses it does so behind its border, which is why it is never dropped.
  const bottom = fn.bind(i32.sub(stack, i32.const(PARABOLA)), "bottom");
  fn.set(top, bottom);
  fn.range(q, i32.const(0), i32.const(length), 1, () => {
    const height = fn.bind(f64.load(at(line, q, row)), "height");
    // A parabola of infinite height is nowhere the lowest.
    fn.if(f64.lt(height, f64.const(Infinity)), () => {
      fn.set(crossing, f64.const(-Infinity));
      fn.set(searching, i32.ne(top, bottom));
      fn.while(
        () => searching,
        () => {
          const apex = fn.bind(i32.load(top), "apex");
          const rise = f64.mul(f64.sub(height, f64.load(top, HEIGHT)), f64.const(half));
          const middle = f64.mul(f64.const(0.5), number(i32.add(q, apex)));
          fn.set(crossing, f64.add(middle, f64.div(rise, number(i32.sub(q, apex)))));
          fn.set(searching, i32.const(0));
          fn.if(i32.eqz(f64.gt(crossing, f64.load(top, FROM))), () => {
            fn.set(top, i32.sub(top, i32.const(PARABOLA)));
            fn.set(searching, i32.ne(top, bottom));
            fn.if(i32.eqz(searching), () => fn.set(crossing, f64.const(-Infinity)));
          });
        },
      );
      fn.set(top, i32.add(top, i32.const(PARABOLA)));
      fn.do(i32.store(top, q));
      fn.do(f64.store(top, crossing, FROM));
      fn.do(f64.store(top, height, HEIGHT));
    });
  });
  fn.if(i32.ne(top, bottom), () => {
    fn.do(f64.store(top, f64.const(Infinity), PARABOLA + FROM));
    fn.set(top, stack);
    fn.range(q, i32.const(0), i32.const(length), 1, () => {
      fn.while(
        () => f64.lt(f64.load(top, PARABOLA + FROM), number(q)),
        () => fn.set(top, i32.add(top, i32.const(PARABOLA))),
      );
      const away: F64 = fn.bind(f64.mul(number(i32.sub(q, i32.load(top))), f64.const(step)), "away");
      fn.do(f64.store(at(line, q, row), f64.add(f64.load(top, HEIGHT), f64.mul(away, away))));
    });
  });
}
