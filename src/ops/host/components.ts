/** Connected components as an op: numbered on the host, constant for every derivative. */
import type { Node } from "../../graph/node.ts";
import type { OpRow } from "../../graph/row.ts";
import { sizeOf } from "../../shape.ts";
import { record, row } from "../make.ts";
import { type Connectivity, connectedComponents } from "./connected-components.ts";

export const componentsRow: OpRow = row<{ axes: number; connectivity: Connectivity }>({
  name: "components",
  kind: "host",
  doc: "number of each non-zero element's connected component over the last axes, from 1 in scan order; 0 outside",
  vjp: null,
  compute: ([mask], [shape], _output, { axes, connectivity }) => {
    const space = shape.slice(shape.length - axes);
    const size = sizeOf(space);
    const result = new Float64Array(mask.length);
    for (let start = 0; start < mask.length; start += size) {
      result.set(connectedComponents(mask.subarray(start, start + size), space, connectivity).labels, start);
    }
    return result;
  },
});

/**
 * Numbers of connected components over the last `axes` axes, each image and channel on its own, from 1 in the order
 * in which a scan meets them; 0 where the mask is 0. Float32 tells up to 2^24 components apart.
 */
export const components = (mask: Node, axes: number, connectivity: Connectivity): Node =>
  record(componentsRow, [mask], mask.shape, { axes, connectivity });
