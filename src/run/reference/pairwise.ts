/** Pairwise summation: the error grows with log n instead of n, so long sums keep their digits. */

/** Short runs are added straight: halving further would cost more than it saves. */
const RUN = 64;

/** Sum of `data[start .. end - 1]`. */
export function pairwiseSum(data: ArrayLike<number>, start: number, end: number): number {
  if (end - start <= RUN) {
    let total = 0;
    for (let i = start; i < end; i++) total += data[i];
    return total;
  }
  const middle = (start + end) >> 1;
  return pairwiseSum(data, start, middle) + pairwiseSum(data, middle, end);
}
