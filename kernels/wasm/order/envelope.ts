/**
 * Lower envelopes of parabolas along an axis: P. Felzenszwalb and D. Huttenlocher, "Distance Transforms of
 * Sampled Functions", Theory of Computing 8, 2012.
 */

import { at, FLOAT, times } from "../addresses.ts";
import { type FunctionBuilder, f64, type I32, i32, type Local } from "../assembler/index.ts";
import type { OrderContext } from "./kernel.ts";
import { type Cut, DOUBLE, eachItem, groupsOf, type Lines, placeOfGroup } from "./lines.ts";
import { emitDistances, emitSquares, emitSquaresOfSteps, type Panel, panelBytes, rowBytes } from "./panel.ts";

export interface EnvelopeJob {
  readonly lines: Lines;
  /** Distance of neighbours along the axis. */
  readonly step: number;
  readonly cut: Cut;
  /** Scratch of a unit, and of the squared distances that lie before those of all units. */
  readonly own: number;
  readonly squaredBytes: number;
  /** Length of the steps that the result's place holds; `null` where the squared distances are read. */
  readonly steps: number | null;
  /** Distances for the result; `null` where squared distances go back. */
  readonly final: { readonly ifNone: number } | null;
}

/** A parabola of the envelope: its apex (i32), from where on it is the lowest, and its height (f64). */
const PARABOLA = 24;
const FROM = 8;
const HEIGHT = 16;

/** The heights of a group of lines; then the parabolas of one line, and one that stops the search. */
export const envelopeBytes = (lines: Lines): number =>
  panelBytes(lines) + Math.ceil((PARABOLA * (lines.length + 1)) / 16) * 16;

export function emitEnvelopes(context: OrderContext, job: EnvelopeJob): void {
  const { fn, output, scratch } = context;
  const { lines, cut, own, squaredBytes, steps, final } = job;
  const areas = fn.bind(i32.add(scratch, i32.const(squaredBytes)), "areas");
  eachItem({ ...context, scratch: areas }, groupsOf(lines), cut, own, (group, heights) => {
    const { outer, left, width } = placeOfGroup(fn, group, lines);
    const first = fn.bind(i32.add(times(outer, lines.length * lines.stride), left), "first");
    const panel: Panel = { fn, lines, heights, width };
    const floats = fn.bind(at(output, first, FLOAT), "floats");
    const squares = fn.bind(at(scratch, first, DOUBLE), "squares");
    if (steps === null) emitSquares(panel, squares, "in");
    else emitSquaresOfSteps(panel, floats, steps);
    const stack = fn.bind(i32.add(heights, i32.const(panelBytes(lines))), "stack");
    const column = fn.local("i32", "column");
    fn.range(column, i32.const(0), width, 1, () => {
      emitLine(fn, fn.bind(at(heights, column, DOUBLE), "line"), stack, job);
    });
    if (final === null) emitSquares(panel, squares, "out");
    else emitDistances(panel, floats, final.ifNone);
  });
}

/** The squared distances of a line, where its heights were. */
function emitLine(fn: FunctionBuilder, line: I32, stack: Local<"i32">, { lines, step }: EnvelopeJob): void {
  const bottom = fn.bind(i32.sub(stack, i32.const(PARABOLA)), "bottom");
  const top = fn.local("i32", "top");
  fn.set(top, bottom);
  const [q, row] = [fn.local("i32", "q"), fn.local("i32", "row")];
  const eachRow = (body: () => void) => {
    fn.set(row, line);
    fn.range(q, i32.const(0), i32.const(lines.length), 1, () => {
      body();
      fn.set(row, i32.add(row, i32.const(rowBytes(lines))));
    });
  };
  eachRow(() => {
    const height = fn.bind(f64.load(row), "height");
    // A parabola of infinite height is nowhere the lowest.
    fn.if(f64.lt(height, f64.const(Infinity)), () => emitParabola(fn, q, height, top, bottom, step));
  });
  // Without any, all heights are infinite, and stay so.
  fn.if(i32.ne(top, bottom), () => {
    fn.do(f64.store(top, f64.const(Infinity), PARABOLA + FROM));
    fn.set(top, stack);
    eachRow(() => {
      const place = fn.bind(f64.convert_i32_s(q), "place");
      fn.while(
        () => f64.lt(f64.load(top, PARABOLA + FROM), place),
        () => fn.set(top, i32.add(top, i32.const(PARABOLA))),
      );
      const away = fn.bind(f64.mul(f64.convert_i32_s(i32.sub(q, i32.load(top))), f64.const(step)), "away");
      fn.do(f64.store(row, f64.add(f64.load(top, HEIGHT), f64.mul(away, away))));
    });
  });
}

/** Drops those that the new parabola hides, and adds it. */
function emitParabola(
  fn: FunctionBuilder,
  q: Local<"i32">,
  height: Local<"f64">,
  top: Local<"i32">,
  bottom: Local<"i32">,
  step: number,
): void {
  const half = 0.5 / (step * step);
  const [crossing, searching] = [fn.local("f64", "crossing"), fn.local("i32", "searching")];
  fn.set(crossing, f64.const(-Infinity));
  fn.set(searching, i32.ne(top, bottom));
  fn.while(
    () => searching,
    () => {
      const apex = fn.bind(i32.load(top), "apex");
      const rise = f64.mul(f64.sub(height, f64.load(top, HEIGHT)), f64.const(half));
      const middle = f64.mul(f64.const(0.5), f64.convert_i32_s(i32.add(q, apex)));
      fn.set(crossing, f64.add(middle, f64.div(rise, f64.convert_i32_s(i32.sub(q, apex)))));
      fn.if(
        f64.gt(crossing, f64.load(top, FROM)),
        () => fn.set(searching, i32.const(0)),
        () => {
          fn.set(top, i32.sub(top, i32.const(PARABOLA)));
          fn.set(searching, i32.ne(top, bottom));
          // The first is the lowest from the start.
          fn.if(i32.eqz(searching), () => fn.set(crossing, f64.const(-Infinity)));
        },
      );
    },
  );
  fn.set(top, i32.add(top, i32.const(PARABOLA)));
  fn.do(i32.store(top, q));
  fn.do(f64.store(top, crossing, FROM));
  fn.do(f64.store(top, height, HEIGHT));
}
