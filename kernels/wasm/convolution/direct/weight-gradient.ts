/**
 * The gradient of weights tap by tap, for any number of axes, taps, stride and dilation: each unit owns a block of outputs
 * times some pairs of input and tap, and sums their products over all images and results.
 */
import { FLOAT, least, plus, times, VECTOR } from "../../addresses.ts";
import {
  type FunctionBuilder,
  f32x4,
  i32,
  i32x4,
  type Local,
  shuffle32,
  type V128,
  v128,
} from "../../assembler/index.ts";
import { madd } from "../../math/index.ts";
import { type Geometry, product } from "../geometry.ts";
import type { ConvolutionContext, ConvolutionLowering } from "../kernel.ts";
import { lineOffset, paddingPass, type Source, sourceOf, strided, tapOffset } from "./source.ts";

/** Products that are added up before they go onto the total: sums of sums round less. */
const RUN = 1024;

interface Plan {
  readonly g: Geometry;
  readonly source: Source;
  /** Outputs of a unit. */
  readonly block: number;
  readonly blocks: number;
  /** Pairs of input and tap of a unit. */
  readonly pairs: number;
  readonly units: number;
}

function planOf(g: Geometry): Plan {
  const block = g.outputs >= 3 ? 4 : g.outputs;
  const all = g.inputs * product(g.taps);
  const pairs = Math.min(all, block === 4 ? 2 : 4);
  const blocks = Math.ceil(g.outputs / block);
  return { g, source: sourceOf(g), block, blocks, pairs, units: Math.ceil(all / pairs) };
}

export function directWeightGradient(g: Geometry): ConvolutionLowering {
  const plan = planOf(g);
  const { source, blocks, units } = plan;
  return {
    scratchBytes: source.bytes,
    ownBytes: 0,
    finishes: false,
    passes: [
      ...(source.padded ? [paddingPass(g, source, 0)] : []),
      {
        doc: `${plan.block} outputs x ${plan.pairs} taps at once`,
        units: g.groups * blocks * units,
        cost: g.images * g.groups * product(g.outSpace) * blocks * plan.block * units * plan.pairs,
        reads: true,
        writes: true,
        emit: (context) => emitUnits(context, plan),
      },
    ],
  };
}

function emitUnits(context: ConvolutionContext, plan: Plan): void {
  const { fn, begin, end, inputs, scratch, output } = context;
  const { g, source, block, blocks, pairs, units } = plan;
  const taps = product(g.taps);
  const all = g.inputs * taps;
  const width = g.outSpace[g.outSpace.length - 1];
  const lines = product(g.outSpace.slice(0, -1));
  const local = (name: string) => fn.local("i32", name);
  const [unit, image, line, run] = [local("unit"), local("image"), local("line"), local("run")];
  const read = source.padded ? scratch : inputs[0];
  const runLines = Math.max(1, Math.min(lines, Math.floor(RUN / width)));
  fn.range(unit, begin, end, 1, () => {
    const group = fn.bind(i32.div_u(unit, i32.const(blocks * units)), "group");
    const inGroup = fn.bind(i32.rem_u(unit, i32.const(blocks * units)), "inGroup");
    const first = fn.bind(times(i32.div_u(inGroup, i32.const(units)), block), "first");
    const pair = fn.bind(times(i32.rem_u(inGroup, i32.const(units)), pairs), "pair");
    // What is beyond the last is a copy of it, and never stored.
    const outputs = Array.from({ length: block }, (_, k) =>
      fn.bind(times(least(fn, plus(first, k), i32.const(g.outputs - 1)), lines * width * FLOAT), "output"),
    );
    const shifts = Array.from({ length: pairs }, (_, k) => {
      const own = fn.bind(least(fn, plus(pair, k), i32.const(all - 1)), "own");
      const input = fn.bind(i32.div_u(own, i32.const(taps)), "input");
      const tap = fn.bind(i32.rem_u(own, i32.const(taps)), "tap");
      return fn.bind(i32.add(times(input, source.plane * FLOAT), tapOffset(fn, tap, g, source)), "shift");
    });
    const zeros = () =>
      Array.from({ length: pairs }, () =>
        Array.from({ length: block }, () => {
          const sum = fn.local("v128", "sum");
          fn.set(sum, f32x4.const(0, 0, 0, 0));
          return sum;
        }),
      );
    const totals = zeros();
    fn.range(image, i32.const(0), i32.const(g.images), 1, () => {
      const plane = fn.bind(i32.add(times(image, g.groups), group), "plane");
      const x = fn.bind(i32.add(read, times(plane, g.inputs * source.plane * FLOAT)), "x");
      const y = fn.bind(i32.add(inputs[1], times(plane, g.outputs * lines * width * FLOAT)), "y");
      fn.range(run, i32.const(0), i32.const(lines), runLines, () => {
        const sums = zeros();
        const past = least(fn, plus(run, runLines), i32.const(lines));
        fn.range(line, run, fn.bind(past), 1, () => {
          const from = fn.bind(i32.add(x, lineOffset(fn, line, g, source)), "from");
          const cotangent = fn.bind(i32.add(y, times(line, width * FLOAT)), "cotangent");
          emitLine(context, plan, sums, {
            cotangents: outputs.map((offset) => fn.bind(i32.add(cotangent, offset), "cotangents")),
            data: shifts.map((shift) => fn.bind(i32.add(from, shift), "data")),
          });
        });
        totals.forEach((total, k) => {
          total.forEach((sum, o) => {
            fn.set(sum, f32x4.add(sum, sums[k][o]));
          });
        });
      });
    });
    totals.forEach((total, k) => {
      total.forEach((sum, o) => {
        const store = () => {
          const channel = i32.add(times(group, g.outputs), plus(first, o));
          const place = i32.add(times(channel, all), plus(pair, k));
          fn.do(v128.store32_lane(i32.add(output, times(place, FLOAT)), lanesAdded(fn, sum), 0));
        };
        const there = [
          ...(all % pairs === 0 ? [] : [i32.lt_u(plus(pair, k), i32.const(all))]),
          ...(g.outputs % block === 0 ? [] : [i32.lt_u(plus(first, o), i32.const(g.outputs))]),
        ];
        if (there.length === 0) store();
        else fn.if(there.reduce(i32.and), store);
      });
    });
  });
}

/** The sum of four lanes, in the first. */
function lanesAdded(fn: FunctionBuilder, x: V128): V128 {
  const half = fn.bind(f32x4.add(x, shuffle32(x, x, [2, 3, 0, 1])));
  return f32x4.add(half, shuffle32(half, half, [1, 0, 3, 2]));
}

interface Line {
  readonly cotangents: readonly Local<"i32">[];
  readonly data: readonly Local<"i32">[];
}

/** Products along one line of results. Moves the addresses on. */
function emitLine(
  { fn, math }: ConvolutionContext,
  { g }: Plan,
  sums: readonly (readonly Local<"v128">[])[],
  { cotangents, data }: Line,
): void {
  const width = g.outSpace[g.outSpace.length - 1];
  const stride = g.stride[g.stride.length - 1];
  const vector = (count: number) => {
    const values = data.map((address) => fn.bind(strided(address, 0, stride, count), "value"));
    const mask = [0, 1, 2, 3].map((lane) => (lane < count ? -1 : 0)) as [number, number, number, number];
    // What a line reads beyond its end may be anything, infinity included.
    const held = count === 4 ? values : values.map((value) => fn.bind(v128.and(value, i32x4.const(...mask))));
    cotangents.forEach((address, o) => {
      const loaded = v128.load(address);
      const cotangent = fn.bind(count === 4 ? loaded : v128.and(loaded, i32x4.const(...mask)), "cotangent");
      sums.forEach((sum, k) => {
        fn.set(sum[o], madd(math, held[k], cotangent, sum[o]));
      });
    });
  };
  const whole = width - (width % 4);
  const x = fn.local("i32", "along");
  fn.range(x, i32.const(0), i32.const(whole), 4, () => {
    vector(4);
    for (const address of cotangents) fn.set(address, plus(address, VECTOR));
    for (const address of data) fn.set(address, plus(address, VECTOR * stride));
  });
  if (whole < width) vector(width - whole);
}
