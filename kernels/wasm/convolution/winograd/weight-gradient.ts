/**
 * The gradient of 3x3 weights by Winograd's F(3x3, 2x2): images and cotangents, tile by tile, in Winograd's domain; their
 * products summed over tiles and images; back once, at the end. Each unit sums its share of the tiles, so that the result
 * does not depend on who runs it; the shares are added up in a second pass.
 */
import { FLOAT, plus, times, VECTOR } from "../../addresses.ts";
import {
  type FunctionBuilder,
  f32x4,
  type I32,
  i32,
  memory,
  shuffle32,
  type V128,
  v128,
} from "../../assembler/index.ts";
import { madd } from "../../math/index.ts";
import type { Geometry } from "../geometry.ts";
import type { ConvolutionContext, ConvolutionLowering } from "../kernel.ts";
import { cells, emitDataTransform, evens, odds, POSITIONS, rowPointers, zeroBytes } from "./data.ts";
import { eachGroup, placeOfStrip, type StripPlace, type Strips, stripCount, stripsOf } from "./strips.ts";
import { type Four, ofTwoTaps, threeResults } from "./transforms.ts";

/** Groups of four tiles of a strip: the longer, the seldomer lanes are added up. */
const MOST_GROUPS = 16;

/** Outputs and inputs whose products are summed at once: eight accumulators. */
const OUTPUTS = 4;
const INPUTS = 2;

/** Shares of the tiles: enough for threads to take turns, few enough to add up. */
const SHARES = 16;
const SMALL_SHARE = 2 ** 17;

const SKEW = 64;

interface Plan {
  readonly g: Geometry;
  readonly strips: Strips;
  readonly blocks: number;
  /** Bytes of one channel's tiles at one position. */
  readonly line: number;
  readonly dataPlane: number;
  readonly cotangentPlane: number;
  readonly zeros: number;
  /** Bytes of the sums of one share: [position, block, input, 4]. */
  readonly share: number;
  readonly shares: number;
  /** Strips of a share, of all images. */
  readonly each: number;
}

/** How an image of this size is cut. */
export const gradientStrips = (space: readonly number[]): Strips => stripsOf(space, MOST_GROUPS, false);

function planOf(g: Geometry): Plan {
  const strips = gradientStrips(g.outSpace);
  const line = strips.rows * strips.groups * VECTOR;
  const blocks = Math.ceil(g.outputs / OUTPUTS);
  const share = POSITIONS * blocks * g.inputs * VECTOR;
  const all = g.images * stripCount(strips);
  const each = Math.ceil(all / Math.min(all, share <= SMALL_SHARE ? SHARES : SHARES / 2));
  return {
    g,
    strips,
    blocks,
    line,
    dataPlane: g.inputs * line + SKEW,
    cotangentPlane: blocks * OUTPUTS * line + SKEW,
    zeros: Math.max(zeroBytes(strips, g.inSpace[1]), zeroBytes(strips, g.outSpace[1])),
    share,
    shares: Math.ceil(all / each),
    each,
  };
}

export function winogradWeightGradient(g: Geometry): ConvolutionLowering {
  const plan = planOf(g);
  const { strips, blocks } = plan;
  const units = g.groups * plan.shares;
  const tiles = 4 * strips.rows * strips.groups * plan.each;
  const results = g.groups * blocks * g.inputs;
  return {
    scratchBytes: units * plan.share,
    finishes: false,
    ownBytes: POSITIONS * (plan.dataPlane + plan.cotangentPlane) + plan.zeros,
    passes: [
      {
        doc: `Winograd F(3x3, 2x2), ${strips.rows} x ${4 * strips.groups} tiles at once`,
        units,
        cost: units * tiles * (16 * g.inputs * g.outputs + 40 * g.inputs + 20 * g.outputs),
        reads: true,
        writes: false,
        emit: (context) => emitShares(context, plan),
      },
      {
        doc: "shares added up, and back from Winograd's domain",
        units: results,
        cost: results * (16 * plan.shares * 4 + 100),
        reads: false,
        writes: true,
        emit: (context) => emitTaps(context, plan),
      },
    ],
  };
}

function emitShares(context: ConvolutionContext, plan: Plan): void {
  const { fn, begin, end, inputs, own, scratch } = context;
  const { g, strips } = plan;
  const [unit, strip] = [fn.local("i32", "unit"), fn.local("i32", "stripOfAll")];
  const [height, width] = g.inSpace;
  const cotangents = fn.bind(plus(own, POSITIONS * plan.dataPlane), "cotangents");
  const zeros = fn.bind(plus(cotangents, POSITIONS * plan.cotangentPlane), "zeros");
  fn.do(memory.fill(zeros, i32.const(0), i32.const(plan.zeros)));
  const perImage = stripCount(strips);
  const all = g.images * perImage;
  fn.range(unit, begin, end, 1, () => {
    const group = fn.bind(i32.div_u(unit, i32.const(plan.shares)), "convolutionGroup");
    const from = fn.bind(times(i32.rem_u(unit, i32.const(plan.shares)), plan.each), "first");
    const past = fn.local("i32", "past");
    fn.set(past, plus(from, plan.each));
    fn.if(i32.gt_u(past, i32.const(all)), () => fn.set(past, i32.const(all)));
    const sums = fn.bind(i32.add(scratch, times(unit, plan.share)), "sums");
    fn.do(memory.fill(sums, i32.const(0), i32.const(plan.share)));
    fn.range(strip, from, past, 1, () => {
      const image = fn.bind(i32.div_u(strip, i32.const(perImage)), "image");
      const plane = fn.bind(i32.add(times(image, g.groups), group), "plane");
      const place = placeOfStrip(fn, i32.rem_u(strip, i32.const(perImage)), strips);
      emitDataTransform(fn, {
        strips,
        place,
        planes: { channels: g.inputs, height, width },
        padding: g.padding,
        image: fn.bind(i32.add(inputs[0], times(plane, g.inputs * height * width * FLOAT)), "from"),
        zeros: plus(zeros, 32 * FLOAT),
        target: { base: own, position: plan.dataPlane, channel: plan.line, group: VECTOR },
      });
      emitCotangents(fn, plan, place, inputs[1], plane, cotangents, zeros);
      emitSums(context, plan, cotangents, sums);
    });
  });
}

/** Cotangents, tiles of 2x2, into Winograd's domain. */
function emitCotangents(
  fn: FunctionBuilder,
  { g, strips, line, cotangentPlane }: Plan,
  place: StripPlace,
  results: I32,
  plane: I32,
  to: I32,
  zeros: I32,
): void {
  const [height, width] = g.outSpace;
  const planes = { channels: g.outputs, height, width };
  const [row, channel] = [fn.local("i32", "r"), fn.local("i32", "c")];
  const image = fn.bind(i32.add(results, times(plane, g.outputs * height * width * FLOAT)), "cotangent");
  const left = fn.bind(times(place.column, strips.groups * 2 * VECTOR), "left");
  fn.range(row, i32.const(0), i32.const(strips.rows), 1, () => {
    const y = fn.bind(i32.shl(i32.add(place.tileRow, row), i32.const(1)), "y");
    const pointers = rowPointers(fn, image, zeros, [y, plus(y, 1)], left, planes);
    const line0 = fn.bind(i32.add(to, times(row, strips.groups * VECTOR)), "to");
    fn.range(channel, i32.const(0), i32.const(g.outputs), 1, () => {
      eachGroup(
        fn,
        strips,
        place,
        (number) => 8 * number + 8 > width,
        (index, number) => {
          const store = fn.bind(i32.add(line0, times(index, VECTOR)), "store");
          const put = (i: number, values: Four) =>
            values.forEach((value, j) => {
              fn.do(v128.store(store, value, (4 * i + j) * cotangentPlane));
            });
          if (number !== null && number >= strips.rowGroups) {
            const zero = f32x4.const(0, 0, 0, 0);
            for (let i = 0; i < 4; i++) put(i, [zero, zero, zero, zero]);
            return;
          }
          const rows = pointers.map(({ address }) => {
            const from = fn.bind(i32.add(address, times(index, 2 * VECTOR)), "from");
            const [a, b] = [0, 4].map((cell) =>
              fn.bind(cells(from, cell * FLOAT, number === null ? null : 8 * number + cell, width)),
            );
            return ofTwoTaps(fn.bind(evens(a, b)), fn.bind(odds(a, b))).map((x) => fn.bind(x));
          });
          const columns = rows[0].map((x, j) => ofTwoTaps(x, rows[1][j]));
          for (let i = 0; i < 4; i++) put(i, columns.map((column) => column[i]) as unknown as Four);
        },
      );
      for (const { address, step } of pointers) fn.set(address, i32.add(address, step));
      fn.set(line0, plus(line0, line));
    });
  });
}

/** Sums of the four lanes of four vectors, side by side. */
function lanesAdded(fn: FunctionBuilder, [a, b, c, d]: readonly V128[]): V128 {
  const { add } = f32x4;
  const ab = fn.bind(add(shuffle32(a, b, [0, 4, 1, 5]), shuffle32(a, b, [2, 6, 3, 7])));
  const cd = fn.bind(add(shuffle32(c, d, [0, 4, 1, 5]), shuffle32(c, d, [2, 6, 3, 7])));
  return add(shuffle32(ab, cd, [0, 1, 4, 5]), shuffle32(ab, cd, [2, 3, 6, 7]));
}

/** Products of a strip's cotangents and data, summed over its tiles, onto those of the share. */
function emitSums(
  { fn, math, own }: ConvolutionContext,
  { g, blocks, line, dataPlane, cotangentPlane }: Plan,
  cotangents: I32,
  sums: I32,
): void {
  const local = (name: string) => fn.local("i32", name);
  const [position, block, i] = [local("position"), local("block"), local("i")];
  const [dataAt, cotangentAt, to] = [local("dataAt"), local("cotangentAt"), local("to")];
  const [x, y, tile] = [local("x"), local("y"), local("tile")];
  /** Four outputs and some inputs. */
  const tileOf = (width: number) => {
    const totals = Array.from({ length: width }, () =>
      Array.from({ length: OUTPUTS }, () => fn.local("v128", "sum")),
    );
    for (const total of totals.flat()) fn.set(total, f32x4.const(0, 0, 0, 0));
    fn.set(y, cotangentAt);
    fn.range(tile, i32.const(0), i32.const(line), VECTOR, () => {
      const data = totals.map((_, k) => fn.bind(v128.load(x, k * line), "data"));
      for (let o = 0; o < OUTPUTS; o++) {
        const cotangent = fn.bind(v128.load(y, o * line), "cotangent");
        totals.forEach((total, k) => {
          fn.set(total[o], madd(math, data[k], cotangent, total[o]));
        });
      }
      fn.set(x, plus(x, VECTOR));
      fn.set(y, plus(y, VECTOR));
    });
    totals.forEach((total, k) => {
      const added = lanesAdded(fn, total);
      fn.do(v128.store(to, f32x4.add(v128.load(to, k * VECTOR), added), k * VECTOR));
    });
    // The first input's data have been walked along.
    fn.set(x, plus(x, (width - 1) * line));
    fn.set(to, plus(to, width * VECTOR));
  };
  const whole = g.inputs - (g.inputs % INPUTS);
  const plane = local("plane");
  fn.set(to, sums);
  fn.set(dataAt, own);
  fn.set(plane, cotangents);
  fn.range(position, i32.const(0), i32.const(POSITIONS), 1, () => {
    fn.set(cotangentAt, plane);
    fn.range(block, i32.const(0), i32.const(blocks), 1, () => {
      fn.set(x, dataAt);
      fn.range(i, i32.const(0), i32.const(whole), INPUTS, () => tileOf(INPUTS));
      if (whole < g.inputs) tileOf(g.inputs - whole);
      fn.set(cotangentAt, plus(cotangentAt, OUTPUTS * line));
    });
    fn.set(dataAt, plus(dataAt, dataPlane));
    fn.set(plane, plus(plane, cotangentPlane));
  });
}

/** The taps of four outputs and one input a unit. */
function emitTaps({ fn, begin, end, scratch, output }: ConvolutionContext, plan: Plan): void {
  const { g, blocks, share, shares } = plan;
  const [unit, s] = [fn.local("i32", "unit"), fn.local("i32", "share")];
  fn.range(unit, begin, end, 1, () => {
    const group = fn.bind(i32.div_u(unit, i32.const(blocks * g.inputs)), "convolutionGroup");
    const inGroup = fn.bind(i32.rem_u(unit, i32.const(blocks * g.inputs)), "inGroup");
    const block = fn.bind(i32.div_u(inGroup, i32.const(g.inputs)), "block");
    const input = fn.bind(i32.rem_u(inGroup, i32.const(g.inputs)), "input");
    const from = fn.local("i32", "from");
    fn.set(from, i32.add(i32.add(scratch, times(group, shares * share)), times(inGroup, VECTOR)));
    const sums = Array.from({ length: POSITIONS }, () => fn.local("v128", "sum"));
    for (const sum of sums) fn.set(sum, f32x4.const(0, 0, 0, 0));
    fn.range(s, i32.const(0), i32.const(shares), 1, () => {
      sums.forEach((sum, position) => {
        fn.set(sum, f32x4.add(sum, v128.load(from, position * blocks * g.inputs * VECTOR)));
      });
      fn.set(from, plus(from, share));
    });
    const columns = [0, 1, 2, 3].map((j) =>
      threeResults([sums[j], sums[4 + j], sums[8 + j], sums[12 + j]]).map((x) => fn.bind(x)),
    );
    const taps = [0, 1, 2].flatMap((i) =>
      threeResults(columns.map((column) => column[i]) as unknown as Four).map((x) => fn.bind(x)),
    );
    for (let k = 0; k < OUTPUTS; k++) {
      const channel = fn.bind(plus(times(block, OUTPUTS), k), "channel");
      const store = () => {
        const place = i32.add(times(i32.add(times(group, g.outputs), channel), g.inputs), input);
        const to = fn.bind(i32.add(output, times(place, taps.length * FLOAT)), "to");
        taps.forEach((value, t) => {
          fn.do(v128.store32_lane(to, value, k, FLOAT * t));
        });
      };
      if (g.outputs % OUTPUTS === 0) store();
      else fn.if(i32.lt_u(channel, i32.const(g.outputs)), store);
    }
  });
}
