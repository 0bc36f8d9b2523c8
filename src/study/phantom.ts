/**
 * A procedural sample for studies: a head slice with lesions, its mask, and what a network might have
 * predicted.
 */
import { OptionError, refuse } from "../errors.ts";
import { type Random, seededRandom } from "../random.ts";
import {
  angleAt,
  type Contour,
  depthInside,
  randomContour,
  smoothNoise,
  softStep,
} from "./phantom-shapes.ts";

/** Size and seed of a phantom. */
export interface PhantomOptions {
  /** Pixels a side, 32 to 4096. Default 256. */
  readonly size?: number;
  /** A whole number from 0 to 2^32 - 1; another seed gives another head. Default 7. */
  readonly seed?: number;
}

/** Three maps of the same size, row by row. */
export interface Phantom {
  readonly width: number;
  readonly height: number;
  /** Grey values in [0, 1]. */
  readonly image: Float64Array;
  /** The lesions: 1 inside, 0 outside. */
  readonly target: Uint8Array;
  /** Probabilities strictly between 0 and 1, with the mistakes that networks make. */
  readonly prediction: Float64Array;
}

interface Scene {
  readonly body: Contour;
  readonly ventricles: readonly Contour[];
  /** From the largest to the smallest. */
  readonly lesions: readonly Contour[];
  /** A bright spot that is no lesion, but is predicted as one. */
  readonly decoy: Contour;
}

/** Depth below the brain's surface, from the depth inside the head. */
const belowSurface = (depth: number) => depth - 0.112;

function place(
  random: Random,
  body: Contour,
  radius: number,
  others: readonly Contour[],
  rough: number,
): Contour {
  let gap = 0.1;
  for (;;) {
    const x = random.uniform(-0.6, 0.6);
    const y = random.uniform(-0.75, 0.75);
    const deep = belowSurface(depthInside(body, x, y)) > radius + 0.6 * gap;
    const free = others.every((other) => Math.hypot(x - other.x, y - other.y) > radius + other.radius + gap);
    if (deep && free && Math.abs(x) > 0.6 * radius) return randomContour(random, x, y, radius, rough);
    // A crowded head gives way instead of searching for ever.
    gap -= 0.0005;
  }
}

function makeScene(random: Random): Scene {
  const body: Contour = { ...randomContour(random, 0, 0.01, 0.71, 0.02), aspect: 1.24, turn: 0 };
  const ventricles = [-1, 1].map((side): Contour => {
    const shape = randomContour(random, side * 0.1, -0.06, 0.055, 0.13);
    return { ...shape, aspect: random.uniform(3.6, 4.4), turn: side * random.uniform(0.2, 0.32) };
  });
  const count = random.int(4, 7);
  const lesions: Contour[] = [];
  for (let i = 0; i < count; i++) {
    const radius = 0.185 * (0.04 / 0.185) ** (i / (count - 1)) * random.uniform(0.92, 1.08);
    lesions.push(place(random, body, radius, lesions, i === count - 1 ? 0.08 : 0.24));
  }
  return { body, ventricles, lesions, decoy: place(random, body, 0.065, lesions, 0.2) };
}

/** Grey values of a slice in the manner of FLAIR: dark fluid, grey cortex, bright lesions. */
function paintImage(random: Random, scene: Scene, size: number): Float64Array {
  const texture = smoothNoise(random, 26);
  const shading = smoothNoise(random, 3);
  const folds = smoothNoise(random, 15);
  const pixel = 2 / size;
  const soft = Math.max(2.2 * pixel, 0.016);
  return paint(size, (x, y) => {
    const depth = depthInside(scene.body, x, y);
    const brain = belowSurface(depth);
    let value = 0.015;
    value += 0.5 * softStep(depth, soft);
    value -= 0.43 * softStep(depth - 0.042, soft);
    value += 0.1 * softStep(depth - 0.075, soft);
    value += 0.24 * softStep(brain, soft);
    // Cortex against white matter, along a folded border.
    value -= 0.1 * softStep(brain - 0.075 - 0.06 * folds(x, y), 0.035);
    // Sulci: dark folds that run in from the surface.
    const sulcus =
      softStep(0.075 - Math.abs(folds(y, x)), 0.06) * softStep(0.12 - brain, 0.05) * softStep(brain, soft);
    value -= 0.13 * sulcus;
    value -=
      0.16 *
      softStep(0.008 - Math.abs(x + 0.01 * folds(0, y)), 0.012) *
      softStep(brain, soft) *
      softStep(Math.abs(y + 0.06) - 0.26, 0.2);
    for (const ventricle of scene.ventricles)
      value -= 0.24 * softStep(depthInside(ventricle, x, y), 1.6 * soft);
    if (brain > 0) value += 0.035 * texture(x, y);
    for (const lesion of scene.lesions) {
      const inside = softStep(depthInside(lesion, x, y), 2.4 * soft);
      value += inside * (0.74 - value + 0.1 * texture(y, x) + 0.07 * folds(x, y));
    }
    value += 0.2 * softStep(depthInside(scene.decoy, x, y), 5 * soft);
    value *= 1 + 0.12 * shading(x, y);
    // Magnitude images have Rician noise: two normal parts, one magnitude.
    return Math.min(1, Math.hypot(value + random.normal(0, 0.022), random.normal(0, 0.022)));
  });
}

/** Logits of a network that is mostly right, less sure of small things, and wrong in three places. */
function predict(random: Random, scene: Scene, size: number): Float64Array {
  const doubt = smoothNoise(random, 4);
  const blur = smoothNoise(random, 7);
  const ragged = smoothNoise(random, 34);
  const grain = smoothNoise(random, 72);
  const bulge = random.uniform(0, 2 * Math.PI);
  const last = scene.lesions.length - 1;
  return paint(size, (x, y) => {
    const depth = depthInside(scene.body, x, y);
    const brain = belowSurface(depth);
    // Edges are soft by about two pixels of 256, here more, there less.
    const width = 0.0125 * 2 ** (1.1 * blur(x, y));
    let odds = Math.exp(-6.6 + 1.5 * softStep(brain, 0.06) + 1.3 * doubt(x, y));
    // Bright cortex at the brain's rim draws a faint response.
    odds += Math.exp(-3.7 + 1.6 * ragged(x, y)) * softStep(0.045 - Math.abs(brain - 0.05), 0.05);
    scene.lesions.forEach((lesion, index) => {
      let inside = depthInside(lesion, x, y) + 0.018 * ragged(x, y);
      if (index === 0) {
        const turn = angleAt(lesion, x, y) - bulge;
        // One part of the largest lesion's border is drawn too far out, the opposite part too far in.
        inside +=
          lesion.radius *
          (0.5 * Math.exp(4 * (Math.cos(turn) - 1)) - 0.24 * Math.exp(4 * (-Math.cos(turn) - 1)));
      }
      // The smallest lesion is missed: a faint response, never above one in four.
      const most = index === last ? -1.3 : 2.6 + 14 * lesion.radius;
      odds += Math.exp(saturate(inside / width, most));
    });
    odds += Math.exp(saturate(depthInside(scene.decoy, x, y) / (1.5 * width), 1.1));
    const logit = Math.log(odds) + 0.55 * doubt(y, x) + 0.4 * grain(x, y) + random.normal(0, 0.04);
    return 1 / (1 + Math.exp(-Math.min(9, Math.max(-9, logit))));
  });
}

/** Rises like `value`, then levels off below `most`. */
function saturate(value: number, most: number): number {
  return value < most - 6 ? value : most - Math.log1p(Math.exp(most - value));
}

function paint(size: number, color: (x: number, y: number) => number): Float64Array {
  const map = new Float64Array(size * size);
  for (let row = 0, at = 0; row < size; row++) {
    for (let column = 0; column < size; column++, at++) {
      map[at] = color((2 * column + 1) / size - 1, (2 * row + 1) / size - 1);
    }
  }
  return map;
}

/**
 * A made-up head slice with four to six irregular lesions, the mask of the lesions, and a plausible output of
 * a segmentation network: soft edges, one part of a border displaced, the smallest lesion missed, one false
 * positive, less certainty for small lesions and some noise. No patient, no file, no licence: everything
 * follows from the seed.
 *
 * @param options - `size` in pixels a side (32 to 4096, default 256) and `seed` (0 to 2^32 - 1, default 7).
 * @returns `image` in [0, 1], `target` of 0 and 1, `prediction` strictly inside (0, 1), all `[size, size]`.
 * @throws OptionError when `size` or `seed` is out of its range.
 *
 * @example
 * ```ts
 * const { prediction, target, width, height } = lesionPhantom({ size: 256, seed: 7 });
 * const p = tensor(prediction, [1, 1, height, width]);
 * ```
 */
export function lesionPhantom({ size = 256, seed = 7 }: PhantomOptions = {}): Phantom {
  if (!Number.isInteger(size) || size < 32 || size > 4096) {
    const expected = "a whole number from 32 to 4096";
    refuse(OptionError, "lesionPhantom", "size", String(size), expected);
  }
  const random = seededRandom(seed);
  const scene = makeScene(random);
  const inside = paint(size, (x, y) =>
    scene.lesions.some((lesion) => depthInside(lesion, x, y) > 0) ? 1 : 0,
  );
  return {
    width: size,
    height: size,
    image: paintImage(random, scene, size),
    target: Uint8Array.from(inside),
    prediction: predict(random, scene, size),
  };
}
