/** What a kernel of the rows of kind `order` and `host` is: passes over independent units of work. */
import type { Attributes } from "../../../src/graph/row.ts";
import type { Shape } from "../../../src/shape.ts";
import type { FunctionBuilder, I32, Local } from "../assembler/index.ts";

export interface OrderContext {
  readonly fn: FunctionBuilder;
  /** Units of this call: `begin` to `end`, without `end`. */
  readonly begin: Local<"i32">;
  readonly end: Local<"i32">;
  /** Byte addresses of the operands' float32 data, up to 4 GiB: unsigned. */
  readonly inputs: readonly I32[];
  readonly output: I32;
  /** Aligned to 16 bytes; undefined content before the first pass, kept between passes. */
  readonly scratch: I32;
}

/**
 * One parallel pass: any thread may run any range of units, in any order, at the same time; the result does
 * not depend on how units are split. Passes run one after the other.
 */
export interface OrderPass {
  readonly doc: string;
  readonly units: number;
  /** Units that make a sensible piece of work, some 10 microseconds. */
  readonly chunk: number;
  emit(context: OrderContext): void;
}

export interface OrderLowering {
  readonly scratchBytes: number;
  readonly passes: readonly OrderPass[];
}

export type OrderKernel = (inputs: readonly Shape[], output: Shape, attributes: Attributes) => OrderLowering;
