/** Every layer, value and gradients, against PyTorch on each executor that works here. */
import { beforeAll, describe, expect, test } from "vitest";
import { type BackendId, setBackend } from "../../src/index.ts";
import * as nn from "../../src/nn/index.ts";
import { describeModes, relativeError } from "../support/backends.ts";
import { CASES, type GoldenCase, moduleOf, outcomeOf } from "./support/golden.ts";

const NAMED = CASES.map((one) => [one.title, one] as const);

type Values = Readonly<Record<string, ArrayLike<number>>>;

/**
 * Each gradient relative to its own largest entry, or to the largest of all: the gradient of a bias is one sum, whose
 * terms may cancel in float32.
 */
function gradientError(actual: Values, exact: Values, of: "each" | "all"): number {
  const names = Object.keys(exact);
  const joined = (values: Values) => names.flatMap((name) => Array.from(values[name]));
  if (of === "all") return relativeError(joined(actual), joined(exact));
  return Math.max(...names.map((name) => relativeError(actual[name], exact[name])));
}

async function expectGolden(one: GoldenCase, tolerance: number, of: "each" | "all"): Promise<void> {
  const { shape, output, gradients, updates } = await outcomeOf(one);
  expect(shape).toEqual(one.output.shape);
  expect(relativeError(output, one.output.data)).toBeLessThan(tolerance);
  expect(gradientError(gradients, one.gradients, of)).toBeLessThan(tolerance);
  expect(Object.keys(updates).sort()).toEqual(Object.keys(one.updates).sort());
  for (const [name, exact] of Object.entries(one.updates))
    expect(relativeError(updates[name], exact), name).toBeLessThan(tolerance);
}

describe("PyTorch's values, on the reference", () => {
  beforeAll(() => setBackend("reference"));

  test.each(NAMED)("%s", async (_, one) => {
    await expectGolden(one, 1e-11, "each");
  });

  test.each(NAMED)("%s has the variables of the case, with their shapes", (_, one) => {
    const { variables } = moduleOf(one);
    const shapes = Object.entries(variables).map(([name, { shape }]) => [name, [...shape]]);
    expect(Object.fromEntries(shapes)).toEqual(
      Object.fromEntries(Object.entries(one.variables).map(([name, { shape }]) => [name, shape])),
    );
    const trained = Object.keys(variables).filter((name) => variables[name].trainable);
    expect(["x", ...trained].sort()).toEqual(Object.keys(one.gradients).sort());
  });

  test("no layer is left out", () => {
    const tested = new Set(CASES.map(({ layer }) => layer));
    const layers = Object.keys({ ...nn, ...nn.activations }).filter((name) => /^[a-z]/.test(name));
    // Without a value of their own: made of others, or random.
    const others = ["concat", "countParameters", "describe", "dropout", "identity", "initialize"];
    const more = ["initializers", "activations", "scoped", "sequential"];
    expect(layers.filter((name) => !tested.has(name) && ![...others, ...more].includes(name))).toEqual([]);
  });
});

/** OpenGL's exp and tanh are good to about 4e-6 on a software rasteriser; a norm divides by what is left of them. */
const TOLERANCE: Readonly<Partial<Record<BackendId, number>>> = {
  headlessgl: 1e-4,
  webgl2: 1e-4,
  webgpu: 1e-4,
};

await describeModes("PyTorch's values", (mode) => {
  beforeAll(() => setBackend(mode));

  test.each(NAMED)("%s", async (_, one) => {
    await expectGolden(one, TOLERANCE[mode] ?? 1e-5, "all");
  });
});
