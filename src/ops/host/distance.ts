/** The distance transform as an op: computed on the host, constant for every derivative. */
import type { Node } from "../../graph/node.ts";
import type { OpRow } from "../../graph/row.ts";
import { sizeOf } from "../../shape.ts";
import { record, row } from "../make.ts";
import { distanceTransform } from "./distance-transform.ts";

export const distanceRow: OpRow = row<{ spacing: readonly number[]; ifNone: number }>({
  name: "distance",
  kind: "host",
  doc: "exact Euclidean distance of each non-zero element to the nearest zero one, over the last axes",
  vjp: null,
  compute: ([mask], [shape], _output, { spacing, ifNone }) => {
    const space = shape.slice(shape.length - spacing.length);
    const size = sizeOf(space);
    const result = new Float64Array(mask.length);
    for (let start = 0; start < mask.length; start += size) {
      const distances = distanceTransform(mask.subarray(start, start + size), space.slice(), spacing.slice());
      // Without a zero element every distance is infinite, the first one too.
      result.set(distances[0] === Infinity ? distances.fill(ifNone) : distances, start);
    }
    return result;
  },
});

/**
 * Distance to the nearest zero element, each image and channel on its own; `spacing` has one entry a spatial
 * axis, `ifNone` is the value everywhere in an image without a zero element.
 */
export const distance = (mask: Node, spacing: readonly number[], ifNone = Infinity): Node =>
  record(distanceRow, [mask], mask.shape, { spacing: spacing.slice(), ifNone });
