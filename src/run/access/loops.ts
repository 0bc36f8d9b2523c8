/**
 * Loops of a body made fewer or shorter: neighbouring axes that every form walks as one, and blocks of long
 * ones.
 */
import { s } from "../../scalar/expression.ts";
import { type Affine, combine, constantForm, formOf, type IndexSpace, type Variable } from "./affine.ts";
import { type Atom, Atoms, type Body, lengthOf } from "./body.ts";

/** Every form that the atoms use, those under divisions included. */
function formsOf(atoms: readonly Atom[]): Affine[] {
  const forms: Affine[] = [];
  const seen = new Set<Variable>();
  const visit = (form: Affine): void => {
    forms.push(form);
    for (const variable of form.terms.keys()) {
      if (variable.quotient === null || seen.has(variable)) continue;
      seen.add(variable);
      visit(variable.quotient.of);
    }
  };
  for (const atom of atoms) {
    if (atom.kind === "inside") for (const condition of atom.conditions) visit(condition.form);
    else visit(atom.kind === "index" ? atom.of : atom.at);
  }
  return forms;
}

function changed(atom: Atom, change: (form: Affine) => Affine): Atom {
  switch (atom.kind) {
    case "read":
    case "table":
      return { ...atom, at: change(atom.at) };
    case "index":
      return { ...atom, of: change(atom.of) };
    case "inside":
      return { ...atom, conditions: atom.conditions.map((c) => ({ ...c, form: change(c.form) })) };
  }
}

/** The same body with variables replaced. */
function substituted(
  body: Body,
  replaced: ReadonlyMap<Variable, Affine>,
  outputs: readonly Variable[],
  reduced: readonly Variable[],
): Body {
  const { space } = body;
  const change = (form: Affine) => space.substitute(form, replaced);
  const atoms = body.atoms.map((atom) => changed(atom, change));
  return { ...body, outputs, reduced, atoms };
}

/** Runs of neighbouring axes that can be counted by one variable. */
function mergeGroup(
  variables: readonly Variable[],
  forms: readonly Affine[],
  make: (size: number) => Variable,
  replaced: Map<Variable, Affine>,
): Variable[] {
  const merged: Variable[] = [];
  const long = variables.filter((variable) => {
    if (variable.max > 0) return true;
    replaced.set(variable, constantForm(0));
    return false;
  });
  const step = (form: Affine, variable: Variable) => form.terms.get(variable) ?? 0;
  for (let from = 0; from < long.length; ) {
    let to = from;
    let size = lengthOf(long[from]);
    while (
      to + 1 < long.length &&
      forms.every((form) => step(form, long[to]) === step(form, long[to + 1]) * lengthOf(long[to + 1]))
    ) {
      to++;
      size *= lengthOf(long[to]);
    }
    if (to === from) {
      merged.push(long[from]);
    } else {
      const one = make(size);
      for (let i = from; i < to; i++) replaced.set(long[i], constantForm(0));
      replaced.set(long[to], formOf(one));
      merged.push(one);
    }
    from = to + 1;
  }
  return merged;
}

/** Groups of neighbouring loops, and what their counters are read by. */
export interface Loops {
  readonly groups: readonly (readonly Variable[])[];
  readonly atoms: readonly Atom[];
  /** Forms beside those of the atoms: where results are stored. */
  readonly forms: readonly Affine[];
}

/** Merges the loops of each group that every form walks in one stride; drops those of length 1. */
export function mergeLoops(space: IndexSpace, { groups, atoms, forms }: Loops): Loops {
  const replaced = new Map<Variable, Affine>();
  const all = [...formsOf(atoms), ...forms];
  const make = (size: number) => space.variable(size);
  const merged = groups.map((group) => mergeGroup(group, all, make, replaced));
  const change = (form: Affine) => space.substitute(form, replaced);
  if (replaced.size === 0) return { groups, atoms, forms };
  return { groups: merged, atoms: atoms.map((atom) => changed(atom, change)), forms: forms.map(change) };
}

/**
 * Merges axes of outputs, and of reductions, that every form walks in one stride; drops those of length 1.
 *
 * @param blocked - the reduced axes have been cut into blocks, and stay as they are
 */
export function mergeAxes(body: Body, blocked = false): Body {
  const { space, outputs, reduced, atoms } = body;
  const merged = mergeLoops(space, { groups: blocked ? [outputs] : [outputs, reduced], atoms, forms: [] });
  return {
    ...body,
    outputs: merged.groups[0],
    reduced: blocked ? reduced : merged.groups[1],
    atoms: merged.atoms,
  };
}

/** The block length for an axis: a divisor near `target` where there is one, so that no block is ragged. */
function blockLength(size: number, target: number): number {
  for (let block = target; block >= target / 4; block--) if (size % block === 0) return block;
  return Math.ceil(size / Math.ceil(size / target));
}

/** Cuts reduced axes longer than `target` into blocks, so that a sum adds blocks of few terms. */
export function blockAxes(body: Body, target: number): Body {
  const position = body.reduced.findIndex((variable) => lengthOf(variable) > target);
  if (position < 0) return body;
  const { space } = body;
  const axis = body.reduced[position];
  const size = lengthOf(axis);
  const block = blockLength(size, target);
  const outer = space.variable(Math.ceil(size / block));
  const inner = space.variable(block);
  const form = combine(formOf(inner), formOf(outer), block);
  const reduced = [...body.reduced.slice(0, position), outer, inner, ...body.reduced.slice(position + 1)];
  let result = substituted(body, new Map([[axis, form]]), body.outputs, reduced);
  if (size % block !== 0) result = guarded(result, form, size);
  return blockAxes(result, target);
}

/** The body where `form` lies below `size`, nothing beyond. */
function guarded(body: Body, form: Affine, size: number): Body {
  const inside: Atom = { kind: "inside", conditions: [{ kind: "within", form, length: size }] };
  return {
    ...body,
    atoms: [...body.atoms, inside],
    expression: s.select(s.argument(body.atoms.length), body.expression, body.initial),
  };
}

/** The first `count` reduced axes as output axes: one partial result for each of their elements. */
export function partialBody(body: Body, count: number): Body {
  const outputs = [...body.outputs, ...body.reduced.slice(0, count)];
  return mergeAxes({ ...body, outputs, reduced: body.reduced.slice(count) }, true);
}

/** The body that combines `partials` neighbouring elements of a stored buffer into each output. */
export function finishBody(
  body: Body,
  buffer: { readonly shape: readonly number[] },
  partials: number,
): Body {
  const { space } = body;
  const outputs = [space.variable(body.outputs.reduce((size, variable) => size * lengthOf(variable), 1))];
  const reduced = [space.variable(partials)];
  const atoms = new Atoms();
  const expression = atoms.read(buffer, combine(formOf(reduced[0]), formOf(outputs[0]), partials));
  return { ...body, outputs, reduced, atoms: atoms.list, expression };
}
