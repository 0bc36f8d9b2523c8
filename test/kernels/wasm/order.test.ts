import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { i32, ModuleBuilder } from "../../../kernels/wasm/assembler/index.ts";
import { ORDER_KERNELS } from "../../../kernels/wasm/order/index.ts";
import type { Attributes } from "../../../src/graph/row.ts";
import { opTable } from "../../../src/ops/table.ts";
import { sizeOf } from "../../../src/shape.ts";

type Ranges = (units: number, chunk: number) => (readonly [begin: number, end: number])[];

interface Case {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  readonly output: readonly number[];
  readonly attributes: Attributes;
  readonly inputs: readonly Float32Array<ArrayBuffer>[];
}

const PAGE = 2 ** 16;
const GUARD = 64;
const RUBBISH = 0xa5;

/** Bytes of memory that are few enough to look at after each call. */
const WATCHED = 2 ** 18;

/** Throws once two calls have changed the same word: at the same time, one would have spoilt the other's. */
function watcher({ buffer }: WebAssembly.Memory): () => void {
  const [words, known] = [new Int32Array(buffer), new Int32Array(buffer.slice(0))];
  const changed = new Uint8Array(words.length);
  return () => {
    for (let i = 0; i < words.length; i++) {
      if (words[i] === known[i]) continue;
      if (changed[i] === 1) throw new Error(`word ${i} was changed by two calls of a pass`);
      changed[i] = 1;
      known[i] = words[i];
    }
  };
}

/** A function that runs all passes on a memory full of rubbish, units taken as `ranges` says. */
function runner({ name, shapes, output, attributes, inputs }: Case): (ranges: Ranges) => Float32Array {
  const { scratchBytes, passes } = ORDER_KERNELS[name](shapes, output, attributes);
  // Guards between them show what is written outside. Only scratch is promised to be aligned.
  const sizes = [...inputs.map((x) => x.byteLength), 4 * sizeOf(output), scratchBytes];
  const places: number[] = [];
  let end = GUARD;
  sizes.forEach((bytes, slot) => {
    places.push(end + (slot === sizes.length - 1 ? 0 : 4));
    end = Math.ceil((places[slot] + bytes) / 16) * 16 + GUARD;
  });
  const pages = Math.ceil(end / PAGE);
  const module = new ModuleBuilder({ shared: false, initial: pages, maximum: pages });
  const params = [
    ["frame", "i32"],
    ["begin", "i32"],
    ["end", "i32"],
  ] as const;
  passes.forEach((pass, i) => {
    expect([pass.units, pass.chunk].every((n) => Number.isInteger(n) && n > 0)).toBe(true);
    module.export(`pass${i}`, params, (fn, [frame, begin, last]) => {
      const base = places.map((_, slot) => fn.bind(i32.load(frame, 4 * slot)));
      const [to, scratch] = base.slice(inputs.length);
      pass.emit({ fn, begin, end: last, inputs: base.slice(0, inputs.length), output: to, scratch });
    });
  });
  const bytes = module.bytes();
  expect(WebAssembly.validate(bytes)).toBe(true);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  const call = exports as Record<string, (frame: number, begin: number, end: number) => void>;

  return (ranges) => {
    const all = Buffer.from(memory.buffer).fill(RUBBISH);
    new Int32Array(memory.buffer).set(places);
    inputs.forEach((input, i) => {
      all.set(new Uint8Array(input.buffer), places[i]);
    });
    const before = Buffer.from(all);
    passes.forEach((pass, i) => {
      const watch = end < WATCHED ? watcher(memory) : () => {};
      for (const [begin, last] of ranges(pass.units, pass.chunk)) {
        call[`pass${i}`](0, begin, last);
        watch();
      }
    });
    const result = new Float32Array(memory.buffer, places[inputs.length], sizeOf(output)).slice();
    for (const slot of [inputs.length, inputs.length + 1]) {
      all.fill(RUBBISH, places[slot], places[slot] + sizes[slot]);
    }
    expect(all.equals(before)).toBe(true);
    return result;
  };
}

const whole: Ranges = (units) => [[0, units]];
const byChunk: Ranges = (units, chunk) => {
  const ranges = Array.from({ length: Math.ceil(units / chunk) }, (_, i) => i * chunk);
  return ranges.map((begin) => [begin, Math.min(units, begin + chunk)] as const).reverse();
};

/** Pieces of any size in any order. */
function split(random: () => number): Ranges {
  return (units) => {
    const cuts = Array.from({ length: Math.min(units, 5) }, () => Math.floor(random() * (units + 1)));
    const ends = [0, ...cuts.sort((a, b) => a - b), units];
    const pieces = ends.slice(1).map((end, i) => ({ piece: [ends[i], end] as const, key: random() }));
    return pieces.sort((a, b) => a.key - b.key).map(({ piece }) => piece);
  };
}

function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function expected({ name, shapes, output, attributes, inputs }: Case): Float32Array {
  const row = opTable.get(name);
  if (row === undefined || !("compute" in row)) throw new Error(`${name} has no compute`);
  const doubles = inputs.map((input) => Float64Array.from(input));
  return Float32Array.from(row.compute(doubles, shapes, output, attributes));
}

/** Tells -0 from 0. The bits of a NaN are the machine's to choose. */
function expectSame(given: Float32Array, wanted: Float32Array): void {
  const different = given.findIndex((value, i) => !Object.is(value, wanted[i]));
  if (different >= 0) expect([different, given[different]]).toEqual([different, wanted[different]]);
  expect(given.length).toBe(wanted.length);
}

/** The numbers of the row's `compute`, rounded once, and the same however the units are split. */
function check(seed: number, one: Case): void {
  const run = runner(one);
  const given = run(whole);
  expectSame(given, expected(one));
  const random = randomOf(seed);
  for (const ranges of [byChunk, split(random), split(random)]) expectSame(run(ranges), given);
}

const filled = (shape: readonly number[], value: (i: number) => number) =>
  Float32Array.from({ length: sizeOf(shape) }, (_, i) => value(i));

const SPECIAL = [Number.NaN, 0, -0, Infinity, -Infinity, 1, -1, 1e-42, -1e-42, 3e38];
/** Numbers with ties and all that is special, or without. */
const drawn =
  (random: () => number, special: number): (() => number) =>
  () => {
    if (random() < special) return SPECIAL[Math.floor(random() * SPECIAL.length)];
    return random() < 0.5 ? Math.floor(random() * 5) - 2 : (random() - 0.5) * 10 ** (random() * 8 - 4);
  };

const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const shaped = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });
/** A shape and an axis, made longer now and then, with up to a few columns beside. */
const lines = fc
  .record({
    shape: shaped,
    at: fc.nat(3),
    longer: fc.constantFrom(1, 1, 1, 7, 60),
    wide: fc.constantFrom(1, 1, 5),
  })
  .map(({ shape, at, longer, wide }) => {
    const axis = at % shape.length;
    const last = shape.length - 1;
    return {
      axis,
      shape: shape.map((n, i) => (i === axis ? n * longer : i === last ? n * wide : Math.min(n, 4))),
    };
  });

const RUNS = { numRuns: 60 };

test("every row that depends on positions has a kernel", () => {
  const names = [...opTable.values()].filter(({ kind }) => kind === "order" || kind === "host");
  expect(names.map(({ name }) => name).sort()).toEqual(Object.keys(ORDER_KERNELS).sort());
});

describe("argsort", () => {
  const sorting = (random: () => number, shape: number[], axis: number, special = 0.2): Case => ({
    name: "argsort",
    shapes: [shape],
    output: shape,
    attributes: { axis, descending: random() < 0.5 },
    inputs: [filled(shape, drawn(random, special))],
  });

  test("any shape and axis", () => {
    fc.assert(
      fc.property(lines, seeds, ({ shape, axis }, seed) => {
        check(seed, sorting(randomOf(seed), shape, axis));
      }),
      RUNS,
    );
  });

  test.each([
    [[2, 4099], 1, 0.01],
    [[3, 5000], 1, 0],
    [[5000, 3], 0, 0.01],
    [[1500, 3], 0, 0.5],
    [[3, 2047], 1, 0.1],
    [[3, 2048], 1, 0.1],
    [[200, 48], 1, 0.1],
    [[200, 49], 1, 0.1],
  ])("%j along %i", (shape, axis, special) => {
    for (const seed of [1, 2, 3]) check(seed, sorting(randomOf(seed), shape, axis, special));
  });

  test("lines whose digits are all the same", () => {
    for (const value of [0, Number.NaN, 7]) {
      const inputs = [filled([2, 300], (i) => (i === 17 ? 7.000001 : value))];
      for (const descending of [true, false]) {
        check(5, {
          name: "argsort",
          shapes: [[2, 300]],
          output: [2, 300],
          attributes: { axis: 1, descending },
          inputs,
        });
      }
    }
  });
});

describe("cumsum", () => {
  const summing = (random: () => number, shape: number[], axis: number, special: number): Case => ({
    name: "cumsum",
    shapes: [shape],
    output: shape,
    attributes: { axis },
    inputs: [filled(shape, drawn(random, special))],
  });

  test("any shape and axis, to the bit", () => {
    fc.assert(
      fc.property(lines, seeds, ({ shape, axis }, seed) => {
        check(seed, summing(randomOf(seed), shape, axis, seed % 2 === 0 ? 0.02 : 0));
      }),
      RUNS,
    );
  });

  test.each([
    [[3, 5003], 1],
    [[700, 39], 0],
    [[2, 300, 16], 1],
  ])("%j along %i", (shape, axis) => {
    check(1, summing(randomOf(1), shape, axis, 0));
  });

  test.each([
    [[2, 2 ** 18 + 5], "none"],
    [[9, 2 ** 18], "none"],
    [[1, 2 ** 18], "infinite"],
  ])("%j, long enough for blocks, %s of them special", (shape, special) => {
    // Whole numbers, whose sums are exact in any order.
    const random = randomOf(4);
    const input = filled(shape, () => Math.floor(random() * 2 ** 20) - 2 ** 18);
    if (special === "infinite") {
      input[70_000] = -Infinity;
      input[200_000] = Infinity;
    }
    check(4, { name: "cumsum", shapes: [shape], output: shape, attributes: { axis: 1 }, inputs: [input] });
  });
});

describe("gather and scatterAdd", () => {
  const INVALID = [-1, 0.5, Number.NaN, Infinity, -Infinity, 2 ** 31, 2 ** 32, -(2 ** 31), -1e-3, 1e30];
  const indices = (random: () => number, shape: readonly number[], length: number, wrong: number) =>
    filled(shape, () => {
      if (random() >= wrong) return Math.floor(random() * length);
      const also = [-0, length, length - 1, ...INVALID];
      return also[Math.floor(random() * also.length)];
    });
  const along = (shape: readonly number[], axis: number, length: number) =>
    shape.map((n, i) => (i === axis ? length : n));

  function both(seed: number, shape: number[], axis: number, length: number, special: number): void {
    const random = randomOf(seed);
    const other = along(shape, axis, length);
    const index = indices(random, other, shape[axis], 0.2);
    const attributes = { axis };
    check(seed, {
      name: "gather",
      shapes: [shape, other],
      output: other,
      attributes,
      inputs: [filled(shape, drawn(random, special)), index],
    });
    check(seed, {
      name: "scatterAdd",
      shapes: [other, other],
      output: shape,
      attributes,
      inputs: [filled(other, drawn(random, special)), index],
    });
  }

  test("any shape and axis, also with indices that name nothing", () => {
    fc.assert(
      fc.property(lines, seeds, fc.integer({ min: 1, max: 30 }), ({ shape, axis }, seed, length) => {
        both(seed, shape, axis, length, seed % 2 === 0 ? 0.1 : 0);
      }),
      RUNS,
    );
  });

  test.each([
    [[2, 3000], 1, 9001],
    [[3000, 2], 0, 5000],
    [[5, 300, 21], 1, 400],
    [[200, 3], 1, 3],
  ])("%j along %i, %i of them", (shape, axis, length) => {
    both(3, shape, axis, length, 0);
  });
});

describe("distance", () => {
  type Mask = (random: () => number, i: number) => number;
  const MASKS: Readonly<Record<string, Mask>> = {
    full: () => 1,
    empty: () => 0,
    half: (random) => (random() < 0.5 ? 0 : 1),
    dense: (random) => (random() < 0.98 ? Math.floor(random() * 3) + 0.5 : 0),
    sparse: (random) => (random() < 0.998 ? -2 : -0),
    odd: (random) => (random() < 0.9 ? Number.NaN : 0),
    mixed: (random, i) => (i % 3 === 0 ? 1 : random() < 0.9 ? 1 : 0),
  };
  const kinds = Object.keys(MASKS);

  function measure(seed: number, shape: number[], spacing: number[], kind: string, ifNone: number): void {
    const random = randomOf(seed);
    check(seed, {
      name: "distance",
      shapes: [shape],
      output: shape,
      attributes: { spacing, ifNone },
      inputs: [filled(shape, (i) => MASKS[kind](random, i))],
    });
  }

  test("any shape, spacing and mask", () => {
    const steps = fc.constantFrom(1, 1, 2, 3, 0.7, 1.3, 12.5, 1e-3, 1e25);
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 21 }), { minLength: 1, maxLength: 4 }),
        fc.array(steps, { minLength: 0, maxLength: 3 }),
        fc.constantFrom(...kinds),
        fc.constantFrom(Infinity, 0, -1, 1e9),
        seeds,
        (shape, spacing, kind, ifNone, seed) => {
          const small = shape.map((n, i) => (i < shape.length - 2 ? Math.min(n, 6) : n));
          measure(seed, small, spacing.slice(0, shape.length), kind, ifNone);
        },
      ),
      { numRuns: 150 },
    );
  });

  test.each([
    { shape: [1, 1, 150, 130], spacing: [1, 1] },
    { shape: [2, 3, 33, 70], spacing: [2.5, 1] },
    { shape: [3000], spacing: [1] },
    { shape: [2, 2000, 5], spacing: [1, 4] },
    { shape: [3, 4000], spacing: [1, 1] },
    { shape: [2, 30, 20, 37], spacing: [3, 1, 0.5] },
  ])("$shape with spacing $spacing", ({ shape, spacing }) => {
    for (const kind of kinds) measure(7, shape, spacing, kind, Infinity);
  });

  test("images of a batch do not see each other, nor does one without a zero", () => {
    const shape = [3, 40, 40];
    const inputs = [filled(shape, (i) => (Math.floor(i / 1600) === 1 ? 1 : i % 1600 === 820 ? 0 : 1))];
    const attributes = { spacing: [1, 1], ifNone: 77 };
    check(1, { name: "distance", shapes: [shape], output: shape, attributes, inputs });
  });
});

describe("components", () => {
  type Mask = (random: () => number, i: number) => number;
  const MASKS: Readonly<Record<string, Mask>> = {
    full: () => 1,
    empty: () => 0,
    sparse: (random) => (random() < 0.2 ? 0.5 : -0),
    // About where components grow from specks to one that spans the image.
    even: (random) => (random() < 0.5 ? 2 : 0),
    dense: (random) => (random() < 0.7 ? Number.NaN : 0),
    stripes: (_random, i) => i % 2,
  };
  const kinds = Object.keys(MASKS);

  function label(seed: number, shape: number[], axes: number, connectivity: string, kind: string): void {
    const random = randomOf(seed);
    check(seed, {
      name: "components",
      shapes: [shape],
      output: shape,
      attributes: { axes, connectivity },
      inputs: [filled(shape, (i) => MASKS[kind](random, i))],
    });
  }

  test("any shape, axes, connectivity and mask", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 0, max: 4 }),
        fc.constantFrom("faces", "full"),
        fc.constantFrom(...kinds),
        seeds,
        (shape, axes, connectivity, kind, seed) => {
          const small = shape.map((n, i) => (i < shape.length - 2 ? Math.min(n, 4) : n));
          label(seed, small, Math.min(axes, shape.length), connectivity, kind);
        },
      ),
      { numRuns: 150 },
    );
  });

  test.each([
    { shape: [2, 1, 150, 130], axes: 2 },
    { shape: [3, 20, 30, 25], axes: 3 },
    { shape: [5000], axes: 1 },
  ])("$shape over $axes axes", ({ shape, axes }) => {
    for (const kind of kinds) for (const how of ["faces", "full"]) label(7, shape, axes, how, kind);
  });
});
