/**
 * The adjoint of a strided convolution in its images (transposed convolution), tap by tap. Results whose places leave the
 * same rest when divided by the stride, along every axis, are a phase: they meet the same taps, and neighbours among them
 * read neighbouring inputs. Each phase is a correlation of its own, stored with gaps that the other phases fill.
 */
import { FLOAT, least, plus, times, VECTOR } from "../../addresses.ts";
import { f32, f32x4, type I32, i32, type Local, v128 } from "../../assembler/index.ts";
import { madd } from "../../math/index.ts";
import { type Geometry, product } from "../geometry.ts";
import type { ConvolutionContext, ConvolutionLowering } from "../kernel.ts";
import { coordinates, paddingPass, type Source, sumOf } from "./source.ts";

interface Plan {
  /** Of the convolution whose adjoint this is. */
  readonly g: Geometry;
  readonly source: Source;
  /** Zeros in front of each axis of the copied inputs. */
  readonly front: readonly number[];
  readonly phases: number;
  readonly block: number;
  readonly blocks: number;
  readonly vectors: number;
  readonly record: number;
  /** Bytes of the records of one phase, with their number in front. */
  readonly list: number;
}

const HEADER = FLOAT;

/** Taps that rest 0 meets; no rest meets more. */
const tapsOfRest = (taps: number, stride: number, dilation: number): number =>
  Array.from({ length: taps }, (_, tap) => tap * dilation).filter((reach) => reach % stride === 0).length;

function planOf(g: Geometry): Plan {
  const front = g.taps.map((taps, i) => Math.floor(((taps - 1) * g.dilation[i]) / g.stride[i]));
  const space = g.inSpace.map(
    (length, i) => front[i] + Math.floor((length - 1 + g.padding[i]) / g.stride[i]) + 1,
  );
  const plane = product(space);
  const block = g.inputs >= 3 ? 4 : g.inputs;
  const record = FLOAT * (1 + block);
  const most = product(g.taps.map((taps, i) => tapsOfRest(taps, g.stride[i], g.dilation[i])));
  return {
    g,
    source: {
      padded: true,
      space,
      pitches: space.map((_, i) => product(space.slice(i + 1))),
      plane,
      bytes: FLOAT * g.images * g.groups * g.outputs * plane,
    },
    front,
    phases: product(g.stride),
    block,
    blocks: Math.ceil(g.inputs / block),
    vectors: Math.min(4, 8 / block),
    record,
    list: HEADER + g.outputs * most * record,
  };
}

export function directTransposed(g: Geometry): ConvolutionLowering {
  const plan = planOf(g);
  const { source, blocks, phases, list } = plan;
  const listBytes = 16 * Math.ceil((g.groups * blocks * phases * list) / 16);
  const lines = product(g.inSpace.slice(0, -1));
  const copied = { ...g, inputs: g.outputs, inSpace: g.outSpace, padding: plan.front };
  const terms = g.outputs * product(g.taps);
  return {
    scratchBytes: listBytes + source.bytes,
    ownBytes: 0,
    finishes: false,
    passes: [
      paddingPass(copied, source, listBytes),
      {
        doc: "weights of each phase, with where each reads",
        units: g.groups * blocks,
        cost: g.groups * blocks * terms * 8,
        reads: true,
        writes: false,
        emit: (context) => emitLists(context, plan),
      },
      {
        doc: `${phases} phases, ${plan.block} outputs x ${4 * plan.vectors} results at once`,
        units: g.images * g.groups * lines,
        cost: (g.images * g.groups * product(g.inSpace) * g.inputs * terms) / phases,
        reads: false,
        writes: true,
        emit: (context) => emitLines(context, plan, listBytes),
      },
    ],
  };
}

/** The phase of places along the first axes: their rests as the digits of one number. */
const phaseOf = (places: readonly I32[], stride: readonly number[]): I32 =>
  places.reduce<I32>(
    (sum, x, i) => i32.add(times(sum, stride[i]), i32.rem_u(x, i32.const(stride[i]))),
    i32.const(0),
  );

/** [group, block, phase]: how many records, then for each tap and input where it reads and its weights. */
function emitLists({ fn, begin, end, inputs, scratch }: ConvolutionContext, plan: Plan): void {
  const { g, source, front, phases, block, blocks, record, list } = plan;
  const taps = product(g.taps);
  const local = (name: string) => fn.local("i32", name);
  const [unit, phase, tap, input] = [local("unit"), local("phase"), local("tap"), local("input")];
  fn.range(unit, begin, end, 1, () => {
    const group = fn.bind(i32.div_u(unit, i32.const(blocks)), "group");
    const first = fn.bind(times(i32.rem_u(unit, i32.const(blocks)), block), "first");
    const base = fn.bind(i32.add(inputs[1], times(group, g.outputs * g.inputs * taps * FLOAT)), "base");
    // Channels beyond the last are copies of it, and never stored.
    const from = Array.from({ length: block }, (_, k) =>
      fn.bind(i32.add(base, times(least(fn, plus(first, k), i32.const(g.inputs - 1)), taps * FLOAT)), "from"),
    );
    const to = fn.bind(i32.add(scratch, times(unit, phases * list)), "to");
    fn.range(phase, i32.const(0), i32.const(phases), 1, () => {
      fn.do(i32.store(i32.add(to, times(phase, list)), i32.const(0)));
    });
    fn.range(tap, i32.const(0), i32.const(taps), 1, () => {
      const reach = coordinates(fn, tap, g.taps).map((k, i) => fn.bind(times(k, g.dilation[i]), "reach"));
      const own = fn.bind(i32.add(to, times(phaseOf(reach, g.stride), list)), "list");
      const count = fn.bind(i32.load(own), "count");
      fn.do(i32.store(own, plus(count, g.outputs)));
      const entry = fn.bind(plus(i32.add(own, times(count, record)), HEADER), "entry");
      const back = reach.map((x, i) => i32.div_u(x, i32.const(g.stride[i])));
      const steps = back.map((x, i) => times(i32.sub(i32.const(front[i]), x), source.pitches[i] * FLOAT));
      const read = fn.bind(sumOf(steps), "read");
      const weight = fn.bind(times(tap, FLOAT), "weight");
      fn.range(input, i32.const(0), i32.const(g.outputs), 1, () => {
        fn.do(i32.store(entry, read));
        from.forEach((address, k) => {
          fn.do(f32.store(entry, f32.load(i32.add(address, weight)), FLOAT * (1 + k)));
        });
        fn.set(entry, plus(entry, record));
        fn.set(read, plus(read, source.plane * FLOAT));
        fn.set(weight, plus(weight, g.inputs * taps * FLOAT));
      });
    });
  });
}

/** Neighbouring rests, `rest .. past - 1`, whose results along a line are those of the steps `from .. to - 1`. */
interface Rests {
  readonly rest: number;
  past: number;
  readonly from: number;
  readonly to: number;
}

/** The rests of a line, step by step: at most three pieces. */
function restsOf(width: number, stride: number, padding: number): Rests[] {
  const pieces: Rests[] = [];
  for (let rest = 0; rest < stride; rest++) {
    const from = Math.max(0, Math.ceil((padding - rest) / stride));
    const to = Math.floor((width - 1 + padding - rest) / stride) + 1;
    const last = pieces[pieces.length - 1];
    if (last?.from === from && last.to === to) last.past = rest + 1;
    else pieces.push({ rest, past: rest + 1, from, to });
  }
  return pieces;
}

function emitLines(context: ConvolutionContext, plan: Plan, images: number): void {
  const { fn, begin, end, scratch } = context;
  const { g, source, phases, block, blocks, vectors, list } = plan;
  const last = g.inSpace.length - 1;
  const width = g.inSpace[last];
  const [stride, padding] = [g.stride[last], g.padding[last]];
  const leading = g.inSpace.slice(0, -1);
  const lines = product(leading);
  const local = (name: string) => fn.local("i32", name);
  const [unit, number, rest, q] = [local("unit"), local("block"), local("rest"), local("q")];
  const tile = 4 * vectors;
  fn.range(unit, begin, end, 1, () => {
    const plane = fn.bind(i32.div_u(unit, i32.const(lines)), "plane");
    const line = fn.bind(i32.rem_u(unit, i32.const(lines)), "line");
    const group = fn.bind(i32.rem_u(plane, i32.const(g.groups)), "group");
    const shifted = coordinates(fn, line, leading).map((x, i) => fn.bind(plus(x, g.padding[i]), "shifted"));
    const rows = sumOf(
      shifted.map((x, i) => times(i32.div_u(x, i32.const(g.stride[i])), source.pitches[i] * FLOAT)),
    );
    const read = i32.add(plus(scratch, images), times(plane, g.outputs * source.plane * FLOAT));
    const base = fn.bind(i32.add(read, rows), "base");
    // The phases of a line follow one another.
    const ofLine = fn.bind(times(phaseOf(shifted, g.stride), stride * list), "phases");
    const listsOf = fn.bind(i32.add(scratch, times(group, blocks * phases * list)), "lists");
    fn.range(number, i32.const(0), i32.const(blocks), 1, () => {
      const first = fn.bind(times(number, block), "first");
      const at = i32.add(times(i32.add(times(plane, g.inputs), first), lines), line);
      const out = fn.bind(plus(times(at, width * FLOAT), -padding * FLOAT), "out");
      for (const piece of restsOf(width, stride, padding)) {
        const { from, to } = piece;
        if (to <= from) continue;
        const whole = from + tile * Math.floor((to - from) / tile);
        fn.range(rest, i32.const(piece.rest), i32.const(piece.past), 1, () => {
          const records = fn.bind(i32.add(i32.add(listsOf, ofLine), times(rest, list)), "records");
          const start = fn.bind(i32.add(out, times(rest, FLOAT)), "start");
          const place = { q, base, records, start, first, lines, width };
          fn.range(q, i32.const(from), i32.const(whole), tile, () =>
            emitTile(context, plan, { ...place, count: tile }),
          );
          if (whole === to) return;
          fn.set(q, i32.const(whole));
          emitTile(context, plan, { ...place, count: to - whole });
        });
      }
      fn.set(listsOf, plus(listsOf, phases * list));
    });
  });
}

interface Tile {
  /** Step of the first result. */
  readonly q: Local<"i32">;
  readonly base: Local<"i32">;
  readonly records: Local<"i32">;
  /** Bytes from the start of the output to where step 0 is stored, or would be. */
  readonly start: Local<"i32">;
  readonly first: Local<"i32">;
  readonly lines: number;
  readonly width: number;
  /** Results that there are. */
  readonly count: number;
}

function emitTile({ fn, math, output }: ConvolutionContext, plan: Plan, t: Tile): void {
  const { g, block, record } = plan;
  const stride = g.stride[g.stride.length - 1];
  const vectors = Math.ceil(t.count / 4);
  const sums = Array.from({ length: block }, () =>
    Array.from({ length: vectors }, () => fn.local("v128", "sum")),
  );
  for (const sum of sums.flat()) fn.set(sum, f32x4.const(0, 0, 0, 0));
  const from = fn.bind(i32.add(t.base, times(t.q, FLOAT)), "from");
  const entry = fn.local("i32", "entry");
  const records = fn.bind(plus(t.records, HEADER), "records");
  const past = fn.bind(i32.add(records, times(i32.load(t.records), record)), "past");
  fn.range(entry, records, past, record, () => {
    const address = fn.bind(i32.add(from, i32.load(entry)), "address");
    const values = Array.from({ length: vectors }, (_, v) =>
      fn.bind(v128.load(address, v * VECTOR), "value"),
    );
    sums.forEach((row, k) => {
      const weight = fn.bind(v128.load32_splat(entry, FLOAT * (1 + k)), "weight");
      row.forEach((sum, v) => {
        fn.set(sum, madd(math, values[v], weight, sum));
      });
    });
  });
  const offset = i32.add(t.start, times(t.q, stride * FLOAT));
  const address = fn.bind(i32.add(output, offset), "to");
  sums.forEach((row, k) => {
    const store = () => {
      row.forEach((sum, v) => {
        for (let lane = 0; lane < Math.min(4, t.count - 4 * v); lane++) {
          const constant = k * t.lines * t.width + (4 * v + lane) * stride;
          fn.do(v128.store32_lane(address, sum, lane, constant * FLOAT));
        }
      });
    };
    if (g.inputs % block === 0) store();
    else fn.if(i32.lt_u(plus(t.first, k), i32.const(g.inputs)), store);
  });
}
