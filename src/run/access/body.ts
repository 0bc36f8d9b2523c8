/**
 * A stage's body: everything between its output and the stored tensors that it reads, as one scalar
 * expression. Moves become index forms, maps become parts of the expression; executors print or emit what is
 * left.
 */
import type { Node } from "../../graph/node.ts";
import type { ContractionRow, FoldRow, FoldRule, LeafRow, MoveRow } from "../../graph/row.ts";
import { type Expression, s } from "../../scalar/expression.ts";
import type { Shape } from "../../shape.ts";
import { type Affine, formKey, formOf, IndexSpace, type Variable } from "./affine.ts";
import { type Condition, follow, Position } from "./position.ts";

/** Where data stand that a body reads: a stored node, or a buffer between two kernels of one stage. */
export interface Stored {
  readonly shape: Shape;
}

/** What an expression's arguments stand for. */
export type Atom =
  | { readonly kind: "read"; readonly from: Stored; readonly at: Affine }
  /** 1 where an element is there, else 0. */
  | { readonly kind: "inside"; readonly conditions: readonly Condition[] }
  /** An index form as a number. */
  | { readonly kind: "index"; readonly of: Affine }
  /** A number of a table that is part of the plan. */
  | { readonly kind: "table"; readonly values: readonly number[]; readonly at: Affine };

/** `combine` and `initial` are those of the values over the reduced axes. */
export interface Body extends FoldRule {
  readonly space: IndexSpace;
  /** Counters of the output's axes; row-major, so that the innermost comes last. */
  readonly outputs: readonly Variable[];
  /** Counters of the reduced axes, none for a map. */
  readonly reduced: readonly Variable[];
  readonly expression: Expression;
  readonly atoms: readonly Atom[];
}

/** How far a loop's counter runs. */
export const lengthOf = (variable: Variable): number => variable.max + 1;

/** Collects atoms, each once, and hands out the arguments that stand for them. */
export class Atoms {
  readonly list: Atom[] = [];
  readonly #known = new Map<string, Expression>();
  readonly #sources = new Map<Stored, number>();

  read(from: Stored, at: Affine): Expression {
    const source = this.#sources.get(from) ?? this.#sources.size;
    this.#sources.set(from, source);
    return this.#enter(`r${source}:${formKey(at)}`, { kind: "read", from, at });
  }

  inside(conditions: readonly Condition[]): Expression {
    const key = conditions.map((c) => `${c.kind === "within" ? c.length : "="}${formKey(c.form)}`).join("&");
    return this.#enter(`c${key}`, { kind: "inside", conditions });
  }

  index(of: Affine): Expression {
    return this.#enter(`i${formKey(of)}`, { kind: "index", of });
  }

  table(values: readonly number[], at: Affine): Expression {
    return this.#enter(`t${values.join()}:${formKey(at)}`, { kind: "table", values, at });
  }

  #enter(key: string, atom: Atom): Expression {
    let argument = this.#known.get(key);
    if (argument === undefined) {
      argument = s.argument(this.list.push(atom) - 1);
      this.#known.set(key, argument);
    }
    return argument;
  }
}

/**
 * A generated leaf as `start + sum of step * coordinate`, taken apart by asking it where it starts and steps.
 */
function affineLeaf(node: Node, { generate, name }: LeafRow): { start: number; steps: readonly number[] } {
  if (generate === undefined) throw new Error(`${name} has no values of its own`);
  const origin = node.shape.map(() => 0);
  const start = generate(origin, node.attributes);
  const steps = node.shape.map((size, axis) => {
    const next =
      size === 1
        ? start
        : generate(
            origin.map((_, i) => (i === axis ? 1 : 0)),
            node.attributes,
          );
    // Equal infinities have no difference.
    return next === start ? 0 : next - start;
  });
  return { start, steps };
}

/** Inlines nodes at positions. */
class Inliner {
  readonly space: IndexSpace;
  readonly atoms = new Atoms();
  readonly #isStored: (node: Node) => boolean;
  /** Values by position: what a map shares, its text shares. */
  readonly #values = new Map<Position, Map<Node, Expression>>();

  constructor(space: IndexSpace, isStored: (node: Node) => boolean) {
    this.space = space;
    this.#isStored = isStored;
  }

  value(node: Node, position: Position): Expression {
    const values = this.#values.get(position) ?? new Map<Node, Expression>();
    this.#values.set(position, values);
    const known = values.get(node);
    if (known !== undefined) return known;
    const value = this.#isStored(node) ? this.atoms.read(node, position.flat) : this.compute(node, position);
    values.set(node, value);
    return value;
  }

  /** The value of a node that is not read but worked out here. */
  compute(node: Node, position: Position): Expression {
    const { op } = node;
    switch (op.kind) {
      case "map":
        return op.expression(
          node.inputs.map((input) => this.value(input, position)),
          node.attributes,
        );
      case "move":
        return this.#moved(node, op, position);
      case "leaf":
        return this.#generated(node, op, position);
      default:
        throw new Error(`${op.name} cannot be inlined`);
    }
  }

  #moved(node: Node, op: MoveRow, position: Position): Expression {
    const [input] = node.inputs;
    if (op.source === null) return this.value(input, position.reshaped(input.shape));
    const map = op.source(input.shape, node.shape, node.attributes);
    const source = follow(this.space, map, position.coordinates, input.shape);
    const fill = s.constant(op.fill?.(node.attributes) ?? 0);
    if (source.conditions === null) return fill;
    const value = this.value(input, source.position);
    return source.conditions.length === 0
      ? value
      : s.select(this.atoms.inside(source.conditions), value, fill);
  }

  #generated(node: Node, op: LeafRow, position: Position): Expression {
    const { start, steps } = affineLeaf(node, op);
    let value: Expression = s.constant(start);
    steps.forEach((step, axis) => {
      if (step === 0) return;
      const index = this.atoms.index(position.coordinates[axis]);
      const scaled = step === 1 ? index : s.mul(index, step);
      value = start === 0 && value.kind === "constant" ? scaled : s.add(value, scaled);
    });
    return value;
  }
}

/** What a body's kind decides: the reduced axes, and the term at a place of outputs and reduced axes. */
interface Reduction extends FoldRule {
  readonly reduced: readonly Variable[];
  readonly expression: Expression;
}

function foldOf(node: Node, op: FoldRow, at: readonly Affine[], inliner: Inliner): Reduction {
  const [input] = node.inputs;
  const axes = node.attributes.axes as readonly number[];
  const reduced = axes.map((axis) => inliner.space.variable(input.shape[axis]));
  const kept = at.values();
  const place = input.shape.map((_, axis) =>
    axes.includes(axis) ? formOf(reduced[axes.indexOf(axis)]) : (kept.next().value as Affine),
  );
  const expression = inliner.value(input, Position.at(inliner.space, input.shape, place));
  return { reduced, ...op.fold, expression };
}

function contractionOf(node: Node, op: ContractionRow, at: readonly Affine[], inliner: Inliner): Reduction {
  const { space, atoms } = inliner;
  const shapes = node.inputs.map((input) => input.shape);
  const { reduce, maps, weights } = op.contraction(shapes, node.shape, node.attributes);
  const reduced = reduce.map((size) => space.variable(size));
  const whole = [...at, ...reduced.map(formOf)];
  const zero = s.constant(0);
  const factors = node.inputs.map((input, k): Expression => {
    const { position, conditions } = follow(space, maps[k], whole, input.shape);
    if (conditions === null) return zero;
    const value = inliner.value(input, position);
    return conditions.length === 0 ? value : s.select(atoms.inside(conditions), value, zero);
  });
  if (weights !== undefined) factors.push(atoms.table(weights, formOf(reduced[reduced.length - 1])));
  return { reduced, combine: "add", initial: 0, expression: factors.reduce((x, y) => s.mul(x, y)) };
}

function reductionOf(node: Node, at: readonly Affine[], inliner: Inliner): Reduction {
  const { op } = node;
  if (op.kind === "fold") return foldOf(node, op, at, inliner);
  if (op.kind === "contract" || op.kind === "window") return contractionOf(node, op, at, inliner);
  const expression = inliner.compute(node, Position.at(inliner.space, node.shape, at));
  return { reduced: [], combine: "add", initial: 0, expression };
}

/** The body of a node that a stage stores, down to what `isStored`. */
export function bodyOf(node: Node, isStored: (node: Node) => boolean): Body {
  const inliner = new Inliner(new IndexSpace(), isStored);
  const outputs = node.shape.map((size) => inliner.space.variable(size));
  const reduction = reductionOf(node, outputs.map(formOf), inliner);
  return { space: inliner.space, outputs, ...reduction, atoms: inliner.atoms.list };
}
