/** Sums over the entries of gradients. */

/** Sum of products. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Euclidean norm. */
export const norm = (a: ArrayLike<number>): number => Math.sqrt(dot(a, a));
