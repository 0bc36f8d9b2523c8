/**
 * distance: steps to the nearest zero along the last axis, then lower envelopes along each other axis, in float64 as
 * the op's definition has them. Results serve as memory in between: with two axes nothing else is needed.
 */
import { type EnvelopeJob, emitEnvelopes, envelopeBytes } from "./envelope.ts";
import type { OrderKernel, OrderPass } from "./kernel.ts";
import { chunkOf, cutInto, DOUBLE, groupsOf, linesAlong, product, TOGETHER } from "./lines.ts";
import { emitScan } from "./scan.ts";

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
  const lastStep = spacing.at(-1) ?? 1;
  const scan: OrderPass = {
    doc: "steps to the nearest zero along the last axis",
    units: size / length,
    chunk: chunkOf(20 + length),
    emit: (context) => emitScan(context, length, axes.length === 0 ? { step: lastStep, ifNone } : null),
  };
  // Squares that wait for a further axis.
  const squaredBytes = axes.length < 2 ? 0 : Math.ceil((DOUBLE * size) / 16) * 16;
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
      steps: i === 0 ? lastStep : null,
      final: i === axes.length - 1 ? { ifNone } : null,
    };
    // Passes run one after the other: they may use the same memory.
    scratchBytes = Math.max(scratchBytes, squaredBytes + cut.units * own);
    return {
      doc: `lower envelopes along axis ${axis}`,
      units: cut.units,
      chunk: chunkOf(12 * cut.each * lines.length * Math.min(TOGETHER, lines.stride)),
      emit: (context) => emitEnvelopes(context, job),
    };
  });
  return { scratchBytes, passes: [scan, ...passes] };
};
