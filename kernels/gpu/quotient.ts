/** Quotients of whole numbers, rounded down, in float32. */
import type { Dialect } from "./dialect.ts";
import { numberText } from "./scalar.ts";

/** Below this, half a step of the dividend is at least twice what two roundings move a product. */
const SMALL = 2 ** 21;

/**
 * `floor(text / by)`, exact for whole numbers within +-2^24.
 *
 * Shaders may be off by a few last places where they divide (110 / 110 comes out below 1 on some), so they multiply,
 * which is rounded once. Half a step more keeps small dividends away from whole quotients; of large ones the rest tells
 * whether the quotient is one too high or too low.
 *
 * @param text - a name, or atomic
 * @param most - the largest magnitude that it takes
 * @param bind - gives a text a name
 */
export function quotientText(
  text: string,
  by: number,
  most: number,
  dialect: Dialect,
  bind: (text: string) => string,
): string {
  if (dialect.exactDivision) return bind(`Math.floor(${text} / ${by})`);
  const reciprocal = numberText(1 / by, dialect);
  if (most < SMALL) return bind(`Math.floor((${text} + 0.5) * ${reciprocal})`);
  const near = bind(`Math.floor(${text} * ${reciprocal})`);
  const rest = bind(`${text} - ${near} * ${by}`);
  const above = `Math.min(Math.max(${rest} - ${by - 1}, 0.0), 1.0)`;
  const below = `Math.min(Math.max(0.0 - ${rest}, 0.0), 1.0)`;
  return bind(`${near} + ${above} - ${below}`);
}
