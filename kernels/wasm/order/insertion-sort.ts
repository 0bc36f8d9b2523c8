import { at, FLOAT } from "../addresses.ts";
import { f32, i32, i32x4, v128 } from "../assembler/index.ts";
import type { OrderContext } from "./kernel.ts";
import { startOfLine } from "./lines.ts";
import { keysOf, PAIR, type SortJob } from "./sort-keys.ts";

/** The sorted part, behind a key that nothing is below. */
export const insertionBytes = (length: number): number => Math.ceil((PAIR * (length + 1)) / 16) * 16;

export function emitInsertionSort({ fn, inputs, output }: OrderContext, job: SortJob): void {
  const { line, lines, scratch, descending } = job;
  const pitch = FLOAT * lines.stride;
  const start = startOfLine(fn, line, lines);
  const from = fn.bind(at(inputs[0], start, FLOAT), "from");
  const [i, hole] = [fn.local("i32", "i"), fn.local("i32", "hole")];
  fn.do(i32.store(scratch, i32.const(0)));
  fn.range(i, i32.const(0), i32.const(lines.length), 1, () => {
    const float = v128.load32_zero(at(from, i, pitch));
    const key = fn.bind(i32x4.extract_lane(keysOf(fn, float, descending), 0), "key");
    fn.set(hole, at(scratch, i, PAIR));
    // `hole` is one before the free place: equal keys stay where they are.
    fn.while(
      () => i32.lt_u(key, i32.load(hole)),
      () => {
        fn.do(v128.store64_lane(hole, v128.load64_zero(hole), 0, PAIR));
        fn.set(hole, i32.sub(hole, i32.const(PAIR)));
      },
    );
    fn.do(i32.store(hole, key, PAIR));
    fn.do(i32.store(hole, i, PAIR + 4));
  });
  const to = fn.bind(at(output, start, FLOAT), "to");
  fn.range(i, i32.const(0), i32.const(lines.length), 1, () => {
    const position = i32.load(at(scratch, i, PAIR), PAIR + 4);
    fn.do(f32.store(at(to, i, pitch), f32.convert_i32_u(position)));
  });
}
