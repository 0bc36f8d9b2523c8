import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { f32x4, i32, ModuleBuilder, type V128, v128 } from "../../../kernels/wasm/assembler/index.ts";
import type { VectorCode } from "../../../kernels/wasm/math/index.ts";
import * as math from "../../../kernels/wasm/math/index.ts";
import { around, compile, join, moduleOf, random, SPECIAL, sweep, ulps, type VectorFunction } from "./ulp.ts";

interface Case {
  readonly build: VectorFunction;
  readonly exact: (x: number, y: number) => number;
  /** Largest error allowed, in ulp. */
  readonly bound: number;
  readonly domain?: (x: number) => boolean;
  readonly exponents?: true;
}

const all = (x: number): V128 => f32x4.const(x, x, x, x);

/** e^-|x|, of which the engine makes sigmoid and softplus. */
const decay = (c: VectorCode, x: V128) => math.expNegative(c, v128.or(x, all(-0)));

function sigmoid(c: VectorCode, argument: V128): V128 {
  const x = c.fn.bind(argument);
  const e = c.fn.bind(decay(c, x));
  const above = v128.bitselect(e, all(1), f32x4.lt(x, all(0)));
  return f32x4.div(above, f32x4.add(e, all(1)));
}

function softplus(c: VectorCode, argument: V128): V128 {
  const x = c.fn.bind(argument);
  return f32x4.add(f32x4.pmax(x, all(0)), math.log1pUnit(c, decay(c, x)));
}

const CASES: Readonly<Record<string, Case>> = {
  exp: { build: math.exp, exact: Math.exp, bound: 2 },
  expNegative: { build: math.expNegative, exact: Math.exp, bound: 2, domain: (x) => !(x > 0) },
  log: { build: math.log, exact: Math.log, bound: 2 },
  log1pUnit: {
    build: math.log1pUnit,
    exact: Math.log1p,
    bound: 4,
    domain: (x) => !(x < 0 || x > 1 || Object.is(x, -0)),
  },
  log1p: { build: math.log1p, exact: Math.log1p, bound: 4 },
  expm1: { build: math.expm1, exact: Math.expm1, bound: 4 },
  tanh: { build: math.tanh, exact: Math.tanh, bound: 4 },
  pow: { build: math.pow, exact: power, bound: 4, exponents: true },
  sigmoid: {
    build: sigmoid,
    exact: (x) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x))),
    bound: 4,
  },
  softplus: { build: softplus, exact: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), bound: 4 },
};

/** C's: JavaScript differs where the base is 1 or -1. */
function power(x: number, y: number): number {
  if (x === 1 || (x === -1 && Math.abs(y) === Infinity)) return 1;
  return x ** y;
}

/** Where methods change, where results leave the range, and where they are 0 or 1. */
const CRITICAL = [
  ...[1e-45, 2 ** -126, 2 ** -25, 2 ** -24, 2 ** -23, 0.25, 0.5, 1, 2, 3.4028234663852886e38],
  ...[Math.SQRT1_2, Math.SQRT2, Math.SQRT1_2 - 1, Math.SQRT2 - 1, Math.LN2, Math.LN2 / 2, (3 * Math.LN2) / 2],
  ...[
    Math.E,
    9.010913,
    10,
    16.635532,
    17.328679,
    40,
    44,
    87.33654,
    88.02969,
    88.37626,
    88.72284,
    89,
    103.27893,
  ],
  ...[103.972084, 104, 2 ** 23, 2 ** 24, 2 ** 128 * Math.SQRT1_2],
].flatMap((point) => [point, -point]);

const line = (from: number, to: number, count: number) =>
  Float32Array.from({ length: count }, (_, i) => from + ((to - from) * i) / count);

const ARGUMENTS = join([
  SPECIAL,
  sweep(4096),
  ...CRITICAL.map((point) => around(point, 2000)),
  // Where most arguments lie, and where the results of exp do.
  line(-1, 1, 400_000),
  line(0.5, 2, 200_000),
  line(-24, 24, 200_000),
  line(-105, 90, 200_000),
]);

/** Every base with every exponent of two lists, then powers that do not overflow. */
function powerArguments(): [Float32Array, Float32Array] {
  const small = Array.from({ length: 41 }, (_, i) => i - 20);
  const bases = join([SPECIAL, sweep(2), Float32Array.from(small), ...[1, -1].map((x) => around(x, 30))]);
  const exponents = join([
    SPECIAL,
    Float32Array.from(small),
    Float32Array.from(small, (y) => y / 2 + 0.25),
    Float32Array.from(
      [1e-30, 1e-5, 0.1, 1 / 3, 33.3, 127, 128.5, 149, 1e3, 1e5 + 1, 2 ** 23 + 1, 2 ** 24, 1e9, 1e30].flatMap(
        (y) => [y, -y],
      ),
    ),
  ]);
  const next = random(7);
  const usual = Float32Array.from(
    { length: 600_000 },
    () => 2 ** ((next() / 2 ** 32 - 0.5) * 2 ** (8 - Math.floor(next() / 2 ** 27))),
  );
  const results = Float32Array.from(usual, () => (next() / 2 ** 32 - 0.5) * 290);
  const grid = bases.length * exponents.length;
  return [
    join([Float32Array.from({ length: grid }, (_, i) => bases[Math.floor(i / exponents.length)]), usual]),
    join([
      Float32Array.from({ length: grid }, (_, i) => exponents[i % exponents.length]),
      results.map((w, i) => (usual[i] === 1 ? w : w / Math.log2(usual[i]))),
    ]),
  ];
}

/** What IEEE 754 and C (annex F) say: arguments and result, rounded. */
const EXACT: Readonly<Record<string, string>> = {
  exp: "0 1, -0 1, Infinity Infinity, -Infinity 0, 88.8 Infinity, 88.72284 Infinity, -104 0, NaN NaN",
  expNegative: "0 1, -0 1, -Infinity 0, -103.9 1e-45, -104 0, NaN NaN",
  log: "0 -Infinity, -0 -Infinity, 1 0, Infinity Infinity, -1 NaN, -1e-45 NaN, -Infinity NaN, NaN NaN",
  log1p: "0 0, -0 -0, 1e-45 1e-45, -1 -Infinity, -1.5 NaN, Infinity Infinity, -Infinity NaN, NaN NaN",
  log1pUnit: "0 0, 1e-45 1e-45, NaN NaN",
  expm1: "0 0, -0 -0, 1e-45 1e-45, Infinity Infinity, -Infinity -1, NaN NaN",
  tanh: "0 0, -0 -0, -1e-45 -1e-45, Infinity 1, -Infinity -1, NaN NaN",
  sigmoid: "0 0.5, Infinity 1, -Infinity 0, NaN NaN",
  softplus: "Infinity Infinity, -Infinity 0, NaN NaN",
  pow: `
    NaN 0 1, Infinity 0 1, -Infinity -0 1, 0 0 1, -0 -0 1, -2.5 0 1, 1 NaN 1, 1 Infinity 1, 1 -Infinity 1, 1 2.5 1,
    -1 Infinity 1, -1 -Infinity 1, -1 NaN NaN, NaN 1 NaN, 2 NaN NaN, 0 NaN NaN,
    0 3 0, -0 3 -0, -0 2 0, -0 0.5 0, 0 1e-45 0, 0 Infinity 0, -0 Infinity 0, -0 -Infinity Infinity,
    0 -3 Infinity, -0 -3 -Infinity, -0 -2 Infinity, -0 -0.5 Infinity, 0 -1e-45 Infinity,
    Infinity 2 Infinity, Infinity 1e-45 Infinity, Infinity -1e-45 0, Infinity -Infinity 0, Infinity Infinity Infinity,
    -Infinity 3 -Infinity, -Infinity 2 Infinity, -Infinity 0.5 Infinity, -Infinity -3 -0, -Infinity -2 0, -Infinity -0.5 0,
    0.5 Infinity 0, 0.5 -Infinity Infinity, -0.5 Infinity 0, 2 Infinity Infinity, 2 -Infinity 0, -2 Infinity Infinity,
    -2 3 -8, -2 2 4, -2 -1 -0.5, -2 0.5 NaN, -2 1e-45 NaN, -1 16777215 -1, -1 16777216 1,
    2 127 1.7014118346046923e38, 2 128 Infinity, 2 -149 1e-45, 2 -151 0, -2 129 -Infinity, -2 -151 -0`,
};

interface Measured {
  readonly points: number;
  readonly worst: number;
  readonly at: string;
}

function measure({ build, exact, domain, exponents }: Case, relaxed: boolean): Measured {
  const bytes = moduleOf(build, relaxed);
  expect(WebAssembly.validate(bytes)).toBe(true);
  const [x, y] = exponents ? powerArguments() : [domain ? ARGUMENTS.filter(domain) : ARGUMENTS, ARGUMENTS];
  const actual = compile(bytes)(x, exponents ? y : x);
  let worst = 0;
  let at = "";
  for (let i = 0; i < x.length; i++) {
    const error = ulps(actual[i], exact(x[i], y[i]));
    if (error > worst) {
      worst = error;
      at = `${x[i]}${exponents ? `, ${y[i]}` : ""}: ${actual[i]} for ${exact(x[i], y[i])}`;
    }
  }
  return { points: x.length, worst, at };
}

/** The numbers of docs/vector-math.md: function, .., ulp, where, points. */
function documented(): Map<string, { worst: number; points: number }> {
  const text = readFileSync(new URL("../../../docs/vector-math.md", import.meta.url), "utf8");
  const rows = text.matchAll(/^\| `(\w+)` \|.*\| ([\d.]+) \| [^|]* \| (\d+) \|$/gm);
  return new Map(
    Array.from(rows, ([, name, worst, points]) => [name, { worst: Number(worst), points: Number(points) }]),
  );
}

const RELAXED = (() => {
  const probe = new ModuleBuilder({ shared: false, initial: 1, maximum: 1 });
  probe.export("probe", [], (fn) => {
    const x = v128.load(i32.const(0));
    fn.do(v128.store(i32.const(0), f32x4.relaxed_madd(x, x, x)));
  });
  return WebAssembly.validate(probe.bytes());
})();

describe("vector math", () => {
  const rows = documented();

  test.each(Object.entries(CASES))("%s", (name, form) => {
    const { points, worst, at } = measure(form, false);
    expect(worst, at).toBeLessThanOrEqual(form.bound);
    const row = rows.get(name);
    expect(row, `${name}: ${worst} ulp over ${points} points at ${at}`).toBeDefined();
    expect(row!.points).toBe(points);
    expect(row!.worst, at).toBeGreaterThanOrEqual(worst);
    expect(row!.worst).toBeLessThan(worst + 0.02);
  });

  test.each(Object.entries(EXACT))("special values of %s", (name, table) => {
    const rows = table.split(",").map((row) => row.trim().split(/\s+/).map(Number));
    const column = (i: number) => Float32Array.from(rows, (row) => row[i]);
    const results = compile(moduleOf(CASES[name].build, false))(column(0), column(1));
    const expected = column(rows[0].length - 1);
    const shown = (values: Float32Array) => rows.map((row, i) => [...row.slice(0, -1), values[i]]);
    expect(shown(results)).toEqual(shown(expected));
  });

  test.runIf(RELAXED).each(Object.entries(CASES))("%s, relaxed", (_name, form) => {
    const { worst, at } = measure(form, true);
    expect(worst, at).toBeLessThanOrEqual(form.bound);
  });
});
