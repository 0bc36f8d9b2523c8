/** Each kind of op in float64, written to be read: the oracle that every other executor is tested against. */
import type { HostArray } from "../../array.ts";
import { type IndexMap, mayMiss, stridedView } from "../../graph/index-map.ts";
import { expressionOf, type Node } from "../../graph/node.ts";
import type { FoldRow, LeafRow, MoveRow } from "../../graph/row.ts";
import { interpret } from "../../scalar/interpret.ts";
import { type Shape, sizeOf, stridesOf } from "../../shape.ts";
import { runContraction } from "./contraction.ts";
import { advance } from "./coordinates.ts";
import { pairwiseSum } from "./pairwise.ts";

type Values = readonly HostArray[];

function runMap(node: Node, inputs: Values): Float64Array {
  const f = interpret(expressionOf(node));
  const [a, b = a, c = a] = inputs;
  const result = new Float64Array(sizeOf(node.shape));
  for (let i = 0; i < result.length; i++) result[i] = f(a[i], b[i], c[i]);
  return result;
}

function runLeaf(node: Node, op: LeafRow): Float64Array {
  const generate = op.generate;
  if (generate === undefined) throw new Error(`input ${node.id} has no data`);
  const result = new Float64Array(sizeOf(node.shape));
  const coordinates = node.shape.map(() => 0);
  for (let i = 0; i < result.length; i++) {
    result[i] = generate(coordinates, node.attributes);
    advance(coordinates, node.shape);
  }
  return result;
}

const EXTREMUM = { max: Math.max, min: Math.min } as const;

function foldLine(line: HostArray, { combine, initial }: FoldRow["fold"]): number {
  if (combine === "add") return pairwiseSum(line, 0, line.length);
  const pick = EXTREMUM[combine];
  let result = initial;
  for (let i = 0; i < line.length; i++) result = pick(result, line[i]);
  return result;
}

/** Offsets of every coordinate of `shape` under `strides`, in row-major order. */
function offsetsOf(shape: Shape, strides: readonly number[], start = 0): Float64Array {
  const offsets = new Float64Array(sizeOf(shape));
  const coordinates = shape.map(() => 0);
  for (let i = 0; i < offsets.length; i++) {
    let at = start;
    for (let axis = 0; axis < shape.length; axis++) at += coordinates[axis] * strides[axis];
    offsets[i] = at;
    advance(coordinates, shape);
  }
  return offsets;
}

function runFold(node: Node, op: FoldRow, [x]: Values): Float64Array {
  const axes = node.attributes.axes as readonly number[];
  const shape = node.inputs[0].shape;
  const strides = stridesOf(shape);
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const starts = offsetsOf(
    node.shape,
    kept.map((axis) => strides[axis]),
  );
  const steps = offsetsOf(
    axes.map((axis) => shape[axis]),
    axes.map((axis) => strides[axis]),
  );
  const line = new Float64Array(steps.length);
  return starts.map((start) => {
    for (let j = 0; j < line.length; j++) line[j] = x[start + steps[j]];
    return foldLine(line, op.fold);
  });
}

/** The flat input offset of an output coordinate, -1 where the map misses. */
function readOffset(map: IndexMap, inputShape: Shape, coordinates: readonly number[]): number {
  let at = 0;
  for (let i = 0; i < map.length; i++) {
    const { offset, terms, every = 1 } = map[i];
    let position = offset;
    for (const [axis, step] of terms) position += step * coordinates[axis];
    if (position % every !== 0) return -1;
    position /= every;
    if (position < 0 || position >= inputShape[i]) return -1;
    at = at * inputShape[i] + position;
  }
  return at;
}

function runMove(node: Node, op: MoveRow, [x]: Values): Float64Array {
  if (op.source === null) return Float64Array.from(x);
  const inputShape = node.inputs[0].shape;
  const map = op.source(inputShape, node.shape, node.attributes);
  if (!mayMiss(map)) {
    const { offset, strides } = stridedView(map, inputShape, node.shape.length);
    return offsetsOf(node.shape, strides, offset).map((at) => x[at]);
  }
  const fill = op.fill?.(node.attributes) ?? 0;
  const result = new Float64Array(sizeOf(node.shape));
  const coordinates = node.shape.map(() => 0);
  for (let i = 0; i < result.length; i++) {
    const at = readOffset(map, inputShape, coordinates);
    result[i] = at < 0 ? fill : x[at];
    advance(coordinates, node.shape);
  }
  return result;
}

/** Runs one node on the values of its inputs. */
export function runNode(node: Node, inputs: Values): Float64Array {
  const { op } = node;
  const shapes = node.inputs.map((input) => input.shape);
  switch (op.kind) {
    case "leaf":
      return runLeaf(node, op);
    case "map":
      return runMap(node, inputs);
    case "fold":
      return runFold(node, op, inputs);
    case "move":
      return runMove(node, op, inputs);
    case "contract":
    case "window":
      return runContraction(op.contraction(shapes, node.shape, node.attributes), inputs, shapes, node.shape);
    case "order":
    case "host":
      return op.compute(inputs, shapes, node.shape, node.attributes);
  }
}
