/** Prediction of images of any size: whole where they are small, else tile by tile. */
import { OptionError, refuse, ShapeError } from "../errors.ts";
import type { Module, Variables } from "../nn/module.ts";
import { formatShape, type Shape, sizeOf } from "../shape.ts";
import { type Tensor, tensor } from "../tensor.ts";
import { compile } from "../transform/compile.ts";
import { normalize } from "./data/batch.ts";
import { copyPlaced, type Extent, extentOf, offsetsOf } from "./data/place.ts";
import { checkNormalization, lengthsOf, type PredictSettings, predictSettings } from "./options.ts";
import { combinations, type Stretch, stretches } from "./tiles.ts";
import type { Picture, PredictOptions } from "./types.ts";

type Forward = (x: Tensor, ...variables: Tensor[]) => Promise<Tensor>;

/** Compiled once a model: the plan is kept for as long as the model is. */
const forwards = new WeakMap<Module, Map<boolean, Forward>>();

function forwardOf(model: Module, exclusive: boolean): Forward {
  const known = forwards.get(model) ?? new Map<boolean, Forward>();
  forwards.set(model, known);
  let forward = known.get(exclusive);
  if (forward === undefined) {
    const names = Object.keys(model.variables);
    forward = compile((x: Tensor, ...variables: Tensor[]) => {
      const named = Object.fromEntries(names.map((name, i) => [name, variables[i]]));
      const logits = model.apply(named, x);
      return exclusive && logits.shape[1] > 1 ? logits.softmax(1) : logits.sigmoid();
    });
    known.set(exclusive, forward);
  }
  return forward;
}

/** @internal What sizes given to the model must be multiples of. */
export function divisorOf(model: Module): number {
  const { divisor } = model as { readonly divisor?: unknown };
  return typeof divisor === "number" ? divisor : 1;
}

/** @internal The variables of the model in its own order. */
export function variablesOf(op: string, model: Module, variables: Variables): Tensor[] {
  return Object.entries(model.variables).map(([name, { shape }]) => {
    const variable = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (variable === undefined)
      refuse(OptionError, op, "variables", `without ${name}`, "all variables of the model");
    if (formatShape(variable.shape) !== formatShape(shape))
      refuse(ShapeError, op, name, formatShape(variable.shape), formatShape(shape));
    return variable;
  });
}

/** @internal Refuses a picture whose numbers do not fill its size. */
export function checkPicture(op: string, name: string, { image, channels, size }: Picture): void {
  const shape = [channels, ...size];
  const good =
    (size.length === 2 || size.length === 3) &&
    shape.every((length) => Number.isInteger(length) && length > 0);
  if (!good)
    refuse(ShapeError, op, `size of ${name}`, formatShape(shape), "[channels, h, w] or [channels, d, h, w]");
  if (image.length !== sizeOf(shape))
    refuse(ShapeError, op, name, `${image.length} numbers`, `${sizeOf(shape)} for ${formatShape(shape)}`);
}

/** Pixels of one run: some hundred megabytes in a small U-Net. */
const RUN_PIXELS = 512 ** 2;

/** More small tiles at once gain nothing, and images of few tiles would need plans of their own. */
const MOST_TILES = 4;

interface Cut {
  /** Depth, height and width of every tile. */
  readonly tile: Extent;
  /** For each tile, its stretch of each axis. */
  readonly tiles: readonly (readonly Stretch[])[];
}

function cut(size: readonly number[], factor: number, settings: PredictSettings): Cut {
  const up = (length: number) => Math.ceil(length / factor) * factor;
  const asked = lengthsOf(
    "predictImage",
    "tile",
    settings.tile ?? (size.length === 2 ? 512 : 64),
    size.length,
  );
  const tile = size.map((length, axis) => Math.min(up(length), up(asked[axis])));
  const axes = size.map((length, axis) =>
    stretches(up(length), tile[axis], Math.round(tile[axis] * settings.overlap), factor),
  );
  const flat: Stretch[][] = size.length === 2 ? [[{ start: 0, weights: Float32Array.of(1) }]] : [];
  return { tile: extentOf(tile), tiles: combinations([...flat, ...axes]) };
}

/** Adds one tile's probabilities to the image's, weighted, as far as they lie inside it. */
function blend(
  probabilities: ArrayLike<number>,
  from: number,
  tile: Extent,
  [depth, rows, columns]: readonly Stretch[],
  into: Float32Array,
  size: Extent,
): void {
  const outputs = into.length / sizeOf(size);
  const width = Math.min(tile[2], size[2] - columns.start);
  for (let output = 0; output < outputs; output++) {
    for (let z = 0; z < tile[0] && depth.start + z < size[0]; z++) {
      for (let y = 0; y < tile[1] && rows.start + y < size[1]; y++) {
        const weight = depth.weights[z] * rows.weights[y];
        if (weight === 0) continue;
        let read = from + ((output * tile[0] + z) * tile[1] + y) * tile[2];
        let write =
          ((output * size[0] + depth.start + z) * size[1] + rows.start + y) * size[2] + columns.start;
        for (let x = 0; x < width; x++, read++, write++) {
          into[write] += weight * columns.weights[x] * probabilities[read];
        }
      }
    }
  }
}

/**
 * Probabilities of every pixel of an image of any size.
 *
 * An image that fits into a tile is taken whole. A larger one is cut into overlapping tiles, several to a run of one
 * plan; along each axis a tile counts nothing in the outer third of what it shares, fully in the inner third, and
 * `sin^2` in between, so that seams do not show and what zero padding spoils is left out. Sizes that the network cannot
 * take are padded by reflection, and cut off again.
 *
 * @param model - to logits `[n, outputs, ...space]` of the size of its input
 * @param variables - of the model, as `fit` leaves them
 * @param picture - `image` of `[channels, ...size]` in 0..1, its `channels` and `size`
 * @returns `[outputs, ...size]`: sigmoid of one output, softmax of several (a sigmoid each with `exclusive: false`)
 * @throws {@link ShapeError} for an image that does not fill its size, or a network that changes the size;
 *   {@link OptionError} for options out of range, or variables that are missing
 * @example
 * ```ts
 * import { tensor } from "segtape";
 * import { predictImage } from "segtape/train";
 * const model = { variables: {}, apply: (_, x) => x.mul(2).sub(1) };
 * const image = Float32Array.of(0, 0.5, 1);
 * await predictImage(model, {}, { image, channels: 1, size: [1, 3] }); // [0.268941..., 0.5, 0.731058...]
 * ```
 */
export async function predictImage(
  model: Module,
  variables: Variables,
  picture: Picture,
  options: PredictOptions = {},
): Promise<Float32Array> {
  const op = "predictImage";
  const settings = predictSettings(op, options);
  checkPicture(op, "image", picture);
  const { image, channels } = picture;
  checkNormalization(op, settings.normalization, channels);
  const weights = variablesOf(op, model, variables);
  const forward = forwardOf(model, settings.exclusive);
  const size = extentOf(picture.size);
  const { tile, tiles } = cut(picture.size, settings.factor ?? divisorOf(model), settings);
  const tileShape: Shape = picture.size.length === 2 ? tile.slice(1) : tile;
  const volume = sizeOf(tile);
  const together = settings.batchSize ?? Math.max(1, Math.min(MOST_TILES, Math.floor(RUN_PIXELS / volume)));
  const batchSize = Math.min(together, tiles.length);
  const input = new Float32Array(batchSize * channels * volume);
  let result: Float32Array | null = null;
  for (let first = 0; first < tiles.length; first += batchSize) {
    settings.signal?.throwIfAborted();
    const present = tiles.slice(first, first + batchSize);
    present.forEach((place, slot) => {
      const axes = place.map(({ start }, source) => ({ source, start, reversed: false }));
      const at = slot * channels * volume;
      copyPlaced(image, input, at, channels, offsetsOf(axes, size, tile), sizeOf(size));
      normalize(input.subarray(at, at + channels * volume), channels, settings.normalization);
    });
    const output = await forward(tensor(input, [batchSize, channels, ...tileShape]), ...weights);
    const outputs = output.shape[1];
    const expected = [batchSize, outputs, ...tileShape];
    if (formatShape(output.shape) !== formatShape(expected))
      refuse(ShapeError, op, "the model's output", formatShape(output.shape), formatShape(expected));
    const probabilities = await output.data();
    result ??= new Float32Array(outputs * sizeOf(size));
    for (const [slot, place] of present.entries())
      blend(probabilities, slot * outputs * volume, tile, place, result, size);
  }
  return result as Float32Array;
}

/**
 * The class of each pixel: the most probable one, or for a single output whether its probability is above `threshold`.
 * Equal probabilities give the lower class.
 *
 * @param probabilities - `[outputs, ...size]`, as {@link predictImage} gives them
 * @param threshold - for a single output
 * @defaultValue `threshold` is 0.5
 * @throws {@link OptionError} for a number of outputs that does not divide the probabilities
 * @example
 * ```ts
 * import { classesOf } from "segtape/train";
 * classesOf(Float32Array.of(0.2, 0.9), 1); // [0, 1]
 * classesOf(Float32Array.of(0.2, 0.9, 0.8, 0.1), 2); // [1, 0]
 * ```
 */
export function classesOf(probabilities: ArrayLike<number>, outputs: number, threshold = 0.5): Uint8Array {
  const pixels = probabilities.length / outputs;
  if (!Number.isInteger(outputs) || outputs < 1 || outputs > 256 || !Number.isInteger(pixels))
    refuse(
      OptionError,
      "classesOf",
      "outputs",
      String(outputs),
      `1 to 256, that divides ${probabilities.length}`,
    );
  const classes = new Uint8Array(pixels);
  if (outputs === 1) {
    for (let pixel = 0; pixel < pixels; pixel++) classes[pixel] = probabilities[pixel] > threshold ? 1 : 0;
    return classes;
  }
  for (let pixel = 0; pixel < pixels; pixel++) {
    let best = 0;
    for (let output = 1; output < outputs; output++) {
      if (probabilities[output * pixels + pixel] > probabilities[best * pixels + pixel]) best = output;
    }
    classes[pixel] = best;
  }
  return classes;
}
