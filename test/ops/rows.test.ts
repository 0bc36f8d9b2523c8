/** Laws that hold for every row of the op table. A new row is tested by being in the table. */
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { vjp } from "../../src/autodiff/vjp.ts";
import type { IndexMap } from "../../src/graph/index-map.ts";
import { Node } from "../../src/graph/node.ts";
import type { OpRow } from "../../src/graph/row.ts";
import { gradcheck, setBackend, Tensor, tensor } from "../../src/index.ts";
import { alias } from "../../src/ops/functions.ts";
import { row } from "../../src/ops/make.ts";
import { full } from "../../src/ops/movement.ts";
import { opTable } from "../../src/ops/table.ts";
import { realize } from "../../src/run/evaluate.ts";
import { runNode } from "../../src/run/reference/kernels.ts";
import { s } from "../../src/scalar/expression.ts";
import { type Shape, sizeOf } from "../../src/shape.ts";
import { casesOf, leaf, type OpCase, recordCase, variablesOf } from "../support/ops.ts";
import { plainValues } from "../support/plain.ts";

const RUNS = 12;
const SEED = 20260;

const rows = [...opTable.values()];
const named = (keep: (op: OpRow) => boolean) => rows.filter(keep).map((op): [string, OpRow] => [op.name, op]);

beforeAll(() => setBackend("reference"));

const settings = (numRuns = RUNS) => ({ numRuns, seed: SEED, endOnFailure: true });

/** The row as a function of its variables; what selects (conditions, indices) stays as it is. */
function asFunction(drawn: OpCase): { f: (...args: Tensor[]) => Tensor; args: Tensor[] } {
  const positions = variablesOf(drawn);
  const fixed = drawn.inputs.map(leaf);
  const f = (...args: Tensor[]) =>
    new Tensor(
      recordCase(
        drawn,
        fixed.map((node, i) => args[positions.indexOf(i)]?.node ?? node),
      ),
    );
  return { f, args: positions.map((i) => tensor(drawn.inputs[i].data, drawn.inputs[i].shape)) };
}

const differentiable = named((op) => op.vjp !== null);

describe("derivatives against central differences", () => {
  test.each(differentiable)("%s, first order", async (_, op) => {
    await fc.assert(
      fc.asyncProperty(casesOf(op), async (drawn) => {
        const { f, args } = asFunction(drawn);
        const result = await gradcheck(f, args, { elements: 24, directions: 2, tolerance: 1e-7 });
        expect(result, JSON.stringify(result)).toMatchObject({ ok: true });
      }),
      settings(),
    );
  });

  // Curved, so that the rule of the rule is used even where the row itself is linear.
  test.each(differentiable)("%s, second order", async (_, op) => {
    await fc.assert(
      fc.asyncProperty(casesOf(op), async (drawn) => {
        const { f, args } = asFunction(drawn);
        const curved = (...xs: Tensor[]) => {
          const y = f(...xs);
          return y.square().add(y);
        };
        const result = await gradcheck(curved, args, {
          order: 2,
          elements: 12,
          directions: 2,
          tolerance: 1e-6,
        });
        expect(result, JSON.stringify(result)).toMatchObject({ ok: true });
      }),
      settings(),
    );
  });

  test.each(named((op) => op.vjp === null && op.kind !== "leaf"))("%s, constant", async (_, op) => {
    await fc.assert(
      fc.asyncProperty(casesOf(op), async (drawn) => {
        const variables = drawn.inputs.map((input) => alias(leaf(input)));
        const output = recordCase(drawn, variables);
        const grads = vjp(output, variables, full(output.shape, 1));
        await realize(grads);
        grads.forEach((grad, i) => {
          expect(grad.shape).toEqual(drawn.inputs[i].shape);
          expect(grad.value?.every((x) => x === 0)).toBe(true);
        });
      }),
      settings(4),
    );
  });
});

describe("the row's own promises", () => {
  test.each(named((op) => op.vjp !== null))("%s: cotangents have the shape of their inputs", (_, op) => {
    fc.assert(
      fc.property(casesOf(op), (drawn) => {
        const inputs = drawn.inputs.map(leaf);
        const output = recordCase(drawn, inputs);
        const parts = op.vjp?.(full(output.shape, 1), inputs, output, drawn.attributes as never) ?? [];
        const variables = variablesOf(drawn);
        inputs.forEach((input, i) => {
          if (variables.includes(i)) expect(parts[i]?.shape).toEqual(input.shape);
          else expect(parts[i] ?? null).toBeNull();
        });
      }),
      settings(50),
    );
  });

  test.each(named((op) => op.name !== "input"))("%s: gives one finite number an element", (_, op) => {
    fc.assert(
      fc.property(casesOf(op), (drawn) => {
        const inputs = drawn.inputs.map(leaf);
        const result = runNode(
          recordCase(drawn, inputs),
          drawn.inputs.map((input) => input.data),
        );
        expect(result).toHaveLength(sizeOf(drawn.output));
        expect(result.every(Number.isFinite)).toBe(true);
      }),
      settings(50),
    );
  });

  /** An axis that is not said to be bounded must never leave its input, or an executor reads past the end. */
  function checkMap(map: IndexMap, input: Shape, coordinates: Shape): void {
    expect(map).toHaveLength(input.length);
    map.forEach(({ offset, terms, every = 1, bounded = false }, axis) => {
      expect(Number.isInteger(offset) && Number.isInteger(every) && every >= 1).toBe(true);
      for (const [output] of terms) expect(output).toBeLessThan(coordinates.length);
      if (bounded) return;
      const reach = (pick: (...ends: number[]) => number) =>
        terms.reduce((total, [output, step]) => total + pick(0, step * (coordinates[output] - 1)), offset);
      expect(reach(Math.min)).toBeGreaterThanOrEqual(0);
      expect(reach(Math.max) / every).toBeLessThan(input[axis]);
    });
  }

  test.each(named((op) => "source" in op || "contraction" in op))("%s: index maps stay inside", (_, op) => {
    fc.assert(
      fc.property(casesOf(op), ({ inputs, output, attributes }) => {
        const shapes = inputs.map((input) => input.shape);
        if (op.kind === "move" && op.source !== null) {
          checkMap(op.source(shapes[0], output, attributes as never), shapes[0], output);
        } else if (op.kind === "contract" || op.kind === "window") {
          const { maps, reduce } = op.contraction(shapes, output, attributes as never);
          expect(maps).toHaveLength(shapes.length);
          maps.forEach((map, i) => {
            checkMap(map, shapes[i], [...output, ...reduce]);
          });
        } else {
          expect(sizeOf(shapes[0])).toBe(sizeOf(output));
        }
      }),
      settings(60),
    );
  });

  test.each(named(() => true))("%s: is described, and found under its name", (name, op) => {
    expect(op.doc).toMatch(/^\S[^\n]*[^.\s]$/);
    expect(opTable.get(name)).toBe(op);
    if (op.domain !== undefined) for (const { min, max } of op.domain) expect(min).toBeLessThan(max);
  });
});

describe("simplify of a row", () => {
  const CONSTANTS = [0, 1, -1, 2];
  test.each(named((op) => op.simplify !== undefined))(
    "%s: never changes the value, and does something",
    (_, op) => {
      let used = 0;
      fc.assert(
        fc.property(
          casesOf(op),
          fc.array(fc.constantFrom(null, ...CONSTANTS), { minLength: 3, maxLength: 3 }),
          fc.boolean(),
          (drawn, constants, nested) => {
            const inputs = drawn.inputs.map((input, i) => {
              const constant = constants[i];
              if (constant !== null) return full(input.shape, constant);
              // The row over itself, where shapes allow: neg of neg, reshape of reshape.
              const node = leaf(input);
              const alone = drawn.inputs.length === 1 && sizeOf(drawn.output) === sizeOf(input.shape);
              return nested && alone && (op.kind === "map" || op.name === "reshape")
                ? new Node(op, [node], input.shape, drawn.attributes)
                : node;
            });
            const node = recordCase(drawn, inputs);
            const simpler = op.simplify?.(node) ?? null;
            if (simpler === null) return;
            used++;
            expect(simpler.shape).toEqual(node.shape);
            const [before, after] = plainValues([node, simpler]);
            before.forEach((x, i) => {
              if (Number.isNaN(x)) expect(after[i]).toBeNaN();
              else if (!Number.isFinite(x)) expect(after[i]).toBe(x);
              else expect(Math.abs(after[i] - x)).toBeLessThanOrEqual(1e-14 * Math.abs(x));
            });
          },
        ),
        settings(200),
      );
      expect(used).toBeGreaterThan(0);
    },
  );
});

test("a row whose attributes no generator knows fails with words that say what to do", () => {
  const expression: (typeof s)["exp"] = s.exp;
  const newMap = row<{ slope: number }>({
    name: "leakyRelu",
    kind: "map",
    doc: "x, or slope * x below 0",
    expression: ([x], { slope }) => s.max(expression(x), s.mul(slope, x)),
    vjp: null,
  });
  const newMove = row({ name: "roll", kind: "move", doc: "turns an axis round", source: null, vjp: null });
  const draw = (op: OpRow) => () => fc.sample(casesOf(op), 1);
  expect(draw(newMap)).toThrow(
    /no test generator for the attribute "slope" of the row "leakyRelu".*test\/support\/op-sketches\.ts/,
  );
  expect(draw(newMove)).toThrow(/no test generator for shapes and attributes of the row "roll" \(move\)/);
});
