/** scatterAdd: lines are independent; within one, elements are added in their order, in float64. */

import { at, FLOAT } from "../addresses.ts";
import { f32, f64, type I32, i32, memory } from "../assembler/index.ts";
import { checkedIndex } from "./indices.ts";
import type { OrderContext, OrderKernel } from "./kernel.ts";
import {
  type Cut,
  chunkOf,
  cutInto,
  DOUBLE,
  eachItem,
  groupsOf,
  type Lines,
  linesAlong,
  placeOfGroup,
  TOGETHER,
} from "./lines.ts";

export const scatterAdd: OrderKernel = ([shape], output, { axis }) => {
  const from = linesAlong(shape, axis as number);
  const to = linesAlong(output, axis as number);
  const width = Math.min(TOGETHER, to.stride);
  // Sums of a group of lines; at most twice the result in all.
  const sums = Math.ceil((DOUBLE * to.length * width) / 16) * 16;
  const cut = cutInto(groupsOf(to), sums);
  return {
    scratchBytes: cut.units * sums,
    passes: [
      {
        doc: "lines summed",
        units: cut.units,
        chunk: chunkOf(cut.each * width * (2 * from.length + to.length)),
        emit: (context) => emit(context, from, to, cut, sums),
      },
    ],
  };
};

function emit(context: OrderContext, from: Lines, to: Lines, cut: Cut, sums: number): void {
  const { fn, inputs, output } = context;
  const { stride } = to;
  const row = DOUBLE * Math.min(TOGETHER, stride);
  const column = fn.local("i32", "column");
  const eachColumn = (width: I32, body: (column: I32) => void) => {
    if (stride === 1) body(i32.const(0));
    else fn.range(column, i32.const(0), width, 1, () => body(column));
  };
  eachItem(context, groupsOf(to), cut, sums, (group, own) => {
    fn.do(memory.fill(own, i32.const(0), i32.const(sums)));
    const { outer, left, width } = placeOfGroup(fn, group, to);
    const start = (lines: Lines) => i32.add(i32.mul(outer, i32.const(lines.length * stride)), left);
    const source = fn.bind(start(from), "source");
    const q = fn.local("i32", "q");
    fn.range(q, i32.const(0), i32.const(from.length), 1, () => {
      const first = fn.bind(at(source, q, stride), "first");
      eachColumn(width, (c) => {
        const element = fn.bind(i32.mul(i32.add(first, c), i32.const(FLOAT)), "element");
        const { at: place, valid } = checkedIndex(fn, f32.load(i32.add(inputs[1], element)), to.length);
        fn.if(valid, () => {
          const sum = fn.bind(at(at(own, place, row), c, DOUBLE), "sum");
          const term = f64.promote_f32(f32.load(i32.add(inputs[0], element)));
          fn.do(f64.store(sum, f64.add(f64.load(sum), term)));
        });
      });
    });
    const target = fn.bind(start(to), "target");
    fn.range(q, i32.const(0), i32.const(to.length), 1, () => {
      const first = fn.bind(at(target, q, stride), "first");
      const from = fn.bind(at(own, q, row), "from");
      eachColumn(width, (c) => {
        const sum = f64.load(at(from, c, DOUBLE));
        fn.do(f32.store(at(output, i32.add(first, c), FLOAT), f32.demote_f64(sum)));
      });
    });
  });
}
