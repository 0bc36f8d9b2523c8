/**
 * The arithmetic of Winograd's minimal filtering (Lavin & Gray 2016) on 4x4 tiles: four vectors at a time, along one axis of
 * the tile. F(2, 3) makes two results of three taps, F(3, 2) three of two; both share the transform of the data.
 */
import { f32x4, type V128 } from "../../assembler/index.ts";

const HALF = f32x4.const(0.5, 0.5, 0.5, 0.5);
const { add, sub, mul } = f32x4;

export type Three = readonly [V128, V128, V128];
export type Four = readonly [V128, V128, V128, V128];

/** Data: 4 to 4. */
export const ofData = ([d0, d1, d2, d3]: Four): Four => [sub(d0, d2), add(d1, d2), sub(d2, d1), sub(d1, d3)];

/** Three taps to 4. Operands are read several times: bind them. */
export function ofThreeTaps([a, b, c]: Three): Four {
  return [a, mul(add(add(a, c), b), HALF), mul(sub(add(a, c), b), HALF), c];
}

/** Two taps to 4. */
export const ofTwoTaps = (a: V128, b: V128): Four => [a, mul(add(a, b), HALF), mul(sub(a, b), HALF), b];

/** Back from 4 products: two results. */
export const twoResults = ([m0, m1, m2, m3]: Four): readonly [V128, V128] => [
  add(add(m0, m1), m2),
  sub(sub(m1, m2), m3),
];

/** Back from 4 products: three results. */
export const threeResults = ([m0, m1, m2, m3]: Four): Three => [
  add(add(m0, m1), m2),
  sub(m1, m2),
  sub(add(m1, m2), m3),
];
