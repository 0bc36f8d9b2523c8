/**
 * The seed of every property that names none, so that a test passes or fails alike wherever it runs.
 *
 * `SEGTAPE_SEED=random npm test` explores instead (fast-check prints the seed of what fails); a number takes that seed.
 */
import fc from "fast-check";

const asked = process.env.SEGTAPE_SEED;

if (asked !== "random") {
  const seed = Number(asked ?? 2020);
  if (!Number.isInteger(seed))
    throw new Error(`SEGTAPE_SEED must be "random" or a whole number, not "${asked}"`);
  fc.configureGlobal({ seed });
}
