/** Procedural pictures to begin with; each follows from its name, size and seed. */
import { type Random, seededRandom } from "../../random.ts";
import { lesionPhantom } from "../../study/phantom.ts";
import { blur, fill, threshold } from "./edits.ts";
import { gridOf, levelOf, type Picture } from "./picture.ts";

/** A picture by name. */
export interface SampleChoice {
  readonly name: SampleName;
  /** Pixels a side. */
  readonly size: number;
  readonly seed: number;
}

export type SampleName = "lesions" | "cells" | "vessels" | "specks" | "disc" | "empty";

/** Sizes offered. */
export const SIZES: readonly number[] = [64, 96, 128, 192, 256];

interface Sample {
  readonly title: string;
  /** What it is good for. */
  readonly summary: string;
  readonly draw: (size: number, seed: number) => Picture;
}

/** Where a scene is inside (above 0) and how deep, at a place in [-1, 1] x [-1, 1]. */
type Depth = (x: number, y: number) => number;

function maskOf(size: number, depth: Depth): Uint8Array {
  return Uint8Array.from({ length: size * size }, (_, i) => {
    const [column, row] = [i % size, Math.floor(i / size)];
    return depth((2 * column + 1) / size - 1, (2 * row + 1) / size - 1) > 0 ? 255 : 0;
  });
}

/** What a network makes of a mask: soft edges, less certainty, places where it is wrong. */
function predicted(mask: Uint8Array, size: number, random: Random, missed: Depth): Uint8Array {
  const soft = blur({ width: size, height: size, levels: mask }, size / 90);
  const broad = blur({ width: size, height: size, levels: mask }, size / 28);
  return soft.map((level, i) => {
    const [x, y] = [(2 * (i % size) + 1) / size - 1, (2 * Math.floor(i / size) + 1) / size - 1];
    const sure = (0.75 * level + 0.25 * broad[i]) / 255;
    const seen = missed(x, y) > 0 ? 0.3 * sure : sure;
    return levelOf(0.03 + 0.92 * seen + random.normal(0, 0.02));
  });
}

/** A mask and a prediction of it that misses what lies within a wandering disc. */
function scene(size: number, seed: number, depth: Depth): Picture {
  const random = seededRandom(seed);
  const [x0, y0] = [random.uniform(-0.5, 0.5), random.uniform(-0.5, 0.5)];
  const mask = maskOf(size, depth);
  const prediction = predicted(mask, size, random, (x, y) => 0.3 - Math.hypot(x - x0, y - y0));
  return { width: size, height: size, mask, prediction };
}

function lesions(size: number, seed: number): Picture {
  const { width, height, target, prediction, image } = lesionPhantom({ size, seed });
  return {
    width,
    height,
    mask: target.map((inside) => 255 * inside),
    prediction: Uint8Array.from(prediction, levelOf),
    image: Uint8Array.from(image, levelOf),
  };
}

/** Membranes between cells grown from scattered seeds: foreground is the cells, most of the picture. */
function cells(size: number, seed: number): Picture {
  const random = seededRandom(seed);
  const sites = Array.from({ length: 22 }, () => [random.uniform(-1.1, 1.1), random.uniform(-1.1, 1.1)]);
  return scene(size, seed, (x, y) => {
    let [first, second] = [Infinity, Infinity];
    for (const [u, v] of sites) {
      const distance = Math.hypot(x - u, y - v);
      if (distance < first) [first, second] = [distance, first];
      else if (distance < second) second = distance;
    }
    return second - first - 0.07;
  });
}

/** Thin branches: what length and connection are about. */
function vessels(size: number, seed: number): Picture {
  const random = seededRandom(seed);
  const parts: { x: number; y: number; u: number; v: number; radius: number }[] = [];
  const grow = (x: number, y: number, angle: number, radius: number, depth: number): void => {
    let [a, b, turn] = [x, y, angle];
    for (let step = 0; step < 5; step++) {
      turn += random.normal(0, 0.16);
      const [u, v] = [a + 0.09 * Math.cos(turn), b + 0.09 * Math.sin(turn)];
      parts.push({ x: a, y: b, u, v, radius });
      [a, b] = [u, v];
    }
    if (depth === 0) return;
    for (const side of [-1, 1]) grow(a, b, turn + side * random.uniform(0.3, 0.7), 0.75 * radius, depth - 1);
  };
  grow(-1, random.uniform(-0.2, 0.2), random.uniform(-0.2, 0.2), 0.05, 4);
  return scene(size, seed, (x, y) => {
    let deepest = -Infinity;
    for (const { x: a, y: b, u, v, radius } of parts) {
      const [dx, dy] = [u - a, v - b];
      const t = Math.min(1, Math.max(0, ((x - a) * dx + (y - b) * dy) / (dx * dx + dy * dy)));
      deepest = Math.max(deepest, radius - Math.hypot(x - a - t * dx, y - b - t * dy));
    }
    return deepest;
  });
}

/** Many small objects beside one large one: what counting pixels overlooks. */
function specks(size: number, seed: number): Picture {
  const random = seededRandom(seed);
  const discs = [{ x: -0.35, y: 0.2, radius: 0.38 }];
  for (let tries = 0; discs.length < 15 && tries < 400; tries++) {
    const [x, y] = [random.uniform(-0.9, 0.9), random.uniform(-0.9, 0.9)];
    const radius = random.uniform(0.03, 0.06);
    if (discs.every((disc) => Math.hypot(x - disc.x, y - disc.y) > disc.radius + radius + 0.06)) {
      discs.push({ x, y, radius });
    }
  }
  return scene(size, seed, (x, y) =>
    Math.max(...discs.map((disc) => disc.radius - Math.hypot(x - disc.x, y - disc.y))),
  );
}

const disc = (size: number, seed: number) => scene(size, seed, (x, y) => 0.5 - Math.hypot(x, y));

/** No foreground at all: what overlap losses divide by. */
const empty = (size: number, seed: number) => scene(size, seed, () => -1);

/** Every sample by name. */
export const SAMPLES: Readonly<Record<SampleName, Sample>> = {
  lesions: { title: "Lesions", summary: "a few objects, from large to tiny", draw: lesions },
  cells: { title: "Cells", summary: "most of the picture is foreground", draw: cells },
  vessels: { title: "Vessels", summary: "thin branches that must stay connected", draw: vessels },
  specks: { title: "Specks", summary: "many small objects beside a large one", draw: specks },
  disc: { title: "Disc", summary: "the plainest object there is", draw: disc },
  empty: { title: "Empty mask", summary: "nothing to find, yet something predicted", draw: empty },
};

export const DEFAULT_SAMPLE: SampleChoice = { name: "lesions", size: 128, seed: 7 };

/** The picture of a sample. */
export const drawSample = ({ name, size, seed }: SampleChoice): Picture => SAMPLES[name].draw(size, seed);

/** Another map to begin with, made of the picture. */
type Starts = Readonly<
  Record<string, { readonly title: string; readonly of: (picture: Picture) => Uint8Array }>
>;

const everywhere = (value: number) => (picture: Picture) => fill(gridOf(picture, "mask"), value);

/** Predictions to begin with, in place of what a network might say. */
export const STARTS: Starts = {
  undecided: { title: "undecided (1/2)", of: everywhere(128) },
  nothing: { title: "nothing (0)", of: everywhere(0) },
  everything: { title: "everything (1)", of: everywhere(255) },
  perfect: { title: "the mask itself", of: ({ mask }) => mask },
};

/** Masks to begin with. */
export const MASK_STARTS: Starts = {
  nothing: { title: "nothing", of: everywhere(0) },
  everything: { title: "everything", of: everywhere(255) },
  predicted: {
    title: "the prediction, cut at 1/2",
    of: (picture) => threshold(gridOf(picture, "prediction"), 128),
  },
};
