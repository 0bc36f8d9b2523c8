/** Ops together, forward and backward, on every mode of gpu.js against the reference. */
import { expect, test } from "vitest";
import { vjp } from "../../../src/autodiff/vjp.ts";
import type { Node } from "../../../src/graph/node.ts";
import * as a from "../../../src/ops/arithmetic.ts";
import * as c from "../../../src/ops/compose.ts";
import { convolution, matmul, transposedConvolution } from "../../../src/ops/contract.ts";
import * as f from "../../../src/ops/functions.ts";
import { distance } from "../../../src/ops/host/distance.ts";
import * as l from "../../../src/ops/logic.ts";
import * as m from "../../../src/ops/movement.ts";
import * as o from "../../../src/ops/order.ts";
import * as r from "../../../src/ops/reduce.ts";
import { upsample } from "../../../src/ops/resize.ts";
import * as w from "../../../src/ops/window.ts";
import type { Shape } from "../../../src/shape.ts";
import { describeModes, expectAgreement } from "../../support/backends.ts";
import { cos } from "./cosine.ts";

const TOLERANCE = 1e-5;

interface Composition {
  readonly inputs: readonly Shape[];
  readonly record: (inputs: readonly Node[]) => Node;
}

const IMAGE: Shape = [2, 3, 7, 6];

const COMPOSITIONS: Readonly<Record<string, Composition>> = {
  softmax: { inputs: [IMAGE], record: ([x]) => c.softmax(x, 1) },
  "log softmax over the last axis": { inputs: [IMAGE], record: ([x]) => c.logSoftmax(x, -1) },
  "log of sums of exponentials": { inputs: [IMAGE], record: ([x]) => c.logSumExp(x, [1, 3]) },
  variance: { inputs: [IMAGE], record: ([x]) => c.variance(x, [0, 2, 3]) },
  "max pool": { inputs: [[2, 2, 6, 8]], record: ([x]) => c.maxPool(x, 2) },
  "max pool with overlap and padding": {
    inputs: [IMAGE],
    record: ([x]) => c.maxPool(x, 3, { stride: 2, padding: 1 }),
  },
  "average pool, padding not counted": {
    inputs: [IMAGE],
    record: ([x]) => c.avgPool(x, 3, { stride: 1, padding: 1 }),
  },
  upsample: { inputs: [IMAGE], record: ([x]) => upsample(x, 3) },
  "upsample between pixel centres": { inputs: [IMAGE], record: ([x]) => upsample(x, 2, "bilinear") },
  "conv2d with stride, padding, dilation, groups": {
    inputs: [
      [2, 4, 9, 8],
      [6, 2, 3, 2],
    ],
    record: ([x, k]) =>
      convolution("conv2d", 2, x, k, { stride: [2, 1], padding: [1, 2], dilation: [1, 2], groups: 2 }),
  },
  "transposed conv2d with stride, padding, dilation, groups": {
    inputs: [
      [2, 4, 4, 5],
      [4, 3, 3, 2],
    ],
    record: ([x, k]) =>
      transposedConvolution("convTranspose2d", 2, x, k, {
        stride: [2, 3],
        padding: [1, 0],
        outputPadding: [1, 2],
        dilation: [1, 2],
        groups: 2,
      }),
  },
  "conv3d, same size": {
    inputs: [
      [1, 2, 4, 5, 3],
      [3, 2, 3, 3, 3],
    ],
    record: ([x, k]) => convolution("conv3d", 3, x, k, { padding: "same" }),
  },
  "conv, relu, conv": {
    inputs: [
      [1, 2, 8, 8],
      [3, 2, 3, 3],
      [2, 3, 3, 3],
    ],
    record: ([x, k, q]) =>
      convolution("conv2d", 2, f.relu(convolution("conv2d", 2, x, k, { padding: "same" })), q, { stride: 2 }),
  },
  "matmul with broadcast batches": {
    inputs: [
      [2, 1, 3, 4],
      [5, 4, 2],
    ],
    record: ([x, y]) => matmul(x, y),
  },
  "slice with steps, flip, pad": {
    inputs: [IMAGE],
    record: ([x]) =>
      c.pad(
        m.flip(
          c.slice(x, [
            [0, 2],
            [0, 3, 2],
            [1, 7, 2],
            [-4, -1],
          ]),
          [1, 3],
        ),
        [
          [1, 0],
          [0, 2],
          [3, 1],
          [0, 0],
        ],
        0.5,
      ),
  },
  "reflected padding": { inputs: [IMAGE], record: ([x]) => c.padReflect(c.padReflect(x, 2, 2, 3), 3, 4, 1) },
  unfold: { inputs: [IMAGE], record: ([x]) => m.unfold(m.unfold(x, 2, 3, 2), 3, 2, 1, 2) },
  concat: {
    inputs: [
      [2, 1, 3],
      [2, 4, 3],
      [2, 2, 3],
    ],
    record: (parts) => c.square(c.concat(parts, 1)),
  },
  "separable correlation": {
    inputs: [IMAGE],
    record: ([x]) => {
      const weights = [0.1, 0.25, 0.4, 0.15, 0.1];
      return a.mul(w.correlate(w.correlate(c.square(x), 2, weights, 2, 2), 3, weights, 0, 1), 3);
    },
  },
  "broadcasting both ways": {
    inputs: [[3, 1, 5], [2, 1, 4, 1], [1]],
    record: ([x, y, z]) => a.div(a.add(a.mul(x, y), z), a.add(c.square(y), 1)),
  },
  "permute and reshape": {
    inputs: [IMAGE],
    record: ([x]) =>
      f.sigmoid(m.reshape(m.permute(m.reshape(m.permute(x, [2, 0, 3, 1]), [14, 9, 2]), [2, 0, 1]), [4, 63])),
  },
  "ratio of sums per image and class": {
    inputs: [IMAGE, IMAGE],
    record: ([x, y]) => {
      const p = f.sigmoid(x);
      const both = r.sum(a.mul(p, y), [2, 3]);
      return a.sub(1, r.mean(a.div(a.add(a.mul(both, 2), 1), a.add(r.sum(a.add(p, y), [2, 3]), 1))));
    },
  },
  "one hot classes": {
    inputs: [[2, 3, 4]],
    record: ([x]) =>
      a.mul(c.oneHot(f.floor(a.mul(f.abs(x), 3)), 4), m.expand(m.reshape(x, [2, 1, 3, 4]), [2, 4, 3, 4])),
  },
  "sort and running sum": {
    inputs: [[3, 17]],
    record: ([x]) => a.mul(o.cumsum(o.sort(x, 1, true), 1), f.sigmoid(x)),
  },
  "distance between kernels": {
    inputs: [[2, 1, 6, 7]],
    record: ([x]) => a.mul(f.exp(x), distance(l.greater(f.sigmoid(x), 0.55), [1, 1])),
  },
  "extrema over several axes": {
    inputs: [IMAGE],
    record: ([x]) => a.sub(r.max(x, [1, 2], true), a.mul(r.min(x, [0, 3], true), x)),
  },
};

await describeModes("compositions", (mode) => {
  for (const [name, { inputs, record }] of Object.entries(COMPOSITIONS)) {
    test(name, async () => {
      const leaves = inputs.map((shape, i) => cos(shape, 1 + i * 0.7));
      const output = record(leaves);
      expect(output.op.kind).toBeDefined();
      await expectAgreement(mode, [output, ...vjp(output, leaves, cos(output.shape, 2))], TOLERANCE);
    });
  }
});
