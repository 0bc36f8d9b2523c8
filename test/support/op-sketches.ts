/** Random shapes and attributes of rows whose kind does not tell them: one entry a row. */
import type { Attributes } from "../../src/graph/row.ts";
import type { Random } from "../../src/random.ts";
import { type Shape, sizeOf } from "../../src/shape.ts";

/** What a row's generator decides; data that are left out are drawn from the row's domain. */
export interface Sketch {
  readonly inputs: readonly Shape[];
  readonly output: Shape;
  readonly attributes?: Attributes;
  readonly data?: readonly (Float64Array | null)[];
}

/** Elements of a case at most: property tests run many of them. */
const LARGEST = 60;

const length = (random: Random, longest = 5) => random.int(1, longest + 1);

export function drawShape(random: Random, least = 1, most = 4): Shape {
  const shape = Array.from({ length: random.int(least, most + 1) }, () => length(random));
  while (sizeOf(shape) > LARGEST) shape[shape.indexOf(Math.max(...shape))]--;
  return shape;
}

export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const result = items.slice();
  for (let i = result.length - 1; i > 0; i--) {
    const j = random.int(0, i + 1);
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}

export const range = (count: number) => Array.from({ length: count }, (_, i) => i);
/** Some of the axes, at least one. */
export const some = (random: Random, rank: number) => {
  const axes = range(rank).filter(() => random.int(0, 2) === 1);
  return axes.length > 0 ? axes : [random.int(0, rank)];
};

/** Indices of an axis; now and then one that is out of range, where `beyond` allows it. */
const indices = (random: Random, shape: Shape, bound: number, beyond: boolean) =>
  Float64Array.from({ length: sizeOf(shape) }, () => random.int(beyond ? -1 : 0, bound + (beyond ? 1 : 0)));

/** Attributes of elementwise rows that have some. */
export const MAP_ATTRIBUTES: Readonly<Record<string, (random: Random) => Attributes>> = {
  power: (random) => ({
    exponent: [-2, -1, 1, 2, 3, 4, 0.5, 1.5, -0.7, random.uniform(-2, 3)][random.int(0, 10)],
  }),
  clamp: (random) => ({ min: random.uniform(-1.5, 0), max: random.uniform(0.1, 1.5) }),
};

function convolution(random: Random, order: (x: Shape, w: Shape, y: Shape) => Sketch): Sketch {
  const rank = random.int(1, 4);
  const [n, groups, channels, outputs] = [
    length(random, 2),
    length(random, 2),
    length(random, 2),
    length(random, 2),
  ];
  const longest = rank === 1 ? 6 : rank === 2 ? 4 : 3;
  const axes = range(rank).map(() => {
    const taps = length(random, rank === 3 ? 2 : 3);
    const dilation = length(random, 2);
    const padding = random.int(0, taps);
    const stride = length(random, 3);
    const space = Math.max(length(random, longest), (taps - 1) * dilation + 1 - 2 * padding, 1);
    const result = Math.floor((space + 2 * padding - (taps - 1) * dilation - 1) / stride) + 1;
    return { taps, dilation, padding, stride, space, result };
  });
  const all = (pick: (axis: (typeof axes)[number]) => number) => axes.map(pick);
  const attributes = {
    stride: all((axis) => axis.stride),
    padding: all((axis) => axis.padding),
    dilation: all((axis) => axis.dilation),
  };
  const sketch = order(
    [n, groups, channels, ...all((axis) => axis.space)],
    [groups, outputs, channels, ...all((axis) => axis.taps)],
    [n, groups, outputs, ...all((axis) => axis.result)],
  );
  return { ...sketch, attributes };
}

/** A window over one axis that fits it. */
function windowOf(random: Random, shape: Shape) {
  const axis = random.int(0, shape.length);
  const dilation = length(random, 2);
  const size = random.int(1, Math.floor((shape[axis] - 1) / dilation) + 2);
  const stride = length(random, 3);
  const count = Math.floor((shape[axis] - (size - 1) * dilation - 1) / stride) + 1;
  return { axis, dilation, size, stride, windows: [...shape.map((n, i) => (i === axis ? count : n)), size] };
}

/** Shapes and attributes of rows whose kind does not tell them. */
export const SKETCHES: Readonly<Record<string, (random: Random) => Sketch>> = {
  input: (random) => ({ inputs: [], output: drawShape(random) }),
  full: (random) => ({ inputs: [], output: drawShape(random), attributes: { value: random.uniform(-2, 2) } }),
  ramp: (random) => {
    const output = drawShape(random);
    const attributes = {
      axis: random.int(0, output.length),
      start: random.uniform(-2, 2),
      step: random.uniform(-1, 1),
    };
    return { inputs: [], output, attributes };
  },

  reshape: (random) => {
    const shape = drawShape(random);
    const same = random.int(0, 4) === 0;
    return {
      inputs: [shape],
      output: same ? shape : [...shuffled(random, shape), ...(random.int(0, 2) ? [1] : [])],
    };
  },
  expand: (random) => {
    const output = drawShape(random);
    const added = random.int(0, output.length + 1);
    return { inputs: [output.slice(added).map((n) => (random.int(0, 2) ? n : 1))], output };
  },
  permute: (random) => {
    const shape = drawShape(random);
    const order = random.int(0, 4) === 0 ? range(shape.length) : shuffled(random, range(shape.length));
    return { inputs: [shape], output: order.map((axis) => shape[axis]), attributes: { order } };
  },
  slice: (random) => {
    const shape = drawShape(random);
    const whole = random.int(0, 5) === 0;
    const starts = shape.map((n) => (whole ? 0 : random.int(0, n)));
    const steps = shape.map(() => (whole ? 1 : length(random, 3)));
    const output = shape.map((n, i) => {
      const most = Math.ceil((n - starts[i]) / steps[i]);
      return whole ? most : random.int(1, most + 1);
    });
    return { inputs: [shape], output, attributes: { starts, steps } };
  },
  flip: (random) => {
    const shape = drawShape(random);
    return { inputs: [shape], output: shape, attributes: { axes: some(random, shape.length) } };
  },
  pad: (random) => {
    const shape = drawShape(random, 1, 3);
    const most = random.int(0, 3);
    const draw = () => shape.map(() => random.int(0, most + 1));
    const [low, high, interior] = [draw(), draw(), draw()];
    const output = shape.map((n, i) => low[i] + (n - 1) * (interior[i] + 1) + 1 + high[i]);
    return { inputs: [shape], output, attributes: { low, high, interior, value: random.uniform(-2, 2) } };
  },
  unfold: (random) => {
    const shape = drawShape(random, 1, 3);
    const { axis, stride, dilation, windows } = windowOf(random, shape);
    return { inputs: [shape], output: windows, attributes: { axis, stride, dilation } };
  },
  overlapAdd: (random) => {
    const shape = drawShape(random, 1, 3);
    const { axis, stride, dilation, windows } = windowOf(random, shape);
    return { inputs: [windows], output: shape, attributes: { axis, stride, dilation } };
  },
  correlate: (random) => {
    const shape = drawShape(random);
    const axis = random.int(0, shape.length);
    const taps = length(random, 4);
    const before = random.int(0, taps);
    const after = Math.max(random.int(0, taps), taps - shape[axis] - before);
    const output = shape.map((n, i) => (i === axis ? n + before + after - taps + 1 : n));
    const weights = range(taps).map(() => random.uniform(-1, 1));
    return { inputs: [shape], output, attributes: { axis, weights, before } };
  },
  matmul: (random) => {
    const [batch, m, k, n] = [length(random, 3), length(random), length(random), length(random)];
    return {
      inputs: [
        [batch, m, k],
        [batch, k, n],
      ],
      output: [batch, m, n],
    };
  },
  conv: (random) => convolution(random, (x, w, y) => ({ inputs: [x, w], output: y })),
  convInputGrad: (random) => convolution(random, (x, w, y) => ({ inputs: [y, w], output: x })),
  convWeightGrad: (random) => convolution(random, (x, w, y) => ({ inputs: [x, y], output: w })),

  argsort: (random) => {
    const shape = drawShape(random);
    const attributes = { axis: random.int(0, shape.length), descending: random.int(0, 2) === 1 };
    return { inputs: [shape], output: shape, attributes };
  },
  cumsum: (random) => {
    const shape = drawShape(random);
    return { inputs: [shape], output: shape, attributes: { axis: random.int(0, shape.length) } };
  },
  gather: (random) => {
    const shape = drawShape(random);
    const axis = random.int(0, shape.length);
    const output = shape.map((n, i) => (i === axis ? length(random) : n));
    const data = [null, indices(random, output, shape[axis], false)];
    return { inputs: [shape, output], output, attributes: { axis }, data };
  },
  scatterAdd: (random) => {
    const shape = drawShape(random);
    const axis = random.int(0, shape.length);
    const output = shape.map((n, i) => (i === axis ? length(random) : n));
    const data = [null, indices(random, shape, output[axis], true)];
    return { inputs: [shape, shape], output, attributes: { axis }, data };
  },
  components: (random) => {
    const shape = drawShape(random);
    const attributes = {
      axes: random.int(1, Math.min(shape.length, 3) + 1),
      connectivity: random.int(0, 2) ? "faces" : "full",
    };
    const mask = Float64Array.from({ length: sizeOf(shape) }, () => random.int(0, 2));
    return { inputs: [shape], output: shape, attributes, data: [mask] };
  },
  distance: (random) => {
    const shape = drawShape(random);
    const spacing = range(random.int(1, Math.min(shape.length, 3) + 1)).map(() => random.uniform(0.5, 2));
    const mask = Float64Array.from({ length: sizeOf(shape) }, () => Number(random.int(0, 4) > 0));
    return { inputs: [shape], output: shape, attributes: { spacing, ifNone: 7 }, data: [mask] };
  },
};
