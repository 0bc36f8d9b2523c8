/**
 * Index arithmetic of a stage: affine forms over loop variables, and whole quotients where a reshape or a gap
 * leaves no affine form. Forms are simplified as they are made (ranges decide what a division can drop), so
 * that the common chains of moves come out as plain strides.
 */

/** A loop's counter, or the floor of a form over a positive integer. */
export interface Variable {
  readonly id: number;
  readonly min: number;
  readonly max: number;
  readonly quotient: { readonly of: Affine; readonly by: number } | null;
}

/** `offset + sum of step * variable`, integers all. */
export interface Affine {
  readonly offset: number;
  /** Steps by variable, none of them 0. */
  readonly terms: ReadonlyMap<Variable, number>;
}

export interface Range {
  readonly min: number;
  readonly max: number;
}

export const constantForm = (offset: number): Affine => ({ offset, terms: new Map() });
export const formOf = (variable: Variable): Affine => ({ offset: 0, terms: new Map([[variable, 1]]) });

/** `x + scale * y`. */
export function combine(x: Affine, y: Affine, scale = 1): Affine {
  const terms = new Map(x.terms);
  for (const [variable, step] of y.terms) {
    const sum = (terms.get(variable) ?? 0) + scale * step;
    if (sum === 0) terms.delete(variable);
    else terms.set(variable, sum);
  }
  return { offset: x.offset + scale * y.offset, terms };
}

/** Text that is equal for equal forms. */
export function formKey(form: Affine): string {
  const terms = [...form.terms].map(([variable, step]) => `${step}*${variable.id}`).sort();
  return `${form.offset}|${terms.join("|")}`;
}

/** The variables, divisions and known ranges of one stage. */
export class IndexSpace {
  #count = 0;
  readonly #quotients = new Map<string, Variable>();
  /** Ranges tighter than the terms alone tell, such as those of remainders. */
  readonly #known = new Map<string, Range>();

  /** A loop's counter: `0 .. length - 1`. */
  variable(length: number): Variable {
    return { id: this.#count++, min: 0, max: length - 1, quotient: null };
  }

  range(form: Affine): Range {
    const known = this.#known.get(formKey(form));
    if (known !== undefined) return known;
    let min = form.offset;
    let max = form.offset;
    for (const [variable, step] of form.terms) {
      min += step * (step > 0 ? variable.min : variable.max);
      max += step * (step > 0 ? variable.max : variable.min);
    }
    return { min, max };
  }

  /** Floor of a form over a positive integer. */
  divide(form: Affine, by: number): Affine {
    if (by === 1) return form;
    const { whole, rest } = split(form, by);
    const { min, max } = this.range(rest);
    if (min >= 0 && max < by) return whole;
    // A common step g of the large terms: floor(x / (g * m)) = floor(floor(x / g) / m).
    for (const step of rest.terms.values()) {
      const g = Math.abs(step);
      if (g === 1 || g === by || by % g !== 0) continue;
      const inner = split(rest, g);
      const { min: low, max: high } = this.range(inner.rest);
      if (low >= 0 && high < g) return combine(whole, this.divide(inner.whole, by / g));
    }
    return combine(whole, formOf(this.#quotient(rest, by)));
  }

  /** What is left of a form after whole multiples of a positive integer. */
  remainder(form: Affine, by: number): Affine {
    return this.#bounded(combine(form, this.divide(form, by), -by), by);
  }

  /** Coordinates along the axes of a shape at a flat position inside it. */
  unflatten(flat: Affine, shape: readonly number[]): Affine[] {
    const coordinates = new Array<Affine>(shape.length);
    let outer = flat;
    for (let axis = shape.length - 1; axis > 0; axis--) {
      const next = this.divide(outer, shape[axis]);
      coordinates[axis] = this.#bounded(combine(outer, next, -shape[axis]), shape[axis]);
      outer = next;
    }
    if (shape.length > 0) coordinates[0] = outer;
    return coordinates;
  }

  /** The same form with variables replaced; divisions are made anew and may fall away. */
  substitute(form: Affine, replaced: ReadonlyMap<Variable, Affine>): Affine {
    let result = constantForm(form.offset);
    for (const [variable, step] of form.terms) {
      const { quotient } = variable;
      const by =
        replaced.get(variable) ??
        (quotient === null
          ? formOf(variable)
          : this.divide(this.substitute(quotient.of, replaced), quotient.by));
      result = combine(result, by, step);
    }
    const known = this.#known.get(formKey(form));
    if (known !== undefined && result.terms.size > 0) this.#known.set(formKey(result), known);
    return result;
  }

  #bounded(form: Affine, length: number): Affine {
    if (form.terms.size > 1) this.#known.set(formKey(form), { min: 0, max: length - 1 });
    return form;
  }

  #quotient(of: Affine, by: number): Variable {
    const [first] = of.terms;
    if (of.terms.size === 1 && of.offset === 0 && first[1] === 1 && first[0].quotient !== null) {
      return this.#quotient(first[0].quotient.of, first[0].quotient.by * by);
    }
    const key = `${formKey(of)}/${by}`;
    let variable = this.#quotients.get(key);
    if (variable === undefined) {
      const { min, max } = this.range(of);
      variable = {
        id: this.#count++,
        min: Math.floor(min / by),
        max: Math.floor(max / by),
        quotient: { of, by },
      };
      this.#quotients.set(key, variable);
    }
    return variable;
  }
}

/** `form = by * whole + rest`, with every step that `by` divides in `whole`. */
function split(form: Affine, by: number): { whole: Affine; rest: Affine } {
  const whole = new Map<Variable, number>();
  const rest = new Map<Variable, number>();
  for (const [variable, step] of form.terms) {
    if (step % by === 0) whole.set(variable, step / by);
    else rest.set(variable, step);
  }
  const offset = Math.floor(form.offset / by);
  return {
    whole: { offset, terms: whole },
    rest: { offset: form.offset - offset * by, terms: rest },
  };
}
