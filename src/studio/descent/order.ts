/** The order map: when each pixel was settled for good, as positions on a scale of colours. */

/** What stands for a pixel that is open. */
export const OPEN = 0;

/**
 * Positions from 1 (settled from the start) to 255 (at the step `latest`), {@link OPEN} for open pixels. By the logarithm
 * of the step: most pixels are settled early, and the first steps tell most.
 */
export function orderLevels(since: Float32Array, latest: number): Uint8Array {
  const scale = latest > 0 ? 254 / Math.log1p(latest) : 0;
  const levels = new Uint8Array(since.length);
  for (let i = 0; i < levels.length; i++)
    levels[i] = since[i] < 0 ? OPEN : 1 + Math.round(scale * Math.log1p(since[i]));
  return levels;
}

/** The step in the middle of the scale of colours. */
export const middleStep = (latest: number): number => Math.round(Math.expm1(Math.log1p(latest) / 2));

/** The last step at which a pixel of any of the maps was settled; 1 where there was none, for a scale needs a length. */
export function latestStep(maps: readonly Float32Array[]): number {
  let latest = 1;
  for (const since of maps) for (let i = 0; i < since.length; i++) if (since[i] > latest) latest = since[i];
  return latest;
}
