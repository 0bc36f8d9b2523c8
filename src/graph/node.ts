/** A recorded operation: its row, its inputs, its shape. Nodes are made by `ops/`, and live as long as someone reads them. */
import type { HostArray } from "../array.ts";
import { type Expression, s } from "../scalar/expression.ts";
import type { Shape } from "../shape.ts";
import type { Attributes, AttributeValue, MapRow, OpRow } from "./row.ts";

let created = 0;

/** Set by `detectAnomaly`: where a node was recorded, for people. */
let siteOf: (() => string | undefined) | null = null;

/** Runs `body` with every new node asking `site` for its place in the user's code. */
export function withSites<T>(site: () => string | undefined, body: () => T): T {
  const before = siteOf;
  siteOf = site;
  try {
    return body();
  } finally {
    siteOf = before;
  }
}

const NO_INPUTS: readonly Node[] = [];

/** One operation of a graph. */
export class Node {
  /** Order of recording: inputs always have smaller ids. */
  readonly id: number = created++;
  readonly op: OpRow;
  readonly shape: Shape;
  readonly attributes: Attributes;
  /** Where it was recorded; only while anomalies are being looked for. */
  readonly site: string | undefined;
  /** A `requiresGrad` leaf is upstream, and no `stopGradient` between. */
  readonly tracked: boolean;
  #inputs: readonly Node[];
  #value: HostArray | null = null;
  #key: string | null = null;

  constructor(op: OpRow, inputs: readonly Node[], shape: Shape, attributes: Attributes, tracked?: boolean) {
    this.op = op;
    this.#inputs = inputs;
    this.shape = shape;
    this.attributes = attributes;
    this.tracked = tracked ?? (op.vjp !== null && inputs.some((input) => input.tracked));
    this.site = siteOf?.();
  }

  get inputs(): readonly Node[] {
    return this.#inputs;
  }

  /** The data, once they are there: always for an input, after running for the rest. */
  get value(): HostArray | null {
    return this.#value;
  }

  /**
   * Keeps a result, so that no later plan computes it again. A node that no derivative can reach lets go of
   * its history: a loop that feeds results back into itself holds one step, not all of them.
   */
  realize(value: HostArray): void {
    this.#value = value;
    if (!this.tracked) this.#inputs = NO_INPUTS;
  }

  /** Op and attributes as text: equal keys, shapes and inputs mean equal values. */
  get key(): string {
    this.#key ??= attributesKey(this.op.name, this.attributes);
    return this.#key;
  }
}

/** The number that a node is full of, or `undefined`. */
export function constantOf({ op, attributes }: Node): number | undefined {
  return op.kind === "leaf" ? op.constant?.(attributes) : undefined;
}

/** What a map computes of its inputs, each an argument of the expression. */
export function expressionOf(node: Node): Expression {
  const args = node.inputs.map((_, i) => s.argument(i));
  return (node.op as MapRow).expression(args, node.attributes);
}

function attributesKey(name: string, attributes: Attributes): string {
  let key = name;
  for (const attribute in attributes) {
    const value: AttributeValue = attributes[attribute];
    key += `;${attribute}=${Object.is(value, -0) ? "-0" : String(value)}`;
  }
  return key;
}
