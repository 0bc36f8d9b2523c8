/** One lesion, and predictions that are off by a distance, each in its way. */
import { OptionError, refuse } from "../../../errors.ts";
import { growth, maskOf, signedDistance } from "./scenes.ts";

/** Distances in pixels, rising; each list is one way of being wrong. */
export interface ShiftDistances {
  /** The whole lesion is predicted beside itself. */
  readonly moved: readonly number[];
  /** The border is drawn too far out. */
  readonly grown: readonly number[];
  /** The border is drawn too far in. */
  readonly shrunk: readonly number[];
  /** The lesion is right, and a small false spot of always the same size lies this far from it. */
  readonly spot: readonly number[];
}

/** A prediction and how far off each of its wrong pixels is. */
export interface Wrong {
  readonly mask: Float64Array;
  readonly far: Float64Array;
}

/** The right mask, and every way of being wrong. */
export interface Stage {
  readonly lesion: Float64Array;
  readonly pixels: number;
  /** Columns that the lesion spans. */
  readonly extent: number;
  readonly ways: Readonly<Record<keyof ShiftDistances, readonly Wrong[]>>;
}

/**
 * A lesion in the left half of an image, and masks that are wrong by the distances asked for.
 *
 * @throws `OptionError` for distances that do not rise, or leave the image
 */
export function shiftedMasks(tool: string, side: number, seed: number, distances: ShiftDistances): Stage {
  const pixels = Math.round(Math.PI * (side / 8) ** 2);
  const lesion = maskOf(side * side, growth(side, seed, { x: -0.5, y: 0 }).subarray(0, pixels));
  const depth = signedDistance(lesion, side, side);
  const far = depth.map(Math.abs);
  const columns = [...lesion.keys()].filter((i) => lesion[i] > 0).map((i) => i % side);
  const [first, last] = [Math.min(...columns), Math.max(...columns)];
  const right = [...lesion.keys()].filter((i) => lesion[i] > 0 && i % side === last);
  const row = Math.floor(right[right.length >> 1] / side);
  const radius = Math.max(1, Math.round(side / 44));
  const check = (way: keyof ShiftDistances, room: number) => {
    const list = distances[way];
    const good = list.every((k, i) => Number.isInteger(k) && k > (list[i - 1] ?? 0) && k <= room);
    if (!good || list.length === 0)
      refuse(OptionError, tool, way, `[${list.join(", ")}]`, `rising whole numbers from 1 to ${room}`);
    return list;
  };
  const wrong = (mask: Float64Array): Wrong => ({ mask, far });
  const beside = (k: number) => lesion.map((_, i) => (i % side >= k ? lesion[i - k] : 0));
  const withSpot = (k: number) =>
    lesion.map((g, i) => {
      const [x, y] = [(i % side) - (last + k + radius), Math.floor(i / side) - row];
      return g > 0 || x * x + y * y <= radius * radius ? 1 : 0;
    });
  const deepest = depth.reduce((a, b) => Math.max(a, b));
  return {
    lesion,
    pixels,
    extent: last - first + 1,
    ways: {
      moved: check("moved", side - 1 - last).map((k) => wrong(beside(k))),
      grown: check("grown", first).map((k) => wrong(depth.map((d) => (d > -k ? 1 : 0)))),
      shrunk: check("shrunk", Math.floor(deepest)).map((k) => wrong(depth.map((d) => (d > k ? 1 : 0)))),
      spot: check("spot", side - 1 - last - 2 * radius).map((k) => wrong(withSpot(k))),
    },
  };
}
