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

/** A phase along one axis: its rest, and the taps that it meets. */
interface Phase {
  readonly rest: number;
  readonly taps: readonly number[];
}

interface Plan {
  /** Of the convolution whose adjoint this is. */
  readonly g: Geometry;
  readonly source: Source;
  /** Zeros in front of each axis of the copied inputs. */
  readonly front: readonly number[];
  readonly phases: readonly (readonly Phase[])[];
  readonly block: number;
  readonly blocks: number;
  readonly vectors: number;
  readonly record: number;
  /** Bytes of the records of one phase, with their number in front. */
  readonly list: number;
}

const HEADER = FLOAT;

function phasesOf(taps: number, stride: number, dilation: number): Phase[] {
  return Array.from({ length: stride }, (_, rest) => ({
    rest,
    taps: Array.from({ length: taps }, (_, tap) => tap).filter((tap) => (tap * dilation) % stride === rest),
  }));
}

/** Every choice of one item of each list, the last list's items next to one another. */
function choices<T>(lists: readonly (readonly T[])[]): T[][] {
  return lists.reduce<T[][]>((all, list) => all.flatMap((one) => list.map((item) => [...one, item])), [[]]);
}

function planOf(g: Geometry): Plan {
  const front = g.taps.map((taps, i) => Math.floor(((taps - 1) * g.dilation[i]) / g.stride[i]));
  const space = g.inSpace.map(
    (length, i) => front[i] + Math.floor((length - 1 + g.padding[i]) / g.stride[i]) + 1,
  );
  const plane = product(space);
  const phases = g.taps.map((taps, i) => phasesOf(taps, g.stride[i], g.dilation[i]));
  const block = g.inputs >= 3 ? 4 : g.inputs;
  const record = FLOAT * (1 + block);
  const most = product(phases.map((axis) => Math.max(...axis.map(({ taps }) => taps.length))));
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
    phases,
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
  const lists = product(phases.map((axis) => axis.length));
  const listBytes = 16 * Math.ceil((g.groups * blocks * lists * list) / 16);
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
        doc: `${lists} phases, ${plan.block} outputs x ${4 * plan.vectors} results at once`,
        units: g.images * g.groups * lines,
        cost: (g.images * g.groups * product(g.inSpace) * g.inputs * terms) / lists,
        reads: false,
        writes: true,
        emit: (context) => emitLines(context, plan, listBytes),
      },
    ],
  };
}

/** [group, block, phase]: how many records, then for each input and tap where it reads and its weights. */
function emitLists({ fn, begin, end, inputs, scratch }: ConvolutionContext, plan: Plan): void {
  const { g, source, front, phases, block, blocks, record, list } = plan;
  const taps = product(g.taps);
  const [unit, input] = [fn.local("i32", "unit"), fn.local("i32", "input")];
  const all = choices(phases);
  fn.range(unit, begin, end, 1, () => {
    const group = fn.bind(i32.div_u(unit, i32.const(blocks)), "group");
    const first = fn.bind(times(i32.rem_u(unit, i32.const(blocks)), block), "first");
    const base = fn.bind(i32.add(inputs[1], times(group, g.outputs * g.inputs * taps * FLOAT)), "base");
    // Channels beyond the last are copies of it, and never stored.
    const from = Array.from({ length: block }, (_, k) =>
      fn.bind(i32.add(base, times(least(fn, plus(first, k), i32.const(g.inputs - 1)), taps * FLOAT)), "from"),
    );
    const to = fn.bind(i32.add(scratch, times(unit, all.length * list)), "to");
    all.forEach((phase, number) => {
      const met = choices(phase.map((axis) => axis.taps));
      fn.do(i32.store(to, i32.const(met.length * g.outputs), number * list));
      met.forEach((tap, t) => {
        const flat = tap.reduce((sum, k, i) => sum * g.taps[i] + k, 0);
        const read = tap.reduce((sum, k, i) => {
          const back = (k * g.dilation[i] - phase[i].rest) / g.stride[i];
          return sum + (front[i] - back) * source.pitches[i];
        }, 0);
        const [entry, weight] = [fn.local("i32", "entry"), fn.local("i32", "weight")];
        fn.set(entry, plus(to, number * list + HEADER + t * g.outputs * record));
        fn.set(weight, i32.const(flat * FLOAT));
        fn.range(input, i32.const(0), i32.const(g.outputs), 1, () => {
          fn.do(i32.store(entry, plus(times(input, source.plane * FLOAT), read * FLOAT)));
          from.forEach((address, k) => {
            fn.do(f32.store(entry, f32.load(i32.add(address, weight)), FLOAT * (1 + k)));
          });
          fn.set(entry, plus(entry, record));
          fn.set(weight, plus(weight, g.inputs * taps * FLOAT));
        });
      });
    });
  });
}

function emitLines(context: ConvolutionContext, plan: Plan, images: number): void {
  const { fn, begin, end, scratch } = context;
  const { g, source, phases, block, blocks, vectors, list } = plan;
  const last = g.inSpace.length - 1;
  const width = g.inSpace[last];
  const leading = g.inSpace.slice(0, -1);
  const lines = product(leading);
  const local = (name: string) => fn.local("i32", name);
  const [unit, number, q] = [local("unit"), local("block"), local("q")];
  const lists = product(phases.map((axis) => axis.length));
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
    // The phase of the line; those of the last axis follow one another.
    const phase = shifted.reduce<I32>(
      (sum, x, i) => i32.add(times(sum, g.stride[i]), i32.rem_u(x, i32.const(g.stride[i]))),
      i32.const(0),
    );
    const ofLine = fn.bind(times(phase, phases[last].length * list), "phase");
    const listsOf = fn.bind(i32.add(scratch, times(group, blocks * lists * list)), "lists");
    fn.range(number, i32.const(0), i32.const(blocks), 1, () => {
      const first = fn.bind(times(number, block), "first");
      const at = i32.add(times(i32.add(times(plane, g.inputs), first), lines), line);
      const out = fn.bind(times(at, width * FLOAT), "out");
      phases[last].forEach(({ rest }, k) => {
        const records = fn.bind(i32.add(i32.add(listsOf, ofLine), i32.const(k * list)), "records");
        const [stride, padding] = [g.stride[last], g.padding[last]];
        const from = Math.max(0, Math.ceil((padding - rest) / stride));
        const to = Math.floor((width - 1 + padding - rest) / stride) + 1;
        const tile = 4 * vectors;
        const whole = from + tile * Math.floor(Math.max(0, to - from) / tile);
        const place = { q, base, records, out, first, shift: rest - padding, lines, width };
        fn.range(q, i32.const(from), i32.const(whole), tile, () =>
          emitTile(context, plan, { ...place, count: tile }),
        );
        if (whole < to) {
          fn.set(q, i32.const(whole));
          emitTile(context, plan, { ...place, count: to - whole });
        }
      });
      fn.set(listsOf, plus(listsOf, lists * list));
    });
  });
}

interface Tile {
  /** The first result stands at `stride * q + shift` of its line. */
  readonly q: Local<"i32">;
  readonly shift: number;
  readonly base: Local<"i32">;
  readonly records: Local<"i32">;
  readonly out: Local<"i32">;
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
  const start = fn.bind(plus(t.records, HEADER), "start");
  const past = fn.bind(i32.add(start, times(i32.load(t.records), record)), "past");
  fn.range(entry, start, past, record, () => {
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
  const offset = i32.add(t.out, plus(times(t.q, stride * FLOAT), t.shift * FLOAT));
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
