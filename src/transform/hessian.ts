/** The diagonal of the Hessian: one Hessian-vector product, recorded once and run with many vectors. */
import type { HostArray } from "../array.ts";
import { OptionError, refuse } from "../errors.ts";
import { linearize } from "../graph/linearize.ts";
import { seededRandom } from "../random.ts";
import { currentRunner } from "../run/backends.ts";
import { realize } from "../run/evaluate.ts";
import { asTensor, Tensor, tensor } from "../tensor.ts";
import { hvp, type ScalarFunction } from "./grad.ts";
import { placeholder } from "./tree.ts";

/** Options of {@link hessianDiagonal}. */
export interface HessianDiagonalOptions {
  /**
   * Estimates from this many random vectors of 1 and -1 (Hutchinson 1990; Bekas et al. 2007) instead of one
   * vector an element: exact where the Hessian is diagonal, else with a variance that falls as 1 / probes.
   * @defaultValue none: exact
   */
  readonly probes?: number;
  /** Of the random vectors. @defaultValue 0 */
  readonly seed?: number;
}

type Product = (v: HostArray) => Promise<HostArray>;

/** v to H v at x; recorded once, so each further vector costs a run and nothing else. */
async function productAt(f: ScalarFunction<[Tensor]>, x: Tensor): Promise<Product> {
  await realize([x.node]);
  const direction = placeholder(x.shape);
  const graph = linearize([hvp(f)(x, new Tensor(direction)).node]);
  const runner = await currentRunner();
  return async (v) => {
    const data = graph.arguments.map((node) => (node === direction ? v : (node.value as HostArray)));
    return (await runner.run(graph, data))[0];
  };
}

async function exact(product: Product, size: number): Promise<Float64Array> {
  const diagonal = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const basis = new Float64Array(size);
    basis[i] = 1;
    diagonal[i] = (await product(basis))[i];
  }
  return diagonal;
}

/** The mean of v * H v: off the diagonal, the signs of v cancel. */
async function estimate(product: Product, size: number, probes: number, seed: number): Promise<Float64Array> {
  const random = seededRandom(seed);
  const diagonal = new Float64Array(size);
  for (let k = 0; k < probes; k++) {
    const v = Float64Array.from({ length: size }, () => (random.uint32() >>> 31 === 0 ? 1 : -1));
    const along = await product(v);
    for (let i = 0; i < size; i++) diagonal[i] += (v[i] * along[i]) / probes;
  }
  return diagonal;
}

/**
 * The second derivative of `f` by each element of x: the diagonal of its Hessian.
 *
 * Exact by default, at the price of one Hessian-vector product an element. Losses that are a sum over pixels
 * have a diagonal Hessian: there `{ probes: 1 }` is exact too, and costs one product for all.
 *
 * @param f - returns a scalar tensor
 * @returns a function of x to a tensor of its shape, which has already run
 * @throws {@link OptionError} for `probes` or a `seed` out of range
 * @throws {@link GradientError} where `f` returns no scalar
 * @example
 * ```ts
 * import { hessianDiagonal, tensor } from "segtape";
 * const f = (x) => x.pow(3).sum();
 * await (await hessianDiagonal(f)(tensor([1, 2]))).data(); // [6, 12]
 * await (await hessianDiagonal(f, { probes: 1 })(tensor([1, 2]))).data(); // [6, 12]
 * ```
 */
export function hessianDiagonal(
  f: ScalarFunction<[Tensor]>,
  { probes, seed = 0 }: HessianDiagonalOptions = {},
): (x: Tensor) => Promise<Tensor> {
  if (probes !== undefined && !(Number.isInteger(probes) && probes >= 1)) {
    refuse(OptionError, "hessianDiagonal", "probes", String(probes), "a positive integer");
  }
  return async (x) => {
    const product = await productAt(f, asTensor(x, "hessianDiagonal", "x"));
    const diagonal = await (probes === undefined
      ? exact(product, x.size)
      : estimate(product, x.size, probes, seed));
    return tensor(diagonal, x.shape);
  };
}
