/**
 * One error family. Every error carries a stable `code`, the operation that found it (`op`), what was
 * `given` and what was `expected`; the message says all of it in one line.
 */

/** What an error knows beside its message. */
export interface ErrorDetails {
  /** The public function, loss or method that refused. */
  readonly op?: string;
  /** The argument at fault. */
  readonly argument?: string;
  /** What was there. */
  readonly given?: string;
  /** What should have been. */
  readonly expected?: string;
  /** The error behind this one. */
  readonly cause?: unknown;
}

/**
 * Base of every error that segtape throws.
 *
 * @example
 * ```ts
 * import { SegtapeError, tensor } from "segtape";
 * try {
 *   tensor([1, 2, 3]).reshape([2, 2]);
 * } catch (error) {
 *   if (error instanceof SegtapeError) error.code; // "SHAPE"
 * }
 * ```
 */
export class SegtapeError extends Error {
  override readonly name: string = "SegtapeError";
  /** Stable, for programs: the message is for people. */
  readonly code: string = "SEGTAPE";
  /** The public function, loss or method that refused. */
  readonly op: string | undefined;
  /** The argument at fault. */
  readonly argument: string | undefined;
  /** What was there. */
  readonly given: string | undefined;
  /** What should have been. */
  readonly expected: string | undefined;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.op = details.op;
    this.argument = details.argument;
    this.given = details.given;
    this.expected = details.expected;
  }
}

/**
 * Throws the error that nearly every check ends in: `op: argument is given, expected expected`.
 *
 * @internal
 */
export function refuse(
  Kind: new (message: string, details: ErrorDetails) => SegtapeError,
  op: string,
  argument: string,
  given: string,
  expected: string,
): never {
  throw new Kind(`${op}: ${argument} is ${given}, expected ${expected}`, { op, argument, given, expected });
}

/** Shapes that do not fit each other or the operation. */
export class ShapeError extends SegtapeError {
  override readonly name = "ShapeError";
  override readonly code = "SHAPE";
}

/** An axis that the tensor does not have, or that is named twice. */
export class AxisError extends SegtapeError {
  override readonly name = "AxisError";
  override readonly code = "AXIS";
}

/** Data of a kind or range that the operation does not take. */
export class DTypeError extends SegtapeError {
  override readonly name = "DTypeError";
  override readonly code = "DTYPE";
}

/** An option that is unknown, out of its range, or that this loss cannot honour. */
export class OptionError extends SegtapeError {
  override readonly name = "OptionError";
  override readonly code = "OPTION";
}

/** A derivative that does not exist or does not fit. */
export class GradientError extends SegtapeError {
  override readonly name = "GradientError";
  override readonly code = "GRADIENT";
}

/** An executor that is not there, or that did not run where it was asked to. */
export class BackendError extends SegtapeError {
  override readonly name = "BackendError";
  override readonly code = "BACKEND";
}

/** A generated kernel that an executor refused; carries its text and the mode it was meant for. */
export class KernelError extends SegtapeError {
  override readonly name = "KernelError";
  override readonly code = "KERNEL";
  /** The kernel. */
  readonly text: string;
  /** The mode of gpu.js. */
  readonly mode: string;

  constructor(message: string, text: string, mode: string, details: ErrorDetails = {}) {
    super(message, details);
    this.text = text;
    this.mode = mode;
  }
}

/** A file that cannot be read, is damaged, or cannot be written. */
export class FileError extends SegtapeError {
  override readonly name = "FileError";
  override readonly code = "FILE";
}

/** A training step whose loss or gradient is no finite number. The variables are as they were before that step. */
export class TrainingError extends SegtapeError {
  override readonly name = "TrainingError";
  override readonly code = "TRAINING";
  /** The step, counted from 0. */
  readonly step: number;
  /** The first operation whose value or gradient was not finite; absent where none was found. */
  readonly firstOp: string | undefined;

  constructor(message: string, step: number, firstOp: string | undefined, details: ErrorDetails = {}) {
    super(message, details);
    this.step = step;
    this.firstOp = firstOp;
  }
}
