/**
 * 3x3 correlation of stride 1 by Winograd's F(2x2, 3x3): 2.25 times fewer multiplications than counted tap by tap
 * (Lavin & Gray 2016, section 4.1). Strips of tiles go through transform, sixteen small matrix products, and back while
 * they are in a core's cache; nothing but results reaches memory.
 */
import { FLOAT, least, plus, times, VECTOR } from "../../addresses.ts";
import {
  f32x4,
  type I32,
  i32,
  type Local,
  memory,
  shuffle32,
  type V128,
  v128,
} from "../../assembler/index.ts";
import { madd } from "../../math/index.ts";
import type { Correlation } from "../geometry.ts";
import type { ConvolutionContext, ConvolutionLowering } from "../kernel.ts";
import { emitDataTransform, POSITIONS, zeroBytes } from "./data.ts";
import { eachGroup, placeOfStrip, type StripPlace, type Strips, stripCount, stripsOf } from "./strips.ts";
import { type Four, ofThreeTaps, twoResults } from "./transforms.ts";

/** Groups of four tiles that a strip may have: what it holds must fit into a core's cache. */
const MOST_GROUPS = 8;

/** Outputs that are summed at once; with two vectors of tiles, eight accumulators. */
const BLOCK = 4;

/** Planes of equal size would stand at equal places modulo the cache's. */
const SKEW = 64;

interface Plan {
  readonly c: Correlation;
  readonly strips: Strips;
  readonly blocks: number;
  /** Bytes of a plane of transformed data: [group, input, 4]. */
  readonly dataPlane: number;
  readonly data: number;
  /** Bytes of the products of one output: [position, group, 4]. */
  readonly productPlane: number;
  readonly products: number;
  readonly zeros: number;
}

/** How an image of this size is cut. */
export const forwardStrips = (space: readonly number[]): Strips => stripsOf(space, MOST_GROUPS, true);

function planOf(c: Correlation): Plan {
  const strips = forwardStrips(c.outSpace);
  const groups = strips.rows * strips.groups;
  const dataPlane = groups * c.inputs * VECTOR + SKEW;
  const productPlane = groups * VECTOR + SKEW;
  return {
    c,
    strips,
    blocks: Math.ceil(c.outputs / BLOCK),
    dataPlane,
    data: POSITIONS * dataPlane,
    productPlane,
    products: BLOCK * POSITIONS * productPlane,
    zeros: zeroBytes(strips, c.inSpace[1]),
  };
}

export function winogradForward(c: Correlation): ConvolutionLowering {
  const plan = planOf(c);
  const { blocks, strips } = plan;
  const weightUnits = c.groups * blocks;
  const units = c.images * c.groups * stripCount(strips);
  const tiles = 4 * strips.rows * strips.groups;
  return {
    scratchBytes: weightUnits * POSITIONS * c.inputs * VECTOR,
    finishes: true,
    ownBytes: plan.data + plan.products + plan.zeros,
    passes: [
      {
        doc: "weights into Winograd's domain",
        units: weightUnits,
        cost: weightUnits * c.inputs * 80,
        reads: true,
        writes: false,
        emit: (context) => emitWeights(context, plan),
      },
      {
        doc: `Winograd F(2x2, 3x3), ${strips.rows} x ${4 * strips.groups} tiles at once`,
        units,
        // Sixteen products a tile, and the transforms there and back.
        cost: units * tiles * (16 * c.inputs * c.outputs + 40 * c.inputs + 30 * c.outputs),
        reads: true,
        writes: true,
        emit: (context) => emitStrips(context, plan),
      },
    ],
  };
}

/** Weights of four outputs side by side: [group, block, position, input, 4]. */
function emitWeights({ fn, begin, end, inputs, scratch }: ConvolutionContext, { c, blocks }: Plan): void {
  const { weights } = c;
  const [unit, input] = [fn.local("i32", "unit"), fn.local("i32", "input")];
  fn.range(unit, begin, end, 1, () => {
    const group = fn.bind(i32.div_u(unit, i32.const(blocks)), "group");
    const block = fn.bind(i32.rem_u(unit, i32.const(blocks)), "block");
    const base = fn.bind(i32.add(inputs[1], times(group, weights.group * FLOAT)), "base");
    const from = [0, 1, 2, 3].map((k) => {
      // Outputs beyond the last are copies of it, and never stored.
      const output = fn.bind(plus(times(block, BLOCK), k), "output");
      const held = least(fn, output, i32.const(c.outputs - 1));
      return fn.bind(i32.add(base, times(held, weights.output * FLOAT)), "from");
    });
    const to = fn.bind(i32.add(scratch, times(unit, POSITIONS * c.inputs * VECTOR)), "to");
    fn.range(input, i32.const(0), i32.const(c.inputs), 1, () => {
      const tap = (i: number, j: number): V128 => {
        const place = weights.flipped ? 8 - (3 * i + j) : 3 * i + j;
        let value = v128.load32_zero(from[0], FLOAT * place);
        for (let k = 1; k < 4; k++) value = v128.load32_lane(from[k], value, k, FLOAT * place);
        return fn.bind(value);
      };
      const columns = [0, 1, 2].map((j) => {
        const taps = [tap(0, j), tap(1, j), tap(2, j)] as const;
        return ofThreeTaps(taps).map((x) => fn.bind(x));
      });
      for (let i = 0; i < 4; i++) {
        const row = ofThreeTaps([columns[0][i], columns[1][i], columns[2][i]]);
        row.forEach((value, j) => {
          fn.do(v128.store(to, value, (4 * i + j) * c.inputs * VECTOR));
        });
      }
      for (const address of from) fn.set(address, plus(address, weights.input * FLOAT));
      fn.set(to, plus(to, VECTOR));
    });
  });
}

function emitStrips(context: ConvolutionContext, plan: Plan): void {
  const { fn, begin, end, inputs, own, scratch } = context;
  const { c, strips } = plan;
  const unit = fn.local("i32", "unit");
  const [height, width] = c.inSpace;
  const planes = { channels: c.inputs, height, width };
  const products = fn.bind(plus(own, plan.data), "products");
  const zeros = fn.bind(plus(products, plan.products), "zeros");
  fn.do(memory.fill(zeros, i32.const(0), i32.const(plan.zeros)));
  const perImage = stripCount(strips);
  fn.range(unit, begin, end, 1, () => {
    const image = fn.bind(i32.div_u(unit, i32.const(perImage)), "image");
    const group = fn.bind(i32.rem_u(image, i32.const(c.groups)), "convolutionGroup");
    const place = placeOfStrip(fn, i32.rem_u(unit, i32.const(perImage)), strips);
    emitDataTransform(fn, {
      strips,
      place,
      planes,
      padding: c.padding,
      image: fn.bind(i32.add(inputs[0], times(image, c.inputs * height * width * FLOAT)), "from"),
      // Columns left of the image are read before the address.
      zeros: plus(zeros, 32 * FLOAT),
      target: {
        base: own,
        position: plan.dataPlane,
        channel: VECTOR,
        group: c.inputs * VECTOR,
      },
    });
    const block = fn.local("i32", "block");
    const weights = fn.bind(
      i32.add(scratch, times(group, plan.blocks * POSITIONS * c.inputs * VECTOR)),
      "weights",
    );
    fn.range(block, i32.const(0), i32.const(plan.blocks), 1, () => {
      emitProducts(context, plan, products, weights);
      emitResults(context, plan, products, place, image, group, block);
    });
  });
}

/** Four outputs of all tiles of a strip, at each position: sums over inputs. Moves `weights` on. */
function emitProducts(
  { fn, math, own }: ConvolutionContext,
  plan: Plan,
  products: I32,
  weights: Local<"i32">,
): void {
  const { c, strips, dataPlane, productPlane } = plan;
  const [position, pair, i] = [fn.local("i32", "position"), fn.local("i32", "pair"), fn.local("i32", "i")];
  const [data, plane, to] = [fn.local("i32", "data"), fn.local("i32", "plane"), fn.local("i32", "to")];
  fn.set(plane, own);
  fn.set(to, products);
  fn.range(position, i32.const(0), i32.const(POSITIONS), 1, () => {
    fn.set(data, plane);
    fn.range(pair, i32.const(0), i32.const((strips.rows * strips.groups) / 2), 1, () => {
      const sums = Array.from({ length: BLOCK }, () => [fn.local("v128", "sum"), fn.local("v128", "sum")]);
      for (const sum of sums.flat()) fn.set(sum, f32x4.const(0, 0, 0, 0));
      const weight = fn.local("i32", "weight");
      fn.set(weight, weights);
      // One input a turn: two or four would spill accumulators (a fifth slower).
      fn.range(i, i32.const(0), i32.const(c.inputs), 1, () => {
        const x = [0, 1].map((k) => fn.bind(v128.load(data, k * c.inputs * VECTOR), "x"));
        sums.forEach((sum, k) => {
          const w = fn.bind(v128.load32_splat(weight, FLOAT * k), "w");
          for (const half of [0, 1]) fn.set(sum[half], madd(math, x[half], w, sum[half]));
        });
        fn.set(data, plus(data, VECTOR));
        fn.set(weight, plus(weight, VECTOR));
      });
      // The second group's data have been walked along.
      fn.set(data, plus(data, c.inputs * VECTOR));
      sums.forEach((sum, k) => {
        for (const half of [0, 1]) {
          fn.do(v128.store(to, sum[half], k * POSITIONS * productPlane + half * VECTOR));
        }
      });
      fn.set(to, plus(to, 2 * VECTOR));
    });
    fn.set(to, plus(to, productPlane - strips.rows * strips.groups * VECTOR));
    fn.set(plane, plus(plane, dataPlane));
    fn.set(weights, plus(weights, c.inputs * VECTOR));
  });
}

/** Products back to pixels, finished and stored. */
function emitResults(
  { fn, output, finish }: ConvolutionContext,
  { c, strips, productPlane }: Plan,
  products: I32,
  place: StripPlace,
  image: I32,
  group: I32,
  block: I32,
): void {
  const [height, width] = c.outSpace;
  const [k, row] = [fn.local("i32", "k"), fn.local("i32", "r")];
  const first = fn.bind(times(block, BLOCK), "first");
  const past = fn.bind(least(fn, i32.sub(i32.const(c.outputs), first), i32.const(BLOCK)), "past");
  fn.range(k, i32.const(0), past, 1, () => {
    const channel = fn.bind(i32.add(times(group, c.outputs), i32.add(first, k)), "channel");
    const plane = fn.bind(
      times(i32.add(times(image, c.outputs), i32.add(first, k)), height * width * FLOAT),
      "plane",
    );
    const sums = fn.bind(i32.add(products, times(k, POSITIONS * productPlane)), "sums");
    fn.range(row, i32.const(0), i32.const(strips.rows), 1, () => {
      const y = fn.bind(i32.shl(i32.add(place.tileRow, row), i32.const(1)), "y");
      fn.if(i32.lt_u(y, i32.const(height)), () => {
        const left = fn.bind(
          i32.add(plane, times(i32.add(times(y, width), times(place.column, 8 * strips.groups)), FLOAT)),
          "left",
        );
        const below = fn.bind(i32.lt_u(plus(y, 1), i32.const(height)), "below");
        eachGroup(
          fn,
          strips,
          place,
          (number) => 8 * number + 8 > width,
          (index, number) => {
            if (number !== null && number >= strips.rowGroups) return;
            const tile = i32.add(times(row, strips.groups), index);
            const from = fn.bind(i32.add(sums, times(tile, VECTOR)), "from");
            const columns = [0, 1, 2, 3].map((j) => {
              const m = [0, 1, 2, 3].map((i) => fn.bind(v128.load(from, (4 * i + j) * productPlane)));
              return twoResults(m as unknown as Four).map((x) => fn.bind(x));
            });
            const offset = fn.bind(i32.add(left, times(index, 2 * VECTOR)), "offset");
            const lanes = number === null ? 8 : Math.min(8, width - 8 * number);
            const put = (i: number, constant: number) => {
              const [even, odd] = twoResults(columns.map((column) => column[i]) as unknown as Four).map((x) =>
                fn.bind(x),
              );
              const halves = [shuffle32(even, odd, [0, 4, 1, 5]), shuffle32(even, odd, [2, 6, 3, 7])];
              halves.forEach((value, half) => {
                const count = Math.min(4, lanes - 4 * half);
                if (count <= 0) return;
                const spot = { offset, constant: constant + half * VECTOR, channel };
                const done = finish(fn.bind(value), spot);
                const address = i32.add(output, offset);
                if (count === 4) fn.do(v128.store(address, done, spot.constant));
                else {
                  const bound = fn.bind(done);
                  for (let lane = 0; lane < count; lane++) {
                    fn.do(v128.store32_lane(address, bound, lane, spot.constant + FLOAT * lane));
                  }
                }
              });
            };
            put(0, 0);
            if (height % 2 === 0) put(1, width * FLOAT);
            else fn.if(below, () => put(1, width * FLOAT));
          },
        );
      });
    });
  });
}
