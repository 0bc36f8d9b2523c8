/** What a kernel of convolutions is: passes over independent units of work. */
import type { FunctionBuilder, I32, Local, V128 } from "../assembler/index.ts";
import type { VectorCode } from "../math/index.ts";

/** Where four neighbouring results belong. */
export interface Place {
  /** Bytes from the start of the output to the first of them. */
  readonly offset: Local<"i32">;
  /** Bytes that every offset has in addition, known when the code is written. */
  readonly constant: number;
  /** Their channel, counted over all groups. */
  readonly channel: Local<"i32">;
}

/** What becomes of results before they are stored: a bias, an activation. */
export type Finish = (value: V128, place: Place) => V128;

export interface ConvolutionContext {
  readonly fn: FunctionBuilder;
  readonly math: VectorCode;
  /** Units of this call: `begin` to `end`, without `end`. */
  readonly begin: Local<"i32">;
  readonly end: Local<"i32">;
  /** Byte addresses of the operands and of the result, float32. */
  readonly inputs: readonly I32[];
  readonly output: I32;
  /** Aligned to 16 bytes; undefined content before the first pass, kept between passes. */
  readonly scratch: I32;
  /** Scratch of the running thread: undefined content at each call. */
  readonly own: I32;
  readonly finish: Finish;
}

/**
 * One parallel pass: any thread may run any range of units, in any order, at the same time; the result does not depend on
 * how units are split. Passes run one after the other.
 */
export interface ConvolutionPass {
  readonly doc: string;
  readonly units: number;
  /** Price of the whole, in multiplications of single numbers. */
  readonly cost: number;
  /** Whether it reads the operands, and whether it writes the result. */
  readonly reads: boolean;
  readonly writes: boolean;
  emit(context: ConvolutionContext): void;
}

export interface ConvolutionLowering {
  readonly scratchBytes: number;
  /** Scratch of each thread. */
  readonly ownBytes: number;
  /** Whether results are stored in vectors, so that a map can be applied to them before. */
  readonly finishes: boolean;
  readonly passes: readonly ConvolutionPass[];
}
