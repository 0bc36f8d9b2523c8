/**
 * What a schedule weighs: the price of computing a node where it is read, against a trip through memory.
 * Prices are in multiplications, as `PRIMITIVE_COST` gives them.
 */
import { expressionOf, type Node } from "../graph/node.ts";
import { expressionCost } from "../scalar/expression.ts";
import { sizeOf } from "../shape.ts";

/**
 * Writing an element and reading it back. Measured on gpu.js' cpu and webasm modes, a stored float32 costs
 * about two thirds of an exp (12): storing what costs an exp and is read twice wins, a division alone does
 * not.
 */
const ROUND_TRIP = 8;

/**
 * Computing this much in place is never worth a kernel of its own, however often it is read: the scale of a
 * mean, the complement of a score. A launch costs as much as a hundred thousand multiplications.
 */
const FREE = 1;

/** Readers told apart before a node counts as read by many. */
const MANY = 8;

/** Price of a node itself, its inputs given. Moves are index arithmetic, which mostly falls away. */
export function ownCost(node: Node): number {
  return node.op.kind === "map" ? expressionCost(expressionOf(node)) : 0;
}

/** A stage that computes a node in place, and how often. */
interface Reading {
  /** The stage and the moves on the way to it: readings of equal paths are one evaluation. */
  readonly path: string;
  readonly evaluations: number;
  /** Inside the loop of a contraction, where one operation more is one in two. */
  readonly inLoop: boolean;
}

type Readings = Map<string, Reading>;

/** Evaluations that a stage makes of each of its operands, all together. */
function stageReadings(node: Node): number[] {
  const { op } = node;
  switch (op.kind) {
    case "contract":
    case "window": {
      const shapes = node.inputs.map((input) => input.shape);
      const { reduce } = op.contraction(shapes, node.shape, node.attributes);
      return node.inputs.map(() => sizeOf(node.shape) * sizeOf(reduce));
    }
    case "fold":
      return [sizeOf(node.inputs[0].shape)];
    default:
      return node.inputs.map(() => sizeOf(node.shape));
  }
}

/** Counts, from outputs to inputs, how often each node would be evaluated given which nodes are stored. */
export class ReadingCounts {
  readonly #readings = new Map<Node, Readings>();
  readonly #roundTrip: number;

  constructor(roundTrip = ROUND_TRIP) {
    this.#roundTrip = roundTrip;
  }

  /** Tells the inputs of a node how it reads them; every reader of the node has been entered before. */
  enter(node: Node, stored: boolean): void {
    if (stored) {
      const evaluations = stageReadings(node);
      const inLoop = node.op.kind === "contract" || node.op.kind === "window";
      node.inputs.forEach((input, k) => {
        this.#add(input, {
          path: inLoop ? `${node.id}.${k}` : `${node.id}`,
          evaluations: evaluations[k],
          inLoop,
        });
      });
      return;
    }
    for (const reading of this.#of(node).values()) {
      const path = node.op.kind === "move" ? `${reading.path}/${node.id}` : reading.path;
      for (const input of node.inputs) this.#add(input, { ...reading, path });
    }
  }

  /** Stages, and places within them, that would compute the node. */
  readers(node: Node): number {
    return this.#of(node).size;
  }

  /** Whether memory is the cheaper way to all readers of a node that costs `cost` to evaluate in place. */
  worthStoring(node: Node, cost: number): boolean {
    const readings = [...this.#of(node).values()];
    if (cost <= (readings.some((reading) => reading.inLoop) ? 0 : FREE)) return false;
    if (readings.length >= MANY) return true;
    const evaluations = readings.reduce((total, reading) => total + reading.evaluations, 0);
    // Every evaluation beyond the first could be saved.
    return (evaluations / sizeOf(node.shape) - 1) * cost > this.#roundTrip;
  }

  #of(node: Node): Readings {
    return this.#readings.get(node) ?? new Map();
  }

  #add(node: Node, reading: Reading): void {
    const readings: Readings = this.#readings.get(node) ?? new Map();
    this.#readings.set(node, readings);
    if (readings.size < MANY) readings.set(reading.path, reading);
  }
}
