/** A pass: one walk over memory that computes several stored nodes at once. The seam between planning and emitting. */
import type { FoldRule } from "../../graph/row.ts";
import type { Expression } from "../../scalar/expression.ts";
import type { Affine, IndexSpace, Variable } from "../access/affine.ts";
import type { Atom, Stored } from "../access/body.ts";

/** An element of a stored node at every place of the loops. */
export interface StoreResult {
  readonly kind: "store";
  readonly to: Stored;
  readonly at: Affine;
  readonly expression: Expression;
}

/**
 * A value that later results are made of, written where the last stored result will overwrite it. V8 computes what nobody
 * has stored as late as it can, and would hold every operand of several windows at once: in memory, since registers are
 * few. Stored, a window is computed when it is asked for (two to three times faster).
 */
export interface AnchorResult {
  readonly kind: "anchor";
  readonly to: Stored;
  readonly at: Affine;
  readonly expression: Expression;
}

/**
 * A fold of an expression over all loops but the first `kept`. Each unit of work leaves one partial result;
 * a fold that has one unit for each of its results stores those themselves.
 */
export interface FoldResult extends FoldRule {
  readonly kind: "fold";
  readonly to: Stored;
  /** Where partial results go, as float64; `null` where units store the results. */
  readonly partials: Stored | null;
  readonly kept: number;
  readonly expression: Expression;
}

export type PassResult = StoreResult | AnchorResult | FoldResult;

export interface PassBody {
  readonly space: IndexSpace;
  /** Counters of the loops, outermost first; the last one is walked in vectors. */
  readonly loops: readonly Variable[];
  /** Counters of loops inside the vector's, over whose places every stored element sums (or takes the extremum). */
  readonly reduced: readonly Variable[];
  readonly reduction: FoldRule;
  readonly results: readonly PassResult[];
  readonly atoms: readonly Atom[];
  /** How many of the loops are counted by units of work. */
  readonly unitLoops: number;
  /** Elements of the last loop that a unit walks. */
  readonly segment: number;
}
