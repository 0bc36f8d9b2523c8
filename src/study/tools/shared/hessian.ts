/** The Hessian of a loss by the logits of one image, asked through its products with vectors. */
import type { Loss } from "../../../losses/shared/define-loss.ts";
import { type Random, seededRandom } from "../../../random.ts";
import { type Tensor, tensor } from "../../../tensor.ts";
import { compile } from "../../../transform/compile.ts";
import { hvp, valueAndGrad } from "../../../transform/grad.ts";
import { lossOfLogits } from "../../measure.ts";
import { type Frame, isPerImage, type Scene } from "./probe.ts";
import type { OwnOptions } from "./subject.ts";
import { dot, norm } from "./vectors.ts";

/** Logits, and the vector that their Hessian is multiplied with. */
export interface Query {
  readonly x: Float64Array;
  readonly v: Float64Array;
}

/** Gradient at x, and H v. */
export interface Reply {
  readonly gradient: ArrayLike<number>;
  readonly product: ArrayLike<number>;
}

/** Answers queries about one loss and target. */
export type Asker = (queries: readonly Query[]) => Promise<Reply[]>;

/** Pixels of one run: most runs need one image, a diagonal many. */
const PIXELS_A_RUN = 2 ** 13;

/**
 * One plan for values, gradients and products of several images; recorded once.
 *
 * @throws what the loss throws
 */
export async function hessianOf(
  loss: Loss,
  options: OwnOptions,
  { logits, target }: Scene,
  { width, height }: Frame,
): Promise<Asker> {
  const size = width * height;
  const recorded = (count: number) => {
    const shares = tensor(target, [1, 1, height, width]).expand([count, 1, height, width]);
    const images = lossOfLogits(loss, shares, { ...options, reduction: "image" });
    const total = (x: Tensor) => images(x).sum();
    return compile((x: Tensor, v: Tensor) => ({
      values: images(x),
      gradient: valueAndGrad(total)(x).grad,
      product: hvp(total)(x, v),
    }));
  };
  const most = Math.max(2, Math.min(size, Math.floor(PIXELS_A_RUN / size)));
  const zero = new Float64Array(size);
  const run = async (step: ReturnType<typeof recorded>, queries: readonly Query[], count: number) => {
    const stacked = (part: keyof Query) => {
      const data = new Float64Array(count * size);
      for (const [i, query] of queries.entries()) data.set(query[part], i * size);
      return tensor(data, [count, 1, height, width]);
    };
    const { values, gradient, product } = await step(stacked("x"), stacked("v"));
    return { values: await values.data(), gradient: await gradient.data(), product: await product.data() };
  };
  const many = recorded(most);
  const valueBeside = async (other: Float64Array) => {
    const queries = Array.from({ length: most }, (_, i) => ({ x: i === 0 ? logits : other, v: zero }));
    const { values } = await run(many, queries, most);
    return values.length === most ? values[0] : null;
  };
  const batched = await isPerImage(
    loss,
    options,
    () => valueBeside(logits.map((z) => -z)),
    () => valueBeside(logits),
  );
  const [step, count] = batched ? [many, most] : [recorded(1), 1];
  return async (queries) => {
    const replies: Reply[] = [];
    for (let at = 0; at < queries.length; at += count) {
      const some = queries.slice(at, at + count);
      const { gradient, product } = await run(step, some, count);
      if (!gradient.every(Number.isFinite) || !product.every(Number.isFinite))
        throw new Error(`${loss.name}: gradient or Hessian is not finite`);
      for (let i = 0; i < some.length; i++) {
        const [from, to] = [i * size, (i + 1) * size];
        replies.push({ gradient: gradient.slice(from, to), product: product.slice(from, to) });
      }
    }
    return replies;
  };
}

/**
 * The diagonal: from one product an element, or estimated from products with random signs, by which everything off the
 * diagonal cancels in the mean (Hutchinson 1990).
 *
 * @param probes - random vectors; `null` for the exact diagonal
 */
export async function diagonalOf(
  ask: Asker,
  x: Float64Array,
  probes: number | null,
  random: Random,
): Promise<Float64Array> {
  const diagonal = new Float64Array(x.length);
  const vectors = Array.from({ length: probes ?? x.length }, (_, i) => {
    if (probes !== null) return x.map(() => (random.uint32() >>> 31 === 0 ? 1 : -1));
    const basis = new Float64Array(x.length);
    basis[i] = 1;
    return basis;
  });
  const replies = await ask(vectors.map((v) => ({ x, v })));
  replies.forEach(({ product }, k) => {
    if (probes === null) diagonal[k] = product[k];
    else for (let i = 0; i < x.length; i++) diagonal[i] += (vectors[k][i] * product[i]) / probes;
  });
  return diagonal;
}

/** How many eigenvalues of a symmetric tridiagonal matrix lie below a number: signs of its Sturm sequence. */
function countBelow(diagonal: readonly number[], beside: readonly number[], limit: number): number {
  let [count, pivot] = [0, 1];
  for (let i = 0; i < diagonal.length; i++) {
    pivot = diagonal[i] - limit - (i > 0 ? beside[i - 1] ** 2 / pivot : 0);
    if (pivot === 0) pivot = Number.MIN_VALUE ** 0.5;
    if (pivot < 0) count++;
  }
  return count;
}

function eigenvalueAt(diagonal: readonly number[], beside: readonly number[], index: number): number {
  // By Gershgorin no eigenvalue is larger.
  let high = Math.max(
    ...diagonal.map((d, i) => Math.abs(d) + Math.abs(beside[i] ?? 0) + Math.abs(beside[i - 1] ?? 0)),
  );
  let low = -high;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (countBelow(diagonal, beside, middle) > index) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

/**
 * The largest and the smallest eigenvalue, by the method of Lanczos: a power iteration that keeps its vectors. It finds
 * both ends at once, where plain powers find the one of larger magnitude, slowly, and lose themselves between two of
 * about the same.
 *
 * @param steps - products at most; exact when there are as many as different eigenvalues
 */
export async function extremeEigenvalues(
  ask: Asker,
  x: Float64Array,
  steps: number,
  seed: number,
): Promise<{ largest: number; smallest: number }> {
  const random = seededRandom(seed);
  const start = x.map(() => random.normal());
  const length = norm(start);
  const kept: Float64Array[] = [start.map((v) => v / length)];
  const [diagonal, beside]: [number[], number[]] = [[], []];
  while (diagonal.length < Math.min(steps, x.length)) {
    const v = kept[kept.length - 1];
    const [{ product }] = await ask([{ x, v }]);
    const rest = Float64Array.from(product);
    diagonal.push(dot(rest, v));
    // Against all that were before, twice: rounding brings them back.
    for (let pass = 0; pass < 2; pass++) {
      for (const old of kept) {
        const part = dot(rest, old);
        for (let i = 0; i < rest.length; i++) rest[i] -= part * old[i];
      }
    }
    const left = norm(rest);
    // What float32 leaves of nothing is no new direction.
    if (!(left > 1e-5 * Math.max(...diagonal.map(Math.abs), ...beside))) break;
    if (diagonal.length < Math.min(steps, x.length)) beside.push(left);
    kept.push(rest.map((r) => r / left));
  }
  return {
    largest: eigenvalueAt(diagonal, beside, diagonal.length - 1),
    smallest: eigenvalueAt(diagonal, beside, 0),
  };
}

/**
 * The largest share of a change of the gradient that the Hessian does not tell, over two directions: random signs, and
 * along the gradient.
 *
 * @param step - from one end to the other, in logits, of the pixel that moves most
 */
export async function missedChange(
  ask: Asker,
  x: Float64Array,
  gradient: ArrayLike<number>,
  step: number,
  seed: number,
): Promise<number> {
  const random = seededRandom(seed);
  const half = step / 2;
  let most = 0;
  for (let i = 0; i < x.length; i++) most = Math.max(most, Math.abs(gradient[i]));
  const directions = [x.map(() => (random.uint32() >>> 31 === 0 ? half : -half))];
  if (most > 0) directions.push(x.map((_, i) => (half * gradient[i]) / most));
  const none = new Float64Array(x.length);
  const replies = await ask(
    directions.flatMap((v) => [
      { x, v },
      { x: x.map((z, i) => z + v[i]), v: none },
      { x: x.map((z, i) => z - v[i]), v: none },
    ]),
  );
  // What float32 leaves of no change at all is no kink.
  const noise = 1e-6 * norm(gradient);
  return directions.reduce((missed, v, k) => {
    const [{ product }, on, back] = replies.slice(3 * k, 3 * k + 3);
    const change = v.map((_, i) => (on.gradient[i] - back.gradient[i]) / 2);
    const rest = change.map((c, i) => c - product[i]);
    const scale = Math.max(norm(change), norm(product));
    return scale > noise ? Math.max(missed, norm(rest) / scale) : missed;
  }, 0);
}
