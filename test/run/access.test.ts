/** Index forms against plain arithmetic: whatever is simplified away, the numbers stay. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Affine,
  combine,
  constantForm,
  formOf,
  IndexSpace,
  type Variable,
} from "../../src/run/access/affine.ts";

type Values = ReadonlyMap<Variable, number>;

function evaluate(form: Affine, values: Values): number {
  let sum = form.offset;
  for (const [variable, step] of form.terms) {
    const { quotient } = variable;
    const value =
      quotient === null
        ? (values.get(variable) as number)
        : Math.floor(evaluate(quotient.of, values) / quotient.by);
    sum += step * value;
  }
  return sum;
}

const lengths = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 });
const sized = fc.tuple(lengths, fc.array(fc.integer({ min: -30, max: 30 }), { minLength: 5, maxLength: 5 }));

/** A form over fresh variables, and every way to fill them in. */
function drawn(
  space: IndexSpace,
  [sizes, numbers]: [number[], number[]],
): { form: Affine; fillings: Values[] } {
  const variables = sizes.map((size) => space.variable(size));
  let form = constantForm(numbers[4]);
  variables.forEach((variable, i) => {
    form = combine(form, formOf(variable), numbers[i]);
  });
  const fillings: Values[] = [];
  const total = sizes.reduce((product, size) => product * size, 1);
  for (let flat = 0; flat < total; flat++) {
    let rest = flat;
    const values = new Map<Variable, number>();
    variables.forEach((variable, i) => {
      values.set(variable, rest % sizes[i]);
      rest = Math.floor(rest / sizes[i]);
    });
    fillings.push(values);
  }
  return { form, fillings };
}

describe("index forms", () => {
  test("division and remainder are those of integers, within the ranges that are claimed", () => {
    fc.assert(
      fc.property(
        sized,
        fc.integer({ min: 1, max: 24 }),
        fc.integer({ min: 1, max: 7 }),
        (input, by, again) => {
          const space = new IndexSpace();
          const { form, fillings } = drawn(space, input);
          const results = [
            form,
            space.divide(form, by),
            space.remainder(form, by),
            space.divide(space.divide(form, by), again),
          ];
          for (const values of fillings) {
            const x = evaluate(form, values);
            const expected = [
              x,
              Math.floor(x / by),
              x - by * Math.floor(x / by),
              Math.floor(x / (by * again)),
            ];
            results.forEach((result, i) => {
              const value = evaluate(result, values);
              expect(value).toBe(expected[i]);
              const { min, max } = space.range(result);
              expect(value >= min && value <= max).toBe(true);
            });
          }
        },
      ),
      { numRuns: 120 },
    );
  });

  test("coordinates of a flat position lead back to it, and divisions cancel", () => {
    fc.assert(
      fc.property(lengths, lengths, (from, to) => {
        const space = new IndexSpace();
        const size = from.reduce((x, y) => x * y, 1) * to.reduce((x, y) => x * y, 1);
        const flat = formOf(space.variable(size));
        const shape = [...to, ...from];
        let back = constantForm(0);
        const coordinates = space.unflatten(flat, shape);
        coordinates.forEach((coordinate, axis) => {
          back = combine(constantForm(0), back, shape[axis]);
          back = combine(back, coordinate);
          expect(space.range(coordinate).max).toBeLessThan(shape[axis]);
        });
        expect(back).toEqual(flat);
      }),
    );
  });

  test("substitution keeps values", () => {
    fc.assert(
      fc.property(sized, fc.integer({ min: 2, max: 9 }), (input, by) => {
        const space = new IndexSpace();
        const { form, fillings } = drawn(space, input);
        const divided = combine(space.divide(form, by), form, 3);
        const [variable] = fillings[0].keys();
        const [outer, inner] = [space.variable(3), space.variable(4)];
        const replaced = space.substitute(
          divided,
          new Map([[variable, combine(formOf(inner), formOf(outer), 4)]]),
        );
        for (const values of fillings) {
          for (const [i, j] of [
            [0, 0],
            [1, 3],
            [2, 1],
          ]) {
            const whole = new Map([...values, [variable, i * 4 + j], [outer, i], [inner, j]] as [
              Variable,
              number,
            ][]);
            expect(evaluate(replaced, whole)).toBe(evaluate(divided, whole));
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
