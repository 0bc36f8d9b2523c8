/**
 * A stage's body: everything between its output and the stored tensors that it reads, as one scalar
 * expression. Moves become index forms, maps become parts of the expression; executors print or emit what is
 * left.
 */
import type { Node } from "../../graph/node.ts";
import type { Contraction, ContractionRow, FoldRule, LeafRow, MoveRow } from "../../graph/row.ts";
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
    if (at.terms.size === 0) return s.constant(values[at.offset]);
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

/** The value of a stored node where a kernel has it at hand already; `null` where it must be read. */
export type AtHand = (node: Node, position: Position) => Expression | null;

/** Inlines nodes at positions. */
export class Inliner {
  readonly space: IndexSpace;
  readonly atoms = new Atoms();
  readonly #isStored: (node: Node) => boolean;
  readonly #atHand: AtHand;
  /** Values by position: what a map shares, its text shares. */
  readonly #values = new Map<Position, Map<Node, Expression>>();

  constructor(space: IndexSpace, isStored: (node: Node) => boolean, atHand: AtHand = () => null) {
    this.space = space;
    this.#isStored = isStored;
    this.#atHand = atHand;
  }

  value(node: Node, position: Position): Expression {
    const values = this.#values.get(position) ?? new Map<Node, Expression>();
    this.#values.set(position, values);
    const known = values.get(node);
    if (known !== undefined) return known;
    const value = this.#isStored(node) ? this.#stored(node, position) : this.compute(node, position);
    values.set(node, value);
    return value;
  }

  #stored(node: Node, position: Position): Expression {
    return this.#atHand(node, position) ?? this.atoms.read(node, position.flat);
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

/** How a node reduces: the lengths of the reduced axes, and how their values combine. */
export interface Reduction extends FoldRule {
  readonly lengths: Shape;
}

const SUM: FoldRule = { combine: "add", initial: 0 };

function contractionOf(node: Node, op: ContractionRow): Contraction {
  const shapes = node.inputs.map((input) => input.shape);
  return op.contraction(shapes, node.shape, node.attributes);
}

/** What a node reduces over: nothing, for a map. */
export function reductionOf(node: Node): Reduction {
  const { op } = node;
  if (op.kind === "fold") {
    const axes = node.attributes.axes as readonly number[];
    return { ...op.fold, lengths: axes.map((axis) => node.inputs[0].shape[axis]) };
  }
  if (op.kind === "contract" || op.kind === "window") {
    return { ...SUM, lengths: contractionOf(node, op).reduce };
  }
  return { ...SUM, lengths: [] };
}

/** One term of a reduction, or a map's value: at coordinates of the output and of the reduced axes. */
export function termOf(
  node: Node,
  at: readonly Affine[],
  reduced: readonly Affine[],
  inliner: Inliner,
): Expression {
  const { op } = node;
  if (op.kind === "fold") return foldedTerm(node, at, reduced, inliner);
  if (op.kind === "contract" || op.kind === "window") return product(node, op, at, reduced, inliner);
  return inliner.compute(node, Position.at(inliner.space, node.shape, at));
}

function foldedTerm(
  node: Node,
  at: readonly Affine[],
  reduced: readonly Affine[],
  inliner: Inliner,
): Expression {
  const [input] = node.inputs;
  const axes = node.attributes.axes as readonly number[];
  const kept = at.values();
  const place = input.shape.map((_, axis) =>
    axes.includes(axis) ? reduced[axes.indexOf(axis)] : (kept.next().value as Affine),
  );
  return inliner.value(input, Position.at(inliner.space, input.shape, place));
}

function product(
  node: Node,
  op: ContractionRow,
  at: readonly Affine[],
  reduced: readonly Affine[],
  inliner: Inliner,
): Expression {
  const { space, atoms } = inliner;
  const { maps, weights } = contractionOf(node, op);
  const whole = [...at, ...reduced];
  const zero = s.constant(0);
  const factors = node.inputs.map((input, k): Expression => {
    const { position, conditions } = follow(space, maps[k], whole, input.shape);
    if (conditions === null) return zero;
    const value = inliner.value(input, position);
    return conditions.length === 0 ? value : s.select(atoms.inside(conditions), value, zero);
  });
  if (weights !== undefined) factors.push(atoms.table(weights, reduced[reduced.length - 1]));
  return factors.reduce((x, y) => s.mul(x, y));
}

/** The body of a node that a stage stores, down to what `isStored`. */
export function bodyOf(node: Node, isStored: (node: Node) => boolean): Body {
  const inliner = new Inliner(new IndexSpace(), isStored);
  const { space } = inliner;
  const outputs = node.shape.map((size) => space.variable(size));
  const { lengths, combine, initial } = reductionOf(node);
  const reduced = lengths.map((size) => space.variable(size));
  const expression = termOf(node, outputs.map(formOf), reduced.map(formOf), inliner);
  return { space, outputs, reduced, combine, initial, expression, atoms: inliner.atoms.list };
}
