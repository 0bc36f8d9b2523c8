/** gather: elements are units, since each is found on its own. */

import { at, FLOAT, least, times } from "../addresses.ts";
import { f32, f32x4, type I32, i32, i32x4, type Local, select, v128 } from "../assembler/index.ts";
import { checkedIndex, checkedIndices } from "./indices.ts";
import type { OrderContext, OrderKernel } from "./kernel.ts";
import { type Lines, linesAlong, product } from "./lines.ts";

export const gather: OrderKernel = ([shape], output, { axis }) => ({
  scratchBytes: 0,
  passes: [
    {
      doc: "elements picked",
      units: product(output),
      chunk: 8192,
      emit: (context) => emit(context, linesAlong(shape, axis as number), output[axis as number]),
    },
  ],
});

function emit(context: OrderContext, lines: Lines, count: number): void {
  const { fn, begin, end } = context;
  // A run: output elements side by side that read from the same block, at places that grow with theirs.
  const run = lines.stride === 1 ? count : lines.stride;
  const runsOfBlock = lines.stride === 1 ? 1 : count;
  const i = fn.local("i32", "i");
  fn.set(i, begin);
  fn.while(
    () => i32.lt_u(i, end),
    () => {
      const number = fn.bind(i32.div_u(i, i32.const(run)), "run");
      const start = fn.bind(times(number, run), "start");
      const stop = fn.bind(least(fn, end, i32.add(start, i32.const(run))), "stop");
      const block = i32.div_u(number, i32.const(runsOfBlock));
      const from = at(context.inputs[0], block, FLOAT * lines.length * lines.stride);
      // Where index 0 reads for element `start`.
      emitRun(context, lines, i, stop, start, fn.bind(from, "from"));
    },
  );
}

function emitRun(
  { fn, inputs, output }: OrderContext,
  { length, stride }: Lines,
  i: Local<"i32">,
  stop: I32,
  start: I32,
  from: I32,
): void {
  const index = (): I32 => at(inputs[1], i, FLOAT);
  const pitch = FLOAT * stride;
  const column = (): I32 => (stride === 1 ? from : at(from, i32.sub(i, start), FLOAT));
  fn.while(
    () => i32.le_u(i32.add(i, i32.const(4)), stop),
    () => {
      const { at: place, valid } = checkedIndices(fn, v128.load(index()), length);
      const bytes = fn.bind(i32x4.mul(place, i32x4.splat(i32.const(pitch))), "bytes");
      const first = fn.bind(column(), "column");
      let picked = v128.load32_zero(i32.add(first, i32x4.extract_lane(bytes, 0)));
      for (const lane of [1, 2, 3]) {
        const address = i32.add(first, i32x4.extract_lane(bytes, lane));
        // In a block of one line the lanes share the column; else each is one further.
        picked = v128.load32_lane(address, picked, lane, stride === 1 ? 0 : FLOAT * lane);
      }
      const nothing = f32x4.splat(f32.const(Number.NaN));
      fn.do(v128.store(at(output, i, FLOAT), v128.bitselect(picked, nothing, valid)));
      fn.set(i, i32.add(i, i32.const(4)));
    },
  );
  fn.range(i, i, stop, 1, () => {
    const { at: place, valid } = checkedIndex(fn, f32.load(index()), length);
    const found = fn.bind(valid, "found");
    const picked = f32.load(at(column(), select(place, i32.const(0), found), pitch));
    fn.do(f32.store(at(output, i, FLOAT), select(picked, f32.const(Number.NaN), found)));
  });
}
