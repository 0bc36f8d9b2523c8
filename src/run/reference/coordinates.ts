/** Walking over the elements of a shape. */
import type { Shape } from "../../shape.ts";

/** Steps coordinates to the next element in row-major order. */
export function advance(coordinates: number[], shape: Shape): void {
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (++coordinates[axis] < shape[axis]) return;
    coordinates[axis] = 0;
  }
}
