/**
 * Building blocks of the phantom: harmonic contours, smooth noise, soft steps. Lengths are in half image
 * sides.
 */
import type { Random } from "../random.ts";

/** A closed curve around a centre: its radius as a Fourier series of the angle. */
export interface Contour {
  readonly x: number;
  readonly y: number;
  /** Mean radius. */
  readonly radius: number;
  /** Stretch of the vertical axis against the horizontal one. */
  readonly aspect: number;
  /** Turn, in radians. */
  readonly turn: number;
  /** Relative amplitude and phase of harmonics 2, 3, 4, ... */
  readonly harmonics: readonly (readonly [amplitude: number, phase: number])[];
}

/** An irregular contour whose harmonics fall off with their order, as those of smooth lesions do. */
export function randomContour(
  random: Random,
  x: number,
  y: number,
  radius: number,
  roughness: number,
): Contour {
  const harmonics = Array.from({ length: 6 }, (_, order): [number, number] => [
    roughness * random.uniform(0.3, 1) * (2 / (order + 2)) ** 1.6,
    random.uniform(0, 2 * Math.PI),
  ]);
  return { x, y, radius, aspect: random.uniform(0.75, 1.3), turn: random.uniform(0, Math.PI), harmonics };
}

/** Angle of a point as the contour sees it. */
export function angleAt(contour: Contour, x: number, y: number): number {
  return Math.atan2(y - contour.y, x - contour.x);
}

/**
 * How deep inside the contour a point lies, negative outside: the radius along the point's direction less its
 * distance from the centre. Near the curve this is close to the distance from it.
 */
export function depthInside(contour: Contour, x: number, y: number): number {
  const dx = x - contour.x;
  const dy = y - contour.y;
  const distance = Math.sqrt(dx * dx + dy * dy);
  // Far away the shape makes no difference.
  if (distance > 3 * contour.radius + 0.2) return contour.radius - distance;
  const angle = Math.atan2(dy, dx);
  const along = angle - contour.turn;
  let wave = 1;
  for (let index = 0; index < contour.harmonics.length; index++) {
    // By index: destructuring goes through an iterator, and this runs millions of times.
    const harmonic = contour.harmonics[index];
    wave += harmonic[0] * Math.cos((index + 2) * angle + harmonic[1]);
  }
  const across = Math.cos(along);
  const down = Math.sin(along) / contour.aspect;
  const ellipse = contour.radius / Math.sqrt(across * across + down * down);
  return ellipse * Math.max(0.35, wave) - distance;
}

/** From 0 to 1 while `value` runs from `-width / 2` to `width / 2`, without corners. */
export function softStep(value: number, width: number): number {
  const t = Math.min(1, Math.max(0, value / width + 0.5));
  return t * t * (3 - 2 * t);
}

/**
 * Smooth noise over the square [-1, 1]^2: random normal values on a grid of `cells` cells a side, joined by
 * cubic B-splines. Mean 0, standard deviation about 1/2.
 */
export function smoothNoise(random: Random, cells: number): (x: number, y: number) => number {
  const side = cells + 3;
  const knots = Float64Array.from({ length: side * side }, () => random.normal());
  const across = new Float64Array(4);
  const down = new Float64Array(4);
  return (x, y) => {
    const column = splineWeights(x, cells, across);
    const row = splineWeights(y, cells, down);
    let sum = 0;
    for (let j = 0, at = row * side + column; j < 4; j++, at += side) {
      const line = across[0] * knots[at] + across[1] * knots[at + 1] + across[2] * knots[at + 2];
      sum += down[j] * (line + across[3] * knots[at + 3]);
    }
    return sum;
  };
}

/** The cell that a coordinate of [-1, 1] lies in, and the weights of the four knots around it. */
function splineWeights(coordinate: number, cells: number, weights: Float64Array): number {
  const place = (Math.min(1, Math.max(-1, coordinate)) * 0.5 + 0.5) * cells;
  const cell = Math.min(cells - 1, Math.floor(place));
  const t = place - cell;
  const rest = 1 - t;
  weights[0] = (rest * rest * rest) / 6;
  weights[1] = (t * t * (3 * t - 6) + 4) / 6;
  weights[3] = (t * t * t) / 6;
  weights[2] = 1 - weights[0] - weights[1] - weights[3];
  return cell;
}
