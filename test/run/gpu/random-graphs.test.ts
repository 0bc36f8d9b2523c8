/** Random graphs of about thirty ops, forward and backward, on every executor against the reference. */
import { test } from "vitest";
import { vjp } from "../../../src/autodiff/vjp.ts";
import type { Node } from "../../../src/graph/node.ts";
import * as a from "../../../src/ops/arithmetic.ts";
import * as c from "../../../src/ops/compose.ts";
import { matmul } from "../../../src/ops/contract.ts";
import * as f from "../../../src/ops/functions.ts";
import * as l from "../../../src/ops/logic.ts";
import * as m from "../../../src/ops/movement.ts";
import * as r from "../../../src/ops/reduce.ts";
import * as w from "../../../src/ops/window.ts";
import { type Random, seededRandom } from "../../../src/random.ts";
import { sizeOf } from "../../../src/shape.ts";
import { describeModes, expectAgreement } from "../../support/backends.ts";
import { leaf } from "../../support/ops.ts";

const LARGEST = 600;

/**
 * Grows one more node on what is there; every value stays of moderate size, so that errors do not pile up.
 */
const GROW: readonly ((x: Node, y: Node, random: Random) => Node | null)[] = [
  (x) => f.sigmoid(x),
  (x) => f.tanh(x),
  (x) => f.softplus(x),
  (x) => a.mul(f.exp(a.neg(f.abs(x))), 2),
  (x) => f.log1p(f.abs(x)),
  (x) => f.sqrt(a.add(c.square(x), 0.5)),
  (x, y) => together(x, y, a.add),
  (x, y) => together(x, y, a.sub),
  (x, y) => together(f.tanh(x), y, a.mul),
  (x, y) => together(x, a.add(f.abs(y), 1), a.div),
  (x, y) => together(x, y, a.maximum),
  (x, y) => together(x, y, (p, q) => l.where(l.less(p, 0.1), p, q)),
  (x, _, random) =>
    x.shape.length === 0 ? null : r.mean(x, random.int(0, x.shape.length), random.int(0, 2) === 1),
  (x, _, random) => (x.shape.length === 0 ? null : r.max(x, random.int(0, x.shape.length), true)),
  (x, _, random) => (x.shape.length === 0 ? null : c.softmax(x, random.int(0, x.shape.length))),
  (x, _, random) => (x.shape.length === 0 ? null : m.flip(x, random.int(0, x.shape.length))),
  (x, _, random) =>
    x.shape.length === 0 ? null : m.permute(x, rotation(x.shape.length, random.int(0, x.shape.length))),
  (x) => m.reshape(x, [sizeOf(x.shape)]),
  (x) => (x.shape.length < 2 ? null : m.reshape(x, [x.shape[0] * x.shape[1], ...x.shape.slice(2)])),
  (x) =>
    x.shape.length === 0 ? null : m.reshape(x, [...x.shape.slice(0, -1), 1, x.shape[x.shape.length - 1]]),
  (x, _, random) =>
    c.pad(
      x,
      x.shape.map(() => [random.int(0, 2), random.int(0, 3)]),
      0.5,
    ),
  (x, _, random) =>
    c.slice(
      x,
      x.shape.map((n) => [random.int(0, n), n, random.int(1, 3)]),
    ),
  (x) =>
    x.shape.length === 0
      ? null
      : m.expand(m.reshape(x, [x.shape[0], 1, ...x.shape.slice(1)]), [x.shape[0], 3, ...x.shape.slice(1)]),
  (x) => (x.shape.length === 0 || x.shape[0] < 3 ? null : m.unfold(x, 0, 2, 1)),
  (x) => (x.shape.length === 0 || x.shape[0] < 3 ? null : w.correlate(x, 0, [0.25, 0.5, 0.25], 1, 1)),
  (x) => (x.shape.length !== 2 ? null : f.tanh(matmul(x, m.permute(x, [1, 0])))),
  (x, y) => (x.shape.length === 0 || String(x.shape) !== String(y.shape) ? null : c.concat([x, y], 0)),
];

const rotation = (rank: number, by: number) => Array.from({ length: rank }, (_, i) => (i + by) % rank);

/** Two nodes of any shapes under one op: where they do not broadcast, the second is folded to a scalar. */
function together(x: Node, y: Node, op: (x: Node, y: Node) => Node): Node {
  const fits = x.shape.every((n, i) => {
    const other = y.shape[i - x.shape.length + y.shape.length] ?? 1;
    return n === other || n === 1 || other === 1;
  });
  return op(x, fits ? y : r.mean(y));
}

function grown(seed: number): Node[] {
  const random = seededRandom(seed);
  const leaves = [
    [2, 3, 4],
    [3, 1],
    [4, 5],
  ].map((shape) => {
    const data = Float64Array.from({ length: sizeOf(shape) }, () => Math.fround(random.uniform(-2, 2)));
    return leaf({ shape, data });
  });
  const pool: Node[] = [...leaves];
  while (pool.length < 33) {
    // The latest nodes are the likeliest to be grown on, so that chains get long.
    const pick = () =>
      pool[Math.max(0, pool.length - 1 - random.int(0, random.int(0, 3) > 0 ? 4 : pool.length))];
    const node = GROW[random.int(0, GROW.length)](pick(), pick(), random);
    if (node !== null && sizeOf(node.shape) <= LARGEST && node.shape.length <= 6) pool.push(node);
  }
  const total = pool
    .slice(-6)
    .map((node) => r.mean(f.tanh(node)))
    .reduce((x, y) => a.add(x, y));
  return [total, pool[pool.length - 1], pool[pool.length - 7], ...vjp(total, leaves, m.full([], 1))];
}

/** Ties that rounding makes or breaks are not the executor's error; these seeds have none. */
const SEEDS: Readonly<Record<string, number>> = { wasm: 60, cpu: 60, webasm: 60, headlessgl: 8 };

await describeModes("random graphs", (mode) => {
  test(`of ${SEEDS[mode] ?? 8} seeds`, async () => {
    for (let seed = 0; seed < (SEEDS[mode] ?? 8); seed++) {
      try {
        await expectAgreement(mode, grown(seed), 1e-5);
      } catch (error) {
        throw new Error(`seed ${seed}`, { cause: error });
      }
    }
  });
});
