/**
 * distance: squared distances along the last axis by two scans, then lower envelopes along each other axis; the
 * last pass takes the root. All in float64, as the op's definition does.
 */
import { type F32, type F64, f32, f64, type I32, i32, select } from "../assembler/index.ts";
import { type EnvelopeJob, emitEnvelopes, envelopeBytes } from "./envelope.ts";
import type { OrderContext, OrderKernel, OrderPass } from "./kernel.ts";
import { at, chunkOf, cutInto, DOUBLE, FLOAT, groupsOf, linesAlong, product, TOGETHER } from "./lines.ts";

export const distance: OrderKernel = ([shape], _output, attributes) => {
  const spacing = attributes.spacing as readonly number[];
  const ifNone = attributes.ifNone as number;
  const last = shape.length - 1;
  // Along an axis of one element there is nothing to compare.
  const axes = spacing
    .map((step, i) => ({ axis: shape.length - spacing.length + i, step }))
    .filter(({ axis }) => axis < last && shape[axis] > 1)
    .reverse();
  const size = product(shape);
  const length = spacing.length === 0 ? 1 : shape[last];
  const squaredBytes = axes.length === 0 ? 0 : Math.ceil((DOUBLE * size) / 16) * 16;
  const finish = axes.length === 0 ? { ifNone } : null;
  const scan: OrderPass = {
    doc: "squared distances along the last axis",
    units: size / length,
    chunk: chunkOf(3 * length),
    emit: (context) => emitScan(context, length, spacing.at(-1) ?? 1, finish),
  };
  let scratchBytes = squaredBytes;
  const passes = axes.map(({ axis, step }, i): OrderPass => {
    const lines = linesAlong(shape, axis);
    const own = envelopeBytes(lines);
    const cut = cutInto(groupsOf(lines), own);
    const job: EnvelopeJob = {
      lines,
      step,
      cut,
      own,
      squaredBytes,
      finish: i === axes.length - 1 ? { ifNone } : null,
    };
    // Passes run one after the other: they may use the same memory.
    scratchBytes = Math.max(scratchBytes, squaredBytes + cut.units * own);
    return {
      doc: `lower envelopes along axis ${axis}`,
      units: cut.units,
      chunk: chunkOf(10 * cut.each * lines.length * Math.min(TOGETHER, lines.stride)),
      emit: (context) => emitEnvelopes(context, job),
    };
  });
  return { scratchBytes, passes: [scan, ...passes] };
};

/** More steps than a line has, so that a sum of two such still fits. */
const NEVER = 2 ** 29;

/** The distance, or what stands for one where there is none. */
export function rootOf(squared: F64, ifNone: number): F32 {
  const root = f32.demote_f64(f64.sqrt(squared));
  return ifNone === Infinity ? root : select(f32.const(ifNone), root, f64.eq(squared, f64.const(Infinity)));
}

/** Steps to the nearest zero, counted in integers: exact, and without a chain of float additions. */
function emitScan(
  { fn, begin, end, inputs, output, scratch }: OrderContext,
  length: number,
  step: number,
  finish: { readonly ifNone: number } | null,
): void {
  const [line, i] = [fn.local("i32", "line"), fn.local("i32", "i")];
  const [steps, near] = [fn.local("i32", "steps"), fn.local("i32", "near")];
  fn.range(line, begin, end, 1, () => {
    const first = fn.bind(i32.mul(line, i32.const(length)), "first");
    const mask = fn.bind(at(inputs[0], first, FLOAT), "mask");
    // The result's place holds the steps to the left until the second scan.
    const to = fn.bind(at(output, first, FLOAT), "to");
    const squares = fn.bind(at(scratch, first, DOUBLE), "squares");
    fn.set(steps, i32.const(NEVER));
    const stop = i32.const(FLOAT * length);
    fn.range(i, i32.const(0), stop, FLOAT, () => {
      const isZero = f32.eq(f32.load(i32.add(mask, i)), f32.const(0));
      fn.set(steps, select<"i32">(i32.const(0), i32.add(steps, i32.const(1)), isZero));
      fn.do(i32.store(i32.add(to, i), steps));
    });
    fn.set(steps, i32.const(NEVER));
    fn.set(i, stop);
    fn.while(
      () => i,
      () => {
        fn.set(i, i32.sub(i, i32.const(FLOAT)));
        const left = fn.bind(i32.load(i32.add(to, i)), "left");
        fn.set(steps, select<"i32">(i32.add(steps, i32.const(1)), i32.const(0), left));
        fn.set(near, select<"i32">(steps, left, i32.lt_u(steps, left)));
        const away = fn.bind(f64.mul(f64.convert_i32_s(near), f64.const(step)), "away");
        const squared = select<"f64">(f64.const(Infinity), f64.mul(away, away), isNever(near));
        if (finish === null) fn.do(f64.store(at(squares, i, DOUBLE / FLOAT), squared));
        else fn.do(f32.store(i32.add(to, i), rootOf(fn.bind(squared, "squared"), finish.ifNone)));
      },
    );
  });
}

const isNever = (steps: I32): I32 => i32.ge_u(steps, i32.const(NEVER));
