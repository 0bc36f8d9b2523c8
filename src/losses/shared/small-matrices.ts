/**
 * Small symmetric positive definite matrices, written out step by step: elimination needs no row exchanges for them,
 * and every derivative follows from those of the steps.
 */
import { type Tensor, tensor } from "../../tensor.ts";

type Range = readonly [start: number, stop?: number];

/** Rows and columns of `[..., d, k]`. */
const part = (x: Tensor, rows: Range, columns: Range): Tensor =>
  x.slice([...x.shape.slice(2).map((): Range => [0]), rows, columns]);

/** `A^-1 B` of `[..., d, d]` and `[..., d, k]`, by elimination above and below (Gauss-Jordan). */
export function solve(a: Tensor, b: Tensor): Tensor {
  const d = a.shape[a.rank - 1];
  let rows = a.concat(b, -1);
  // Each step takes the first unknown out of all other rows; its row goes to the end, so that the next one is first.
  for (let step = 0; step < d; step++) {
    const row = part(rows, [0, 1], [1]).div(part(rows, [0, 1], [0, 1]));
    rows =
      d === 1
        ? row
        : part(rows, [1], [1])
            .sub(part(rows, [1], [0, 1]).mul(row))
            .concat(row, -2);
  }
  return rows;
}

/** `log det A` of `[..., d, d]`, as `[..., 1, 1]`: the sum of the logarithms of its pivots. */
export function logDeterminant(a: Tensor): Tensor {
  const pivots: Tensor[] = [];
  let rest = a;
  for (let size = a.shape[a.rank - 1]; ; size--) {
    const pivot = part(rest, [0, 1], [0, 1]);
    pivots.push(pivot.log());
    if (size === 1) return pivots.reduce((sum, log) => sum.add(log));
    const row = part(rest, [0, 1], [1]).div(pivot);
    rest = part(rest, [1], [1]).sub(part(rest, [1], [0, 1]).mul(row));
  }
}

/** Cosines of every frequency along an axis (DCT-II), an orthonormal basis: `[place][frequency]`. */
function cosines(length: number): number[][] {
  return Array.from({ length }, (_, place) =>
    Array.from({ length }, (_, k) => {
      return Math.sqrt((k === 0 ? 1 : 2) / length) * Math.cos((Math.PI * k * (2 * place + 1)) / (2 * length));
    }),
  );
}

/** The same for cubes of `side` along each of several axes, flat: `[side^axes, side^axes]`, a cosine a column. */
export function cosineBasis(side: number, axes: number): Tensor {
  const along = cosines(side);
  let basis = [[1]];
  for (let axis = 0; axis < axes; axis++) {
    basis = basis.flatMap((row) => along.map((other) => row.flatMap((a) => other.map((b) => a * b))));
  }
  return tensor(basis);
}
