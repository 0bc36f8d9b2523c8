/** The element grid that the members of a pass share: one shape fine enough for all, and the order of its loops. */
import { type Shape, sizeOf } from "../../../shape.ts";

/** Axes of a shape by where they begin: how many elements one step of each passes, and one more for the whole. */
function boundaries(shape: Shape): Set<number> {
  const found = new Set<number>([1]);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    stride *= shape[axis];
    found.add(stride);
  }
  return found;
}

/** The coarsest shape of which both are groupings of axes, or `null`. */
export function commonShape(x: Shape, y: Shape): Shape | null {
  if (sizeOf(x) !== sizeOf(y)) return null;
  const strides = [...new Set([...boundaries(x), ...boundaries(y)])].sort((a, b) => b - a);
  const shape: number[] = [];
  for (let i = 0; i + 1 < strides.length; i++) {
    if (strides[i] % strides[i + 1] !== 0) return null;
    shape.push(strides[i] / strides[i + 1]);
  }
  return shape;
}

/** The axes of a finer shape that make up the given axes of a coarser one. */
export function refinedAxes(coarse: Shape, axes: readonly number[], fine: Shape): Set<number> {
  const inside = (stride: number): boolean => {
    let low = 1;
    for (let axis = coarse.length - 1; axis >= 0; axis--) {
      const high = low * coarse[axis];
      if (stride >= low && stride < high) return axes.includes(axis);
      low = high;
    }
    return false;
  };
  const found = new Set<number>();
  let stride = 1;
  for (let axis = fine.length - 1; axis >= 0; axis--) {
    if (inside(stride)) found.add(axis);
    stride *= fine[axis];
  }
  return found;
}

/**
 * An order of loops in which what each fold keeps comes first, or `null`. The last axis stays last: vectors walk
 * along it.
 */
export function loopOrder(shape: Shape, keptByFolds: readonly ReadonlySet<number>[]): number[] | null {
  const keepers = (axis: number) => keptByFolds.filter((kept) => kept.has(axis)).length;
  const order = shape.map((_, axis) => axis).sort((a, b) => keepers(b) - keepers(a) || a - b);
  const fits = keptByFolds.every((kept) => order.slice(0, kept.size).every((axis) => kept.has(axis)));
  const lastStays = shape.length === 0 || order[order.length - 1] === shape.length - 1;
  return fits && lastStays ? order : null;
}
