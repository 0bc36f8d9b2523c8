/** A group of stages as the body of one pass. */
import type { Node } from "../../../graph/node.ts";
import { type Expression, expressionCost, s } from "../../../scalar/expression.ts";
import type { Shape } from "../../../shape.ts";
import {
  type Affine,
  constantForm,
  formKey,
  formOf,
  IndexSpace,
  type Variable,
} from "../../access/affine.ts";
import { type Body, bodyOf, Inliner, reductionOf, type Stored, termOf } from "../../access/body.ts";
import { blockAxes, mergeAxes, mergeLoops } from "../../access/loops.ts";
import { Position } from "../../access/position.ts";
import type { PassBody, PassResult } from "../pass-body.ts";
import { type Group, keptAxes } from "./group.ts";
import type { Member } from "./member.ts";

/** A pass, and how its work is cut. */
export interface Pass {
  readonly body: PassBody;
  readonly units: number;
  /** Units that make a piece of work large enough to hand to a thread. */
  readonly chunk: number;
  /** Price of the whole, in multiplications. */
  readonly cost: number;
}

/** Elements of the innermost loop that one unit walks at most. */
const SEGMENT = 8192;

/** Units of fewer elements than this spend their time on being counted. */
const SMALL_UNIT = 64;

/** Multiplications of a piece of work: some 20 microseconds. */
const PIECE = 2 ** 18;

/** float32 sums of more terms are cut into sums of sums. */
const BLOCK = 128;

const productOf = (variables: readonly Variable[]) =>
  variables.reduce((product, variable) => product * (variable.max + 1), 1);

/** The value of an element; reductions that are part of it are written out. */
function elementOf(node: Node, at: readonly Affine[], inliner: Inliner): Expression {
  const { lengths, combine } = reductionOf(node);
  if (lengths.length === 0) return termOf(node, at, [], inliner);
  const places = lengths.reduce<Affine[][]>(
    (all, length) => all.flatMap((place) => Array.from({ length }, (_, i) => [...place, constantForm(i)])),
    [[]],
  );
  let terms = places.map((place) => termOf(node, at, place, inliner));
  // Pairs of pairs: short chains, and few roundings.
  while (terms.length > 1) {
    const pairs: Expression[] = [];
    for (let i = 0; i < terms.length; i += 2) {
      pairs.push(i + 1 < terms.length ? s[combine](terms[i], terms[i + 1]) : terms[i]);
    }
    terms = pairs;
  }
  return terms[0];
}

type Draft = {
  readonly kind: "store" | "fold" | "anchor";
  readonly member: Member;
  readonly expression: Expression;
  readonly kept: number;
};

/** Expressions of all members over one set of loops, each seeing what those before it made of the same element. */
function drafts(
  group: Group,
  coordinates: readonly Affine[],
  inliner: Inliner,
  made: Map<Node, Expression>,
): Draft[] {
  const { space } = inliner;
  const whole = Position.at(space, group.domain, coordinates);
  const positions = new Map<string, Position>();
  const positionIn = (shape: Shape): Position => {
    const position = positions.get(shape.join()) ?? whole.reshaped(shape);
    positions.set(shape.join(), position);
    return position;
  };
  return group.members.map((member): Draft => {
    const { node } = member.stage;
    const position = positionIn(member.domain);
    if (member.strategy === "fold") {
      const kept = keptAxes(member, group.domain).size;
      return { kind: "fold", member, kept, expression: inliner.value(node.inputs[0], position) };
    }
    const isMap = node.op.kind === "map";
    const expression = isMap
      ? inliner.compute(node, position)
      : elementOf(node, position.coordinates, inliner);
    made.set(node, expression);
    return { kind: "store", member, kept: 0, expression };
  });
}

/** Reads from which on a value is an anchor: fewer fit into registers. */
const WIDE = 6;

const isWide = ({ stage }: Member) =>
  reductionOf(stage.node).lengths.reduce((size, length) => size * length, 1) >= WIDE;

/**
 * What a pass writes, in the order in which it is computed: folds and stores, and windows that are needed for them alone,
 * if there is a store behind which they can hide. A store comes last.
 */
function inOrder(all: readonly Draft[], isKept: (node: Node) => boolean): Draft[] {
  const kept = (draft: Draft) => draft.kind === "fold" || isKept(draft.member.stage.node);
  const last = all.filter((draft) => draft.kind === "store" && kept(draft)).pop();
  if (last === undefined) return all.filter(kept);
  const before = all.flatMap((draft): Draft[] => {
    if (draft === last) return [];
    if (kept(draft)) return [draft];
    return isWide(draft.member) ? [{ ...draft, kind: "anchor" }] : [];
  });
  return [...before, last];
}

/** The pass of a group of elementwise members and folds. */
function fusedPass(group: Group, isStored: (node: Node) => boolean, isKept: (node: Node) => boolean): Pass {
  const space = new IndexSpace();
  const axes = group.domain.map((size) => space.variable(size));
  const coordinates = axes.map(formOf);
  const made = new Map<Node, Expression>();
  const identity = Position.at(space, group.domain, coordinates).flat;
  const key = formKey(identity);
  const inliner = new Inliner(space, isStored, (node, position) =>
    formKey(position.flat) === key ? (made.get(node) ?? null) : null,
  );
  const all = drafts(group, coordinates, inliner, made);
  const results = inOrder(all, isKept);
  const last = results[results.length - 1];
  const cuts = [...new Set(results.map(({ kept }) => kept))].sort((a, b) => a - b);
  const ordered = group.order.map((axis) => axes[axis]);
  // Loops that some fold keeps do not merge with those that it reduces.
  const groups = [...cuts, ordered.length].map((to, i) => ordered.slice(cuts[i - 1] ?? 0, to));
  const merged = mergeLoops(space, { groups, atoms: inliner.atoms.list, forms: [identity] });
  const keptLoops = (kept: number) =>
    merged.groups.slice(0, cuts.indexOf(kept) + 1).reduce((count, loops) => count + loops.length, 0);
  const loops = merged.groups.flat();
  if (loops.length === 0) loops.push(space.variable(1));
  const kept = results.map((draft) => keptLoops(draft.kept));
  const cut = cutLoops(loops, Math.max(0, ...kept));
  const cost =
    all.reduce((sum, draft) => sum + expressionCost(draft.expression), 0) + 2 * inliner.atoms.list.length;
  return passOf(
    {
      space,
      loops,
      reduced: [],
      reduction: { combine: "add", initial: 0 },
      atoms: merged.atoms,
      ...cut,
      results: results.map((draft, i): PassResult => {
        const { node } = draft.member.stage;
        const at = merged.forms[0];
        if (draft.kind === "store") return { kind: "store", to: node, at, expression: draft.expression };
        if (draft.kind === "anchor") {
          return { kind: "anchor", to: last.member.stage.node, at, expression: draft.expression };
        }
        return foldResult(node, draft.expression, reductionOf(node), kept[i], loops, cut);
      }),
    },
    cost,
  );
}

function foldResult(
  to: Node,
  expression: Expression,
  { combine, initial }: { combine: "add" | "max" | "min"; initial: number },
  kept: number,
  loops: readonly Variable[],
  cut: Cut,
): PassResult {
  const units = unitsOf(loops, cut);
  const partials: Stored | null = units === productOf(loops.slice(0, kept)) ? null : { shape: [2 * units] };
  return { kind: "fold", to, partials, kept, combine, initial, expression };
}

interface Cut {
  readonly unitLoops: number;
  readonly segment: number;
}

/** Which loops units count, and how much of the last one each walks. */
function cutLoops(loops: readonly Variable[], kept: number): Cut {
  const last = loops.length - 1;
  const length = loops[last].max + 1;
  let unitLoops = last;
  let elements = length;
  while (unitLoops > kept && elements < SMALL_UNIT) elements *= loops[--unitLoops].max + 1;
  const segment = unitLoops === last && length > SEGMENT ? SEGMENT : length;
  return { unitLoops, segment };
}

function unitsOf(loops: readonly Variable[], { unitLoops, segment }: Cut): number {
  return productOf(loops.slice(0, unitLoops)) * Math.ceil((loops[loops.length - 1].max + 1) / segment);
}

function passOf(body: PassBody, elementCost: number): Pass {
  const units = unitsOf(body.loops, body);
  const cost = elementCost * productOf(body.loops) * productOf(body.reduced);
  return { body, units, chunk: Math.max(1, Math.round((PIECE * units) / Math.max(1, cost))), cost };
}

/** The pass of a reduction that stands alone: loops inside each vector of results. */
function loopPass(node: Node, body: Body): Pass {
  const { combine, initial } = body;
  const merged = mergeAxes(body);
  const blocked = combine === "add" ? blockAxes(merged, BLOCK) : merged;
  const loops = [...blocked.outputs];
  if (loops.length === 0) loops.push(body.space.variable(1));
  // Results are stored in their own order, which is that of the loops.
  let flat = constantForm(0);
  let stride = 1;
  for (let i = loops.length - 1; i >= 0; i--) {
    flat = { offset: 0, terms: new Map([...flat.terms, [loops[i], stride]]) };
    stride *= loops[i].max + 1;
  }
  return passOf(
    {
      space: body.space,
      loops,
      reduced: blocked.reduced,
      reduction: { combine, initial },
      atoms: blocked.atoms,
      ...cutLoops(loops, 0),
      results: [{ kind: "store", to: node, at: flat, expression: blocked.expression }],
    },
    expressionCost(blocked.expression) + 2 * blocked.atoms.length,
  );
}

/** The pass of a contraction that is walked along what it sums over. */
function productPass(node: Node, body: Body): Pass {
  const merged = mergeAxes(body);
  const loops = [...merged.outputs, ...merged.reduced];
  const kept = merged.outputs.length;
  const cut = cutLoops(loops, kept);
  const result = foldResult(node, merged.expression, merged, kept, loops, cut);
  return passOf(
    {
      space: body.space,
      loops,
      reduced: [],
      reduction: { combine: "add", initial: 0 },
      atoms: merged.atoms,
      ...cut,
      results: [result],
    },
    expressionCost(merged.expression) + 2 * merged.atoms.length,
  );
}

/**
 * The pass of a group.
 *
 * @param isKept - whether a node is needed outside its group; one that is not never reaches memory
 */
export function passOfGroup(
  group: Group,
  isStored: (node: Node) => boolean,
  isKept: (node: Node) => boolean,
): Pass {
  const [{ strategy }] = group.members;
  const [{ node }] = group.members.map((member) => member.stage);
  if (strategy === "loop") return loopPass(node, bodyOf(node, isStored));
  if (strategy === "product") return productPass(node, bodyOf(node, isStored));
  return fusedPass(group, isStored, isKept);
}
