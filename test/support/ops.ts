/**
 * Random cases of any row of the op table: shapes, attributes, and values from the row's domain, away from its
 * kinks. Elementwise rows without attributes and folds need nothing; any other new row needs one entry in
 * `op-sketches.ts`.
 */
import fc from "fast-check";
import { Node } from "../../src/graph/node.ts";
import type { Attributes, OpRow } from "../../src/graph/row.ts";
import { inputRow } from "../../src/ops/movement.ts";
import { type Random, seededRandom } from "../../src/random.ts";
import { type Expression, s } from "../../src/scalar/expression.ts";
import { type Shape, sizeOf } from "../../src/shape.ts";
import { drawShape, MAP_ATTRIBUTES, range, SKETCHES, type Sketch, shuffled, some } from "./op-sketches.ts";

/** One input of a case. */
export interface CaseInput {
  readonly shape: Shape;
  readonly data: Float64Array;
}

/** A row with everything that it needs to be recorded and run. */
export interface OpCase {
  readonly op: OpRow;
  readonly inputs: readonly CaseInput[];
  readonly output: Shape;
  readonly attributes: Attributes;
}

const DEFAULT_DOMAIN = { min: -2, max: 2 };
/** Distance that the table promises to keep from points without a derivative. */
const KINK_DISTANCE = 1e-2;

function missing(op: OpRow, what: string): never {
  throw new Error(
    `no test generator for ${what} of the row "${op.name}" (${op.kind}): add it to test/support/op-sketches.ts`,
  );
}

/** Inputs of an elementwise row: the arguments that its expression mentions. */
export function arityOf(op: OpRow, attributes: Attributes): number {
  if (op.kind !== "map") throw new Error(`${op.name} is no elementwise row`);
  const last = (e: Expression): number => {
    if (e.kind === "argument") return e.index;
    if (e.kind === "constant") return -1;
    if (e.kind === "unary") return last(e.x);
    if (e.kind === "binary") return Math.max(last(e.x), last(e.y));
    return Math.max(last(e.condition), last(e.x), last(e.y));
  };
  return last(op.expression([0, 1, 2].map(s.argument), attributes)) + 1;
}

function sketchMap(op: OpRow, random: Random): Sketch {
  const unknown = new Proxy({}, { get: (_, name) => missing(op, `the attribute "${String(name)}"`) });
  const attributes = MAP_ATTRIBUTES[op.name]?.(random) ?? {};
  const count = arityOf(op, op.name in MAP_ATTRIBUTES ? attributes : (unknown as Attributes));
  const shape = drawShape(random);
  return { inputs: range(count).map(() => shape), output: shape, attributes };
}

function sketchFold(random: Random): Sketch {
  const shape = drawShape(random);
  const axes = some(random, shape.length);
  return { inputs: [shape], output: shape.filter((_, axis) => !axes.includes(axis)), attributes: { axes } };
}

function sketch(op: OpRow, random: Random): Sketch {
  if (op.kind === "map") return sketchMap(op, random);
  if (op.kind === "fold") return sketchFold(random);
  return (SKETCHES[op.name] ?? missing(op, "shapes and attributes"))(random);
}

/** Numbers of a range, no two of them close: no ties, and none made by a small step. */
export function apart(random: Random, count: number, { min, max } = DEFAULT_DOMAIN): Float64Array {
  const step = (max - min) / count;
  return Float64Array.from(
    shuffled(random, range(count)),
    (slot) => min + step * (slot + random.uniform(0.25, 0.75)),
  );
}

function drawData(op: OpRow, random: Random, { inputs, data = [], attributes = {} }: Sketch): Float64Array[] {
  const selects = (i: number) => op.constantInputs?.includes(i) ?? false;
  const drawn = inputs.map((shape, i) => {
    if (selects(i)) return Float64Array.from({ length: sizeOf(shape) }, () => random.int(0, 2));
    return apart(random, sizeOf(shape), op.domain?.[i]);
  });
  const distance = op.kinks;
  if (distance !== undefined) {
    for (let element = 0; element < drawn[0].length; element++) {
      while (
        !(
          distance(
            drawn.map((values) => values[element]),
            attributes as never,
          ) >= KINK_DISTANCE
        )
      ) {
        drawn.forEach((values, i) => {
          const { min, max } = op.domain?.[i] ?? DEFAULT_DOMAIN;
          if (!selects(i)) values[element] = random.uniform(min, max);
        });
      }
    }
  }
  return drawn.map((values, i) => data[i] ?? values);
}

export function drawCase(op: OpRow, random: Random): OpCase {
  const drawn = sketch(op, random);
  const data = drawData(op, random, drawn);
  const inputs = drawn.inputs.map((shape, i) => ({ shape, data: data[i] }));
  return { op, inputs, output: drawn.output, attributes: drawn.attributes ?? {} };
}

/** Cases of one row, as fast-check draws them. */
export function casesOf(op: OpRow): fc.Arbitrary<OpCase> {
  return fc.integer({ min: 0, max: 2 ** 32 - 1 }).map((seed) => drawCase(op, seededRandom(seed)));
}

/** A leaf with data. */
export function leaf({ shape, data }: CaseInput): Node {
  const node = new Node(inputRow, [], shape, {});
  node.realize(data);
  return node;
}

/** The row over these nodes. */
export function recordCase({ op, output, attributes }: OpCase, inputs: readonly Node[]): Node {
  return new Node(op, inputs, output, attributes);
}

/** Positions of the inputs that a derivative enters. */
export function variablesOf({ op, inputs }: OpCase): number[] {
  return range(inputs.length).filter((i) => !(op.constantInputs?.includes(i) ?? false));
}
