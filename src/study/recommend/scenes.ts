/** Small scenes with a data set's own numbers: what may go wrong there, drawn pixel by pixel. */
import { type Random, seededRandom } from "../../random.ts";
import type { Scene } from "../tools/shared/probe.ts";
import { differing, growth, maskOf, signedDistance, sureOf, undecided } from "../tools/shared/scenes.ts";

/** What the scenes take from the data. Sizes are in pixels of the masks, and scaled down where they leave no room. */
export interface SceneNumbers {
  /** Share of the image that the class takes. */
  readonly share: number;
  /** A small object, and a large one beside it. */
  readonly small: number;
  readonly large: number;
  /** An object whose border is off. */
  readonly object: number;
  /** Width of a thin structure, and whether it is the background that is thin. */
  readonly line: number;
  readonly lineIsBackground: boolean;
}

/** Pixels a side of every scene. */
export const SCENE_SIDE = 128;

/** Every scene by name. */
export const SCENE_NAMES = [
  "undecided",
  "nothing",
  "everything",
  "right",
  "bothFound",
  "smallMissed",
  "bothMissed",
  "falseSmall",
  "emptyUndecided",
  "emptyAlarm",
  "emptyRight",
  "lineRight",
  "lineGap",
  "lineRim",
  "borderRight",
  "borderIn",
  "borderMissed",
  "spotNear",
  "spotFar",
] as const;

export type SceneName = (typeof SCENE_NAMES)[number];

/** The scenes, and what they were drawn with. */
export interface Stage {
  readonly scenes: Readonly<Record<SceneName, Scene>>;
  readonly side: number;
  /** As drawn: whole pixels, scaled where need be. */
  readonly drawn: {
    readonly share: number;
    readonly small: number;
    readonly large: number;
    readonly object: number;
    readonly line: number;
  };
  /** Pixels that are missed in `borderIn`. */
  readonly borderWrong: number;
}

const AREA = SCENE_SIDE * SCENE_SIDE;
/** Room for objects: the most pixels that one takes. */
const MOST = Math.floor(0.15 * AREA);
const whole = (pixels: number, least: number, most: number) =>
  Math.min(most, Math.max(least, Math.round(pixels)));

const grown = (x: number, y: number, pixels: number, seed: number) =>
  maskOf(AREA, growth(SCENE_SIDE, seed, { x, y }).subarray(0, pixels));

const both = (a: Float64Array, b: Float64Array) => a.map((g, i) => Math.max(g, b[i]));
const paint = (inside: (x: number, y: number) => boolean): Float64Array =>
  Float64Array.from({ length: AREA }, (_, i) => Number(inside(i % SCENE_SIDE, Math.floor(i / SCENE_SIDE))));

/** A wavy band across the image, a gap in it, and as many pixels missing along its rim as the gap takes. */
function bandOf(width: number) {
  const top = (x: number) =>
    Math.round(SCENE_SIDE / 2 + 14 * Math.sin((2 * Math.PI * x) / SCENE_SIDE) - width / 2);
  const inside = (x: number, y: number) => y >= top(x) && y < top(x) + width;
  const length = Math.max(3, Math.min(24, width));
  const start = SCENE_SIDE / 2 - 8;
  // The rim gives one pixel of each column: as many columns as the gap has pixels, from both sides if need be.
  const rim = new Set<number>();
  for (let k = 0; rim.size < length * width; k++) {
    const [x, layer] = [k % SCENE_SIDE, Math.floor(k / SCENE_SIDE)];
    const y = layer % 2 === 0 ? top(x) + (layer >> 1) : top(x) + width - 1 - (layer >> 1);
    rim.add(y * SCENE_SIDE + x);
  }
  return {
    band: paint(inside),
    gap: paint((x, y) => inside(x, y) && !(x >= start && x < start + length)),
    rim: paint((x, y) => inside(x, y) && !rim.has(y * SCENE_SIDE + x)),
  };
}

function borderMasks(pixels: number, seed: number) {
  const right = grown(-0.4, 0, pixels, seed);
  const depth = signedDistance(right, SCENE_SIDE, SCENE_SIDE);
  const radius = Math.max(1, Math.round(Math.sqrt(pixels / Math.PI) / 4));
  const columns = [...right.keys()].filter((i) => right[i] > 0).map((i) => i % SCENE_SIDE);
  const last = Math.max(...columns);
  const spot = (gap: number) =>
    both(
      right,
      paint((x, y) => (x - (last + gap + radius)) ** 2 + (y - SCENE_SIDE / 2) ** 2 <= radius * radius),
    );
  return {
    right,
    inner: depth.map((d) => Number(d > 1)),
    near: spot(2),
    far: spot(SCENE_SIDE - 2 - last - 2 * radius),
  };
}

/** Draws every scene. */
export function stageOf(numbers: SceneNumbers, seed: number): Stage {
  const random: Random = seededRandom(seed);
  const pixels = whole(numbers.share * AREA, 1, AREA - 1);
  const scale = Math.min(1, MOST / numbers.large);
  const large = whole(numbers.large * scale, 2, MOST);
  const small = whole(numbers.small * scale, 1, large - 1);
  const object = whole(numbers.object, 60, MOST);
  const line = whole(numbers.line, 1, 24);
  const thin = bandOf(line);
  const border = borderMasks(object, seed);
  const nothing = new Float64Array(AREA);
  const target = grown(0, 0, pixels, seed);
  // Of another form than the large one.
  const other = (seed + 1) % 2 ** 32;
  const [big, little] = [grown(-0.4, 0, large, seed), grown(0.7, -0.6, small, other)];
  const pair = both(big, little);
  const elsewhere = grown(0.7, 0.6, small, other);
  const sides = (mask: Float64Array) => (numbers.lineIsBackground ? mask.map((g) => 1 - g) : mask);
  const scene = (right: Float64Array, said: Float64Array): Scene => ({
    target: right,
    logits: sureOf(said, random),
  });
  const open = (right: Float64Array): Scene => ({ target: right, logits: undecided(AREA, random) });
  const band = (said: Float64Array) => scene(sides(thin.band), sides(said));
  return {
    side: SCENE_SIDE,
    drawn: { share: pixels / AREA, small, large, object, line },
    borderWrong: differing(border.right, border.inner),
    scenes: {
      undecided: open(target),
      nothing: scene(target, nothing),
      everything: scene(
        target,
        nothing.map(() => 1),
      ),
      right: scene(target, target),
      bothFound: scene(pair, pair),
      smallMissed: scene(pair, big),
      bothMissed: scene(pair, nothing),
      falseSmall: scene(pair, both(pair, elsewhere)),
      emptyUndecided: open(nothing),
      emptyAlarm: scene(nothing, little),
      emptyRight: scene(nothing, nothing),
      lineRight: band(thin.band),
      lineGap: band(thin.gap),
      lineRim: band(thin.rim),
      borderRight: scene(border.right, border.right),
      borderIn: scene(border.right, border.inner),
      borderMissed: scene(border.right, nothing),
      spotNear: scene(border.right, border.near),
      spotFar: scene(border.right, border.far),
    },
  };
}
