/**
 * First values of variables. Each function here makes an {@link Initializer}; all are reached as
 * `initializers.heNormal()`.
 */
import { OptionError, refuse, ShapeError } from "../errors.ts";
import type { Random } from "../random.ts";
import { formatShape, type Shape, sizeOf } from "../shape.ts";

/** Draws the values of a variable, row-major: as many as its shape has elements. */
export type Initializer = (shape: Shape, random: Random) => Float32Array;

/** Settings of the initialisers that keep variance through a layer. */
export interface VarianceOptions {
  /** A factor on the deviation. @defaultValue 1 */
  readonly gain?: number;
}

/** The same number everywhere. */
export const constant =
  (value: number): Initializer =>
  (shape) =>
    new Float32Array(sizeOf(shape)).fill(value);

/** 0 everywhere. */
export const zeros = (): Initializer => constant(0);

/** 1 everywhere. */
export const ones = (): Initializer => constant(1);

const drawn =
  (draw: (random: Random) => number): Initializer =>
  (shape, random) =>
    Float32Array.from({ length: sizeOf(shape) }, () => draw(random));

/**
 * Uniform in [low, high).
 *
 * @throws {@link OptionError} unless low <= high
 */
export function uniform(low = 0, high = 1): Initializer {
  if (!(low <= high)) refuse(OptionError, "uniform", "low, high", `${low}, ${high}`, "low <= high");
  return drawn((random) => random.uniform(low, high));
}

/**
 * From the normal distribution.
 *
 * @throws {@link OptionError} for a deviation below 0
 */
export function normal(mean = 0, deviation = 1): Initializer {
  if (!(deviation >= 0)) refuse(OptionError, "normal", "deviation", String(deviation), "a number from 0");
  return drawn((random) => random.normal(mean, deviation));
}

/** How many numbers enter one output of a layer, and how many outputs one input enters. */
export interface Fans {
  /** Inputs of one output. */
  readonly in: number;
  /** Outputs of one input. */
  readonly out: number;
}

/**
 * The fans of a weight [out, in, ...taps]: `in * taps` and `out * taps`. Of a grouped convolution, whose weight is
 * [out, in / groups, ...taps], the first is exact and the second counts all groups, as PyTorch does.
 *
 * @throws {@link ShapeError} for fewer than two axes: a bias has no fans
 * @example
 * ```ts
 * import { initializers } from "segtape/nn";
 * initializers.fansOf([16, 3, 5, 5]).in; // 75
 * ```
 */
export function fansOf(shape: Shape): Fans {
  if (shape.length < 2) refuse(ShapeError, "fansOf", "shape", formatShape(shape), "[out, in, ...taps]");
  const taps = sizeOf(shape.slice(2));
  return { in: shape[1] * taps, out: shape[0] * taps };
}

/** Normal with variance `gain^2 * scale / fan`. */
const scaledNormal =
  (gain: number, scale: number, fan: (fans: Fans) => number): Initializer =>
  (shape, random) =>
    normal(0, gain * Math.sqrt(scale / fan(fansOf(shape))))(shape, random);

/** Uniform with the same variance: its bound is sqrt(3) deviations. */
const scaledUniform =
  (gain: number, scale: number, fan: (fans: Fans) => number): Initializer =>
  (shape, random) => {
    const bound = gain * Math.sqrt((3 * scale) / fan(fansOf(shape)));
    return uniform(-bound, bound)(shape, random);
  };

const fanIn = (fans: Fans) => fans.in;
const fanMean = (fans: Fans) => (fans.in + fans.out) / 2;

/**
 * Uniform within `gain * sqrt(6 / (fan in + fan out))`: keeps variance both ways through linear layers. Known as
 * Glorot's initialiser too.
 *
 * @see Glorot and Bengio 2010
 */
export const xavierUniform = ({ gain = 1 }: VarianceOptions = {}): Initializer =>
  scaledUniform(gain, 1, fanMean);

/**
 * Normal with deviation `gain * sqrt(2 / (fan in + fan out))`. Known as Glorot's initialiser too.
 *
 * @see Glorot and Bengio 2010
 */
export const xavierNormal = ({ gain = 1 }: VarianceOptions = {}): Initializer =>
  scaledNormal(gain, 1, fanMean);

/**
 * Uniform within `gain * sqrt(6 / fan in)`: keeps variance through layers with ReLU. Known as Kaiming's
 * initialiser too.
 *
 * PyTorch's default for convolutions, `kaiming_uniform_` with a = sqrt(5), is `heUniform({ gain: Math.sqrt(1 / 6) })`:
 * within `1 / sqrt(fan in)`.
 *
 * @see He et al. 2015, eq. 10
 */
export const heUniform = ({ gain = 1 }: VarianceOptions = {}): Initializer => scaledUniform(gain, 2, fanIn);

/**
 * Normal with deviation `gain * sqrt(2 / fan in)`: keeps variance through layers with ReLU. Known as Kaiming's
 * initialiser too; the weights of every convolution here start so.
 *
 * @see He et al. 2015, eq. 10
 * @example
 * ```ts
 * import { initializers } from "segtape/nn";
 * import { initialize, conv2d } from "segtape/nn";
 * const layer = conv2d(1, 8, 3, { weightInitializer: initializers.heNormal({ gain: 0.5 }) });
 * initialize(layer, { seed: 7 }).weight.shape; // [8, 1, 3, 3]
 * ```
 */
export const heNormal = ({ gain = 1 }: VarianceOptions = {}): Initializer => scaledNormal(gain, 2, fanIn);

/** Other names of {@link xavierUniform}, {@link xavierNormal}, {@link heUniform} and {@link heNormal}. */
export {
  heNormal as kaimingNormal,
  heUniform as kaimingUniform,
  xavierNormal as glorotNormal,
  xavierUniform as glorotUniform,
};

/**
 * Uniform within `gain * sqrt(3 / fan in)`: for SELU and layers without activation.
 *
 * @see LeCun et al. 1998
 */
export const leCunUniform = ({ gain = 1 }: VarianceOptions = {}): Initializer =>
  scaledUniform(gain, 1, fanIn);

/**
 * Normal with deviation `gain * sqrt(1 / fan in)`.
 *
 * @see LeCun et al. 1998
 */
export const leCunNormal = ({ gain = 1 }: VarianceOptions = {}): Initializer => scaledNormal(gain, 1, fanIn);

/** Takes from each row what lies along the rows before it, and gives it length 1 (Gram and Schmidt). */
function orthonormalRows(rows: readonly Float64Array[]): void {
  rows.forEach((row, i) => {
    // Twice: what rounding leaves after the first pass is gone after the second.
    for (let pass = 0; pass < 2; pass++) {
      for (const earlier of rows.slice(0, i)) {
        const along = row.reduce((total, value, k) => total + value * earlier[k], 0);
        for (let k = 0; k < row.length; k++) row[k] -= along * earlier[k];
      }
    }
    const length = Math.hypot(...row);
    for (let k = 0; k < row.length; k++) row[k] /= length;
  });
}

/**
 * A random matrix [out, in * taps] times `gain`, whose rows, or columns where it is taller than wide, are orthogonal
 * and of length 1.
 *
 * @throws {@link ShapeError} for fewer than two axes
 * @see Saxe et al. 2014
 */
export function orthogonal({ gain = 1 }: VarianceOptions = {}): Initializer {
  return (shape, random) => {
    const [height, width] = [shape[0], fansOf(shape).in];
    const [short, long] = [Math.min(height, width), Math.max(height, width)];
    const rows = Array.from({ length: short }, () =>
      Float64Array.from({ length: long }, () => random.normal()),
    );
    orthonormalRows(rows);
    return Float32Array.from({ length: height * width }, (_, i) => {
      const [row, column] = [Math.floor(i / width), i % width];
      return gain * (height <= width ? rows[row][column] : rows[column][row]);
    });
  };
}

/**
 * An initialiser for weights [in, out, ...taps] of transposed convolutions: their fans are swapped, so values are
 * drawn for [out, in, ...taps] and laid out the other way.
 *
 * @throws {@link ShapeError} for fewer than two axes
 */
export function transposed(initializer: Initializer): Initializer {
  return (shape, random) => {
    const taps = sizeOf(shape.slice(2));
    const [inputs, outputs] = shape;
    const values = initializer([outputs, inputs, ...shape.slice(2)], random);
    return Float32Array.from({ length: values.length }, (_, i) => {
      const [input, output] = [Math.floor(i / (outputs * taps)), Math.floor(i / taps) % outputs];
      return values[(output * inputs + input) * taps + (i % taps)];
    });
  };
}
