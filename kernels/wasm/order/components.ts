/**
 * components: union-find as the op's definition has it, one image a unit. While an image is worked on, the result's
 * place holds the parent of each element, as an integer: an element of the same component that does not lie behind it.
 */

import type { Shape } from "../../../src/shape.ts";
import { at, FLOAT, times } from "../addresses.ts";
import { type FunctionBuilder, f32, type I32, i32, type Local, select } from "../assembler/index.ts";
import type { OrderKernel } from "./kernel.ts";
import { chunkOf, product } from "./lines.ts";

/** The parent of an element outside the mask. */
const OUTSIDE = -1;

export const components: OrderKernel = ([shape], _output, attributes) => {
  const axes = attributes.axes as number;
  // A single element is a line of one.
  const space = axes === 0 ? [1] : shape.slice(shape.length - axes);
  const contacts = contactsOf(space, attributes.connectivity === "full");
  const size = product(space);
  return {
    scratchBytes: 0,
    passes: [
      {
        doc: "components of an image numbered",
        units: product(shape) / size,
        chunk: chunkOf(size * (4 + 1.5 * contacts.length)),
        emit: ({ fn, begin, end, inputs, output }) => {
          const unit = fn.local("i32", "unit");
          fn.range(unit, begin, end, 1, () => {
            const offset = fn.bind(times(unit, FLOAT * size), "offset");
            const from = fn.bind(i32.add(inputs[0], offset), "from");
            const image: Image = { fn, space, parents: fn.bind(i32.add(output, offset), "parents") };
            emitRuns(image, from);
            emitContacts(image, contacts);
            emitNumbers(image);
          });
        },
      },
    ],
  };
};

/** An image; positions are counted in elements from its first. */
interface Image {
  readonly fn: FunctionBuilder;
  readonly space: Shape;
  readonly parents: Local<"i32">;
}

/** A neighbour that a scan meets before an element, but for the one beside it in its line. */
interface Contact {
  /** -1, 0 or 1 an axis. */
  readonly step: readonly number[];
  /** Elements that it lies before. */
  readonly back: number;
}

function contactsOf(space: Shape, full: boolean): readonly Contact[] {
  const last = space.length - 1;
  let steps: number[][] = [[]];
  // Along an axis of one element nobody has a neighbour.
  for (const length of space) {
    steps = steps.flatMap((step) => (length === 1 ? [0] : [-1, 0, 1]).map((s) => [...step, s]));
  }
  return steps
    .filter((step) => {
      const moved = step.filter((s) => s !== 0).length;
      const before = step.find((s) => s !== 0) === -1;
      return before && step.findIndex((s) => s !== 0) !== last && (full || moved === 1);
    })
    .map((step) => ({
      step,
      back: -step.reduce((offset, s, axis) => offset + s * product(space.slice(axis + 1)), 0),
    }));
}

/** Each element's parent is the first of its run along the last axis. */
function emitRuns({ fn, space, parents }: Image, from: Local<"i32">): void {
  const [start, i, first] = [fn.local("i32", "start"), fn.local("i32", "i"), fn.local("i32", "first")];
  const length = space[space.length - 1];
  fn.range(start, i32.const(0), i32.const(product(space)), length, () => {
    fn.set(first, i32.const(OUTSIDE));
    fn.range(i, start, fn.bind(i32.add(start, i32.const(length)), "stop"), 1, () => {
      const inside = f32.ne(f32.load(at(from, i, FLOAT)), f32.const(0));
      const begun = select(i, first, i32.eq(first, i32.const(OUTSIDE)));
      fn.set(first, select(begun, i32.const(OUTSIDE), inside));
      fn.do(i32.store(at(parents, i, FLOAT), first));
    });
  });
}

/** Joins the runs of each line with those of the lines before that they touch. */
function emitContacts(image: Image, contacts: readonly Contact[]): void {
  if (contacts.length === 0) return;
  const { fn, space } = image;
  const last = space.length - 1;
  const line = fn.local("i32", "line");
  fn.range(line, i32.const(0), i32.const(product(space) / space[last]), 1, () => {
    const place = placeOfLine(fn, line, space.slice(0, last));
    const start = fn.bind(times(line, space[last]), "start");
    for (const { step, back } of contacts) {
      const exists = step.slice(0, last).flatMap((s, axis) => {
        if (s === 0) return [];
        return [
          s < 0 ? i32.gt_u(place[axis], i32.const(0)) : i32.lt_u(place[axis], i32.const(space[axis] - 1)),
        ];
      });
      const first = i32.add(start, i32.const(step[last] < 0 ? 1 : 0));
      const stop = i32.add(start, i32.const(space[last] - (step[last] > 0 ? 1 : 0)));
      fn.if(
        exists.reduce((all, one) => i32.and(all, one)),
        () => {
          emitJoins(image, fn.bind(first, "first"), fn.bind(stop, "stop"), back);
        },
      );
    }
  });
}

/** Coordinates of a line over the outer axes. */
function placeOfLine(fn: FunctionBuilder, line: Local<"i32">, outer: Shape): readonly I32[] {
  return outer.map((length, axis) => {
    const block = i32.div_u(line, i32.const(product(outer.slice(axis + 1))));
    return fn.bind(axis === 0 ? block : i32.rem_u(block, i32.const(length)), "place");
  });
}

/** One join for each contact of two runs: next to a contact another one says nothing new. */
function emitJoins({ fn, parents }: Image, first: I32, stop: I32, back: number): void {
  const [i, touched] = [fn.local("i32", "i"), fn.local("i32", "touched")];
  fn.set(touched, i32.const(0));
  fn.range(i, first, stop, 1, () => {
    const here = fn.bind(i32.load(at(parents, i, FLOAT)), "here");
    const there = fn.bind(i32.load(at(parents, i32.sub(i, i32.const(back)), FLOAT)), "there");
    // Outside has all bits set, and no position has the highest one.
    const touches = fn.bind(i32.ge_s(i32.or(here, there), i32.const(0)), "touches");
    fn.if(i32.gt_u(touches, touched), () => {
      const [a, b] = [emitRoot(fn, parents, here), emitRoot(fn, parents, there)];
      const sooner = fn.bind(select(a, b, i32.lt_u(a, b)), "sooner");
      const later = select(b, a, i32.lt_u(a, b));
      fn.do(i32.store(at(parents, later, FLOAT), sooner));
    });
    fn.set(touched, touches);
  });
}

/** The first element of a component, with the way to it halved for those who come after. */
function emitRoot(fn: FunctionBuilder, parents: Local<"i32">, from: Local<"i32">): Local<"i32"> {
  const [root, parent] = [fn.local("i32", "root"), fn.local("i32", "parent")];
  const parentOf = (i: I32): I32 => i32.load(at(parents, i, FLOAT));
  fn.set(root, from);
  fn.set(parent, parentOf(root));
  fn.while(
    () => i32.ne(parent, root),
    () => {
      const further = fn.bind(parentOf(parent), "further");
      fn.do(i32.store(at(parents, root, FLOAT), further));
      fn.set(root, further);
      fn.set(parent, parentOf(root));
    },
  );
  return root;
}

/** Numbers in place of parents. A parent lies before its children: it has its number by then. */
function emitNumbers({ fn, space, parents }: Image): void {
  const [i, count] = [fn.local("i32", "i"), fn.local("i32", "count")];
  fn.set(count, i32.const(0));
  fn.range(i, i32.const(0), i32.const(product(space)), 1, () => {
    const place = fn.bind(at(parents, i, FLOAT), "place");
    const parent = fn.bind(i32.load(place), "parent");
    const number = fn.local("f32", "number");
    fn.if(
      i32.eq(parent, i32.const(OUTSIDE)),
      () => fn.set(number, f32.const(0)),
      () => {
        fn.set(count, i32.add(count, i32.eq(parent, i)));
        const known = f32.load(at(parents, parent, FLOAT));
        fn.set(number, select(f32.convert_i32_s(count), known, i32.eq(parent, i)));
      },
    );
    fn.do(f32.store(place, number));
  });
}
