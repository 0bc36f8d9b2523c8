/** A tensor without symmetry, for cotangents that tell elements apart. */
import type { Node } from "../../../src/graph/node.ts";
import { type Shape, sizeOf } from "../../../src/shape.ts";
import { leaf } from "../../support/ops.ts";

export function cos(shape: Shape, frequency = 1): Node {
  const data = Float64Array.from({ length: sizeOf(shape) }, (_, i) =>
    Math.fround(Math.cos(frequency * i) + 0.25),
  );
  return leaf({ shape, data });
}
