/**
 * What is nearly free beside something that is stored anyway: a sigmoid's slope beside the sigmoid, since both are made of
 * one exponential. Computed there and stored, it spares a later pass its own exponential.
 */
import { Canonical } from "../../kernels/canonical.ts";
import type { Node } from "../graph/node.ts";
import { type Expression, expressionCost, s } from "../scalar/expression.ts";
import { sameShape } from "../shape.ts";
import { formOf, IndexSpace } from "./access/affine.ts";
import { Inliner } from "./access/body.ts";
import { Position } from "./access/position.ts";

/** What a node must cost alone, and cost at most beside the other, in multiplications. */
const DEAR = 12;
const CHEAP = 10;

/** The stored nodes that a node is made of, each once; `null` where a move stands between. */
function leavesOf(node: Node, stored: ReadonlySet<Node>): Set<Node> | null {
  const leaves = new Set<Node>();
  const seen = new Set<Node>();
  const visit = (one: Node): boolean => {
    if (seen.has(one)) return true;
    seen.add(one);
    if (stored.has(one) && one !== node) {
      leaves.add(one);
      return true;
    }
    if (one.op.kind === "leaf") return true;
    return one.op.kind === "map" && one.inputs.every(visit);
  };
  return visit(node) ? leaves : null;
}

/** Prices of a node alone, of another alone, and of both together. */
function prices(node: Node, beside: Node, isStored: (node: Node) => boolean) {
  const space = new IndexSpace();
  const inliner = new Inliner(space, (one) => one !== beside && isStored(one));
  const place = Position.at(
    space,
    node.shape,
    node.shape.map((size) => formOf(space.variable(size))),
  );
  const canonical = new Canonical();
  const [x, y]: Expression[] = [node, beside].map((one) => canonical.of(inliner.compute(one, place)));
  // A sum of both counts what they share once.
  return { alone: expressionCost(x), other: expressionCost(y), both: expressionCost(s.add(x, y)) };
}

/** Adds companions of what is stored to `stored`. */
export function storeCompanions(nodes: readonly Node[], stored: Set<Node>): void {
  const hosts = nodes.filter((node) => stored.has(node) && node.op.kind === "map");
  const covered = new Set<Node>();
  const cover = (node: Node): void => {
    if (covered.has(node) || stored.has(node)) return;
    covered.add(node);
    node.inputs.forEach(cover);
  };
  // From results to operands: the last node that qualifies makes those before it needless.
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i];
    if (node.op.kind !== "map" || stored.has(node) || covered.has(node)) continue;
    const leaves = leavesOf(node, stored);
    if (leaves === null) continue;
    const host = hosts.find((other) => {
      if (other === node || !sameShape(other.shape, node.shape)) return false;
      const own = leavesOf(other, stored);
      if (own === null || ![...leaves].every((leaf) => leaf === other || own.has(leaf))) return false;
      const { alone, other: before, both } = prices(node, other, (one) => stored.has(one));
      return alone >= DEAR && both - before <= CHEAP;
    });
    if (host === undefined) continue;
    node.inputs.forEach(cover);
    stored.add(node);
  }
}
