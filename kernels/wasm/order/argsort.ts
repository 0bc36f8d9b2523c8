/** argsort: a stable sort of each line. Short ones by insertion, others by the digits of their keys. */
import { emitInsertionSort, insertionBytes } from "./insertion-sort.ts";
import type { OrderKernel } from "./kernel.ts";
import { chunkOf, cutInto, eachItem, linesAlong } from "./lines.ts";
import { emitRadixSort, radixBytes } from "./radix-sort.ts";

/** Longest line that is sorted by insertion, which takes time that grows with the square. */
export const SHORT = 48;

/** From here on, 3 passes with more counters are faster than 4 with fewer. */
export const LONG = 2048;

export const argsort: OrderKernel = ([shape], _output, { axis, descending }) => {
  const lines = linesAlong(shape, axis as number);
  const { length } = lines;
  const count = lines.outer * lines.stride;
  const short = length <= SHORT;
  const digits = length < LONG ? [8, 8, 8, 8] : [11, 11, 10];
  const own = short ? insertionBytes(length) : radixBytes(length, digits);
  const cut = cutInto(count, own);
  const cost = short ? 20 + length * (4 + length / 4) : 1000 + 15 * length;
  return {
    scratchBytes: cut.units * own,
    passes: [
      {
        doc: short ? "insertion sort of lines" : `radix sort of lines, ${digits.length} passes`,
        units: cut.units,
        chunk: chunkOf(cut.each * cost),
        emit: (context) =>
          eachItem(context, count, cut, own, (line, scratch) => {
            const job = { line, lines, scratch, descending: descending as boolean };
            if (short) emitInsertionSort(context, job);
            else emitRadixSort(context, job, digits);
          }),
      },
    ],
  };
};
