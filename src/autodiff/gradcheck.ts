/**
 * Analytic gradients against central differences. Only numbers here: whoever calls passes the oracle in, so
 * that derivatives never depend on an executor.
 */
import { OptionError } from "../errors.ts";
import { type Random, seededRandom } from "../random.ts";

/** The function under test: a scalar from the flat data of its arguments. */
export type Oracle = (args: readonly Float64Array[]) => Promise<number>;

/** How closely, and where, a gradient is checked. */
export interface GradcheckSettings {
  /** Step of the difference, relative to max(1, |x|). */
  readonly eps: number;
  /** Largest error that passes. */
  readonly tolerance: number;
  /** Random directions tried beside single elements. */
  readonly directions: number;
  /** Arguments with more elements than this are sampled. */
  readonly elements: number;
}

/** The worst disagreement found. */
export interface GradcheckWorst {
  /** Which argument. */
  readonly arg: number;
  /** Which element of it; -1 for a random direction through all of them. */
  readonly index: number;
  readonly analytic: number;
  readonly numeric: number;
}

/** What a check found. */
export interface GradcheckResult {
  /** Whether no disagreement was above the tolerance. */
  readonly ok: boolean;
  /** Largest difference, relative to the largest gradient entry that was seen. */
  readonly maxError: number;
  /** Where it was. */
  readonly worst: GradcheckWorst;
}

/** Below this a gradient is compared absolutely: there a difference quotient holds nothing but round-off. */
const SCALE_FLOOR = 1e-6;

/** Fixed, so that a check repeats exactly. */
const SEED = 20201;

/** A difference quotient, and how much of it may be the rounding of the values that it was made of. */
interface Slope {
  readonly numeric: number;
  readonly roundOff: number;
}

/** Slope of f at 0 by the five-point central difference: the error goes with the fourth power of h. */
async function slope(f: (t: number) => Promise<number>, h: number): Promise<Slope> {
  const [far, near, nearBack, farBack] = [await f(2 * h), await f(h), await f(-h), await f(-2 * h)];
  return {
    numeric: (8 * (near - nearBack) - (far - farBack)) / (12 * h),
    roundOff: (4 * Number.EPSILON * Math.max(Math.abs(near), Math.abs(nearBack))) / h,
  };
}

/** All elements of a small array; of a large one, the largest gradients and a random handful. */
function chosenElements(gradient: ArrayLike<number>, limit: number, random: Random): number[] {
  const all = Array.from({ length: gradient.length }, (_, i) => i);
  if (all.length <= limit) return all;
  const half = limit >> 1;
  const largest = all
    .slice()
    .sort((i, j) => Math.abs(gradient[j]) - Math.abs(gradient[i]))
    .slice(0, half);
  const others = Array.from({ length: limit - half }, () => random.int(0, all.length));
  return [...new Set([...largest, ...others])];
}

/**
 * Compares gradients with central differences of the oracle.
 *
 * @param args - the point, one flat array an argument
 * @param gradients - the analytic gradient by each of `positions`
 */
export async function checkGradients(
  oracle: Oracle,
  args: readonly Float64Array[],
  positions: readonly number[],
  gradients: readonly ArrayLike<number>[],
  { eps, tolerance, directions, elements }: GradcheckSettings,
): Promise<GradcheckResult> {
  if (positions.length === 0 || elements + directions < 1) {
    throw new OptionError(
      "gradcheck: nothing to check, expected an argument, and elements or directions from 1",
      {
        op: "gradcheck",
        argument: "argnums",
        given: "nothing",
        expected: "something to check",
      },
    );
  }
  const random = seededRandom(SEED);
  const found: Sample[] = [];
  for (let k = 0; k < positions.length; k++) {
    const arg = positions[k];
    const point = args[arg];
    const gradient = gradients[k];
    const along = (move: (x: number, i: number) => number) =>
      oracle(args.map((data, i) => (i === arg ? data.map(move) : data)));
    for (const index of chosenElements(gradient, elements, random)) {
      const h = eps * Math.max(1, Math.abs(point[index]));
      const measured = await slope((t) => along((x, i) => (i === index ? x + t : x)), h);
      found.push({ arg, index, analytic: gradient[index], ...measured });
    }
    for (let d = 0; d < directions; d++) {
      const direction = point.map(() => random.uniform(-1, 1));
      const norm = Math.sqrt(direction.reduce((total, x) => total + x * x, 0));
      const measured = await slope((t) => along((x, i) => x + (t * direction[i]) / norm), eps);
      let analytic = 0;
      for (let i = 0; i < direction.length; i++) analytic += (gradient[i] * direction[i]) / norm;
      found.push({ arg, index: -1, analytic, ...measured });
    }
  }
  return judge(found, tolerance);
}

type Sample = GradcheckWorst & Slope;

function judge(found: readonly Sample[], tolerance: number): GradcheckResult {
  let scale = SCALE_FLOOR;
  for (const { analytic, numeric } of found) {
    if (Number.isFinite(analytic)) scale = Math.max(scale, Math.abs(analytic));
    if (Number.isFinite(numeric)) scale = Math.max(scale, Math.abs(numeric));
  }
  let maxError = 0;
  let worst = found[0];
  for (const entry of found) {
    const difference = Math.abs(entry.analytic - entry.numeric);
    const relative = difference / scale;
    // Round-off is all there is of a small gradient of a large value: it is told, but fails nothing.
    const error = difference <= entry.roundOff ? Math.min(relative, tolerance) : relative;
    // NaN must never pass for small.
    if (Number.isNaN(error) || error > maxError) {
      maxError = Number.isNaN(error) ? Infinity : error;
      worst = entry;
    }
  }
  const { arg, index, analytic, numeric } = worst;
  return { ok: maxError <= tolerance, maxError, worst: { arg, index, analytic, numeric } };
}
