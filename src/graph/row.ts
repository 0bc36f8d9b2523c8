/**
 * The type of an op: one row of the table. Everything that shared code must know of an op stands in its row,
 * so that adding an op means adding a row, and nobody switches on a name.
 */
import type { HostArray } from "../array.ts";
import type { Expression } from "../scalar/expression.ts";
import type { Shape } from "../shape.ts";
import type { IndexMap } from "./index-map.ts";
import type { Node } from "./node.ts";

/** An op's parameters: plain, so that graphs can be compared by structure. */
export type AttributeValue = number | string | boolean | readonly number[];
export type Attributes = Readonly<Record<string, AttributeValue>>;

/**
 * - `leaf`: data, or numbers that need none (a fill, a ramp)
 * - `map`: one scalar expression an element
 * - `fold`: sum, max or min over axes
 * - `move`: elements change place, never value
 * - `contract`, `window`: sums of products read through index maps
 * - `order`: results that depend on positions found in the data (sort, gather, running sums)
 * - `host`: computed on the host in float64, constant for every derivative
 */
export type Kind = "leaf" | "map" | "fold" | "move" | "contract" | "window" | "order" | "host";

/** How a fold combines: the two-argument primitive, and what nothing folds to. */
export interface FoldRule {
  readonly combine: "add" | "max" | "min";
  readonly initial: number;
}

/**
 * A sum of products: `out[o] = sum over r of product over k of input_k[map_k(o, r)] * weights[r]`.
 * The maps speak of the output coordinates followed by the reduced ones; misses read 0.
 */
export interface Contraction {
  readonly reduce: Shape;
  readonly maps: readonly IndexMap[];
  /** Constant factors over the last reduced axis. */
  readonly weights?: readonly number[];
}

/** Cotangents of the inputs; `null` where the op is constant in that input. */
export type Vjp<A extends Attributes = Attributes> = (
  g: Node,
  inputs: readonly Node[],
  output: Node,
  attributes: A,
) => readonly (Node | null)[];

/** Where a property test may draw an input from. */
export interface Domain {
  readonly min: number;
  readonly max: number;
}

interface RowBase<A extends Attributes> {
  readonly name: string;
  /** One line for the listing and the docs. */
  readonly doc: string;
  /** `null`: constant for every derivative. */
  readonly vjp: Vjp<A> | null;
  /** A simpler node of the same value, or `null`. */
  readonly simplify?: (node: Node) => Node | null;
  /** Where the op is defined and well conditioned, one entry an input. Default -2 .. 2. */
  readonly domain?: readonly Domain[];
  /** Distances from points without a derivative: property tests keep away where any is below 1e-2. */
  readonly kinks?: (values: readonly number[], attributes: A) => number;
  /** Inputs that select rather than enter (a condition, an index): no derivative is expected there. */
  readonly constantInputs?: readonly number[];
}

export interface LeafRow<A extends Attributes = Attributes> extends RowBase<A> {
  readonly kind: "leaf";
  /**
   * The value at a coordinate; absent where data are an argument of the plan. Affine in the coordinates: executors
   * ask at the origin and one step along each axis, and compute the rest.
   */
  readonly generate?: (coordinates: readonly number[], attributes: A) => number;
  /** The number that it is full of; absent where elements may differ. */
  readonly constant?: (attributes: A) => number;
}

export interface MapRow<A extends Attributes = Attributes> extends RowBase<A> {
  readonly kind: "map";
  readonly expression: (args: readonly Expression[], attributes: A) => Expression;
}

export interface FoldRow<A extends Attributes = Attributes> extends RowBase<A> {
  readonly kind: "fold";
  readonly fold: FoldRule;
}

export interface MoveRow<A extends Attributes = Attributes> extends RowBase<A> {
  readonly kind: "move";
  /** `null`: the flat order stays (a reshape). */
  readonly source: ((inputShape: Shape, outputShape: Shape, attributes: A) => IndexMap) | null;
  /** What a missing element reads. */
  readonly fill?: (attributes: A) => number;
}

/** Who a member of the family of convolutions is to the one that it belongs to. */
export type ConvolutionRole = "forward" | "inputGradient" | "weightGradient";

export interface ContractionRow<A extends Attributes = Attributes> extends RowBase<A> {
  readonly kind: "contract" | "window";
  readonly contraction: (inputShapes: readonly Shape[], outputShape: Shape, attributes: A) => Contraction;
  /** Of convolutions: executors may have kernels of their own for them. */
  readonly convolution?: ConvolutionRole;
}

export interface HostRow<A extends Attributes = Attributes> extends RowBase<A> {
  readonly kind: "order" | "host";
  /** The definition, in float64, over flat row-major arrays. */
  readonly compute: (
    inputs: readonly HostArray[],
    inputShapes: readonly Shape[],
    outputShape: Shape,
    attributes: A,
  ) => Float64Array;
}

/** Any row. Attributes are erased here: a node carries those that its row was made for. */
export type OpRow = LeafRow | MapRow | FoldRow | MoveRow | ContractionRow | HostRow;
