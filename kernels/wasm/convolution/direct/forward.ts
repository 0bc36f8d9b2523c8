/**
 * Correlation tap by tap, for any number of axes, taps, stride and dilation: a block of outputs times some vectors of
 * neighbouring results are summed in registers. Inputs and taps are one loop, whose records hold where to read and the
 * weights to multiply with.
 */
import { FLOAT, least, plus, times, VECTOR } from "../../addresses.ts";
import { f32, f32x4, i32, type Local, v128 } from "../../assembler/index.ts";
import { madd } from "../../math/index.ts";
import { type Correlation, product } from "../geometry.ts";
import type { ConvolutionContext, ConvolutionLowering } from "../kernel.ts";
import { lineOffset, paddingPass, type Source, sourceOf, strided, tapOffset } from "./source.ts";

/** Accumulators that fit into registers beside operands. */
const ACCUMULATORS = 8;

interface Plan {
  readonly c: Correlation;
  readonly source: Source;
  /** Outputs that are summed together. */
  readonly block: number;
  readonly blocks: number;
  /** Vectors of results that are summed together. */
  readonly vectors: number;
  /** Bytes of a record: an offset, and a weight for each output of a block. */
  readonly record: number;
  readonly records: number;
}

function planOf(c: Correlation): Plan {
  const block = c.outputs >= 3 ? 4 : c.outputs;
  return {
    c,
    source: sourceOf(c),
    block,
    blocks: Math.ceil(c.outputs / block),
    vectors: Math.min(4, ACCUMULATORS / block),
    record: FLOAT * (1 + block),
    records: c.inputs * product(c.taps),
  };
}

export function directForward(c: Correlation): ConvolutionLowering {
  const plan = planOf(c);
  const { source, blocks, record, records } = plan;
  const lines = product(c.outSpace.slice(0, -1));
  const weightBytes = 16 * Math.ceil((c.groups * blocks * records * record) / 16);
  return {
    scratchBytes: weightBytes + source.bytes,
    ownBytes: 0,
    finishes: true,
    passes: [
      ...(source.padded ? [paddingPass(c, source, weightBytes)] : []),
      {
        doc: "weights, with where each reads",
        units: c.groups * blocks,
        cost: c.groups * blocks * records * 8,
        reads: true,
        writes: false,
        emit: (context) => emitRecords(context, plan),
      },
      {
        doc: `${plan.block} outputs x ${4 * plan.vectors} results at once`,
        units: c.images * c.groups * lines,
        cost: c.images * c.groups * product(c.outSpace) * c.outputs * records,
        reads: !source.padded,
        writes: true,
        emit: (context) => emitLines(context, plan, weightBytes),
      },
    ],
  };
}

function emitRecords({ fn, begin, end, inputs, scratch }: ConvolutionContext, plan: Plan): void {
  const { c, source, block, blocks, record, records } = plan;
  const taps = product(c.taps);
  const { weights } = c;
  const [unit, input, tap] = [fn.local("i32", "unit"), fn.local("i32", "input"), fn.local("i32", "tap")];
  fn.range(unit, begin, end, 1, () => {
    const group = fn.bind(i32.div_u(unit, i32.const(blocks)), "group");
    const first = fn.bind(times(i32.rem_u(unit, i32.const(blocks)), block), "first");
    const base = fn.bind(i32.add(inputs[1], times(group, weights.group * FLOAT)), "base");
    // Outputs beyond the last are copies of it, and never stored.
    const from = Array.from({ length: block }, (_, k) => {
      const output = least(fn, plus(first, k), i32.const(c.outputs - 1));
      return fn.bind(i32.add(base, times(output, weights.output * FLOAT)), "from");
    });
    const to = fn.bind(i32.add(scratch, times(unit, records * record)), "to");
    fn.range(tap, i32.const(0), i32.const(taps), 1, () => {
      const offset = fn.bind(tapOffset(fn, tap, c, source), "offset");
      const place = weights.flipped ? i32.sub(i32.const(taps - 1), tap) : tap;
      const shift = fn.bind(times(place, FLOAT), "shift");
      fn.range(input, i32.const(0), i32.const(c.inputs), 1, () => {
        const spot = fn.bind(i32.add(to, times(i32.add(times(input, taps), tap), record)), "spot");
        fn.do(i32.store(spot, i32.add(offset, times(input, source.plane * FLOAT))));
        const weight = fn.bind(i32.add(shift, times(input, weights.input * FLOAT)), "weight");
        from.forEach((address, k) => {
          fn.do(f32.store(spot, f32.load(i32.add(address, weight)), FLOAT * (1 + k)));
        });
      });
    });
  });
}

function emitLines(context: ConvolutionContext, plan: Plan, images: number): void {
  const { fn, begin, end, inputs, scratch } = context;
  const { c, source, blocks, block, vectors, record, records } = plan;
  const width = c.outSpace[c.outSpace.length - 1];
  const stride = c.stride[c.stride.length - 1];
  const lines = product(c.outSpace.slice(0, -1));
  const local = (name: string) => fn.local("i32", name);
  const [unit, number, x] = [local("unit"), local("block"), local("x")];
  const read = source.padded ? plus(scratch, images) : inputs[0];
  const tile = 4 * vectors;
  const whole = width - (width % tile);
  fn.range(unit, begin, end, 1, () => {
    const plane = fn.bind(i32.div_u(unit, i32.const(lines)), "plane");
    const line = fn.bind(i32.rem_u(unit, i32.const(lines)), "line");
    const group = fn.bind(i32.rem_u(plane, i32.const(c.groups)), "group");
    const base = fn.bind(
      i32.add(i32.add(read, times(plane, c.inputs * source.plane * FLOAT)), lineOffset(fn, line, c, source)),
      "base",
    );
    const recordsOf = fn.bind(i32.add(scratch, times(group, blocks * records * record)), "records");
    fn.range(number, i32.const(0), i32.const(blocks), 1, () => {
      const first = fn.bind(times(number, block), "first");
      const channel = fn.bind(i32.add(times(group, c.outputs), first), "channel");
      const at = i32.add(times(i32.add(times(plane, c.outputs), first), lines), line);
      const out = fn.bind(times(at, width * FLOAT), "out");
      const tileAt = (count: number) =>
        emitTile(context, plan, {
          x,
          base,
          records: recordsOf,
          out,
          first,
          channel,
          count,
          stride,
          lines,
          width,
        });
      fn.range(x, i32.const(0), i32.const(whole), tile, () => tileAt(tile));
      if (whole < width) {
        fn.set(x, i32.const(whole));
        tileAt(width - whole);
      }
      fn.set(recordsOf, plus(recordsOf, records * record));
    });
  });
}

interface Tile {
  readonly x: Local<"i32">;
  readonly base: Local<"i32">;
  readonly records: Local<"i32">;
  readonly out: Local<"i32">;
  readonly first: Local<"i32">;
  readonly channel: Local<"i32">;
  /** Results that there are. */
  readonly count: number;
  readonly stride: number;
  readonly lines: number;
  readonly width: number;
}

function emitTile({ fn, math, output, finish }: ConvolutionContext, plan: Plan, t: Tile): void {
  const { c, block, record, records } = plan;
  const vectors = Math.ceil(t.count / 4);
  const sums = Array.from({ length: block }, () =>
    Array.from({ length: vectors }, () => fn.local("v128", "sum")),
  );
  for (const sum of sums.flat()) fn.set(sum, f32x4.const(0, 0, 0, 0));
  const from = fn.bind(i32.add(t.base, times(t.x, t.stride * FLOAT)), "from");
  const entry = fn.local("i32", "entry");
  const past = fn.bind(plus(t.records, records * record), "past");
  fn.range(entry, t.records, past, record, () => {
    const address = fn.bind(i32.add(from, i32.load(entry)), "address");
    const values = Array.from({ length: vectors }, (_, v) =>
      fn.bind(strided(address, v * VECTOR * t.stride, t.stride, Math.min(4, t.count - 4 * v)), "value"),
    );
    sums.forEach((row, k) => {
      const weight = fn.bind(v128.load32_splat(entry, FLOAT * (1 + k)), "weight");
      row.forEach((sum, v) => {
        fn.set(sum, madd(math, values[v], weight, sum));
      });
    });
  });
  const offset = fn.bind(i32.add(t.out, times(t.x, FLOAT)), "offset");
  const address = fn.bind(i32.add(output, offset), "to");
  const channel = fn.local("i32", "channel");
  sums.forEach((row, k) => {
    const store = () => {
      fn.set(channel, plus(t.channel, k));
      row.forEach((sum, v) => {
        const constant = k * t.lines * t.width * FLOAT + v * VECTOR;
        const done = finish(sum, { offset, constant, channel });
        const count = Math.min(4, t.count - 4 * v);
        if (count === 4) {
          fn.do(v128.store(address, done, constant));
          return;
        }
        const bound = fn.bind(done);
        for (let lane = 0; lane < count; lane++) {
          fn.do(v128.store32_lane(address, bound, lane, constant + FLOAT * lane));
        }
      });
    };
    if (c.outputs % block === 0) store();
    else fn.if(i32.lt_u(plus(t.first, k), i32.const(c.outputs)), store);
  });
}
