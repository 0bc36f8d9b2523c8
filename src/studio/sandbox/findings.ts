/** What crosses between the page and the sandbox: a loss as text one way, what was found of it the other way. */
import type { TapeStep } from "../../graph/tape.ts";
import type { Variable } from "../state/choices.ts";
import type { Maps } from "../worker/engine-methods.ts";

/** A written loss and the picture that it is tried on. */
export interface Trial extends Maps {
  readonly code: string;
  /** What the loss takes as prediction, and what gradients are taken by. */
  readonly by: Variable;
}

/** A place in the written code; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/**
 * - `code`: it could not be read or threw
 * - `result`: it gave something else than a scalar
 * - `time`: it was stopped
 * - `sandbox`: nothing that the author could mend
 */
export type TroubleKind = "code" | "result" | "time" | "sandbox";

/** Why there is no answer. */
export interface Trouble {
  readonly kind: TroubleKind;
  /** Of the error: `TypeError`, `ShapeError`. */
  readonly name: string;
  readonly message: string;
  readonly place: Place | null;
}

/** An answer, or why there is none. */
export type Finding<T> = T | { readonly trouble: Trouble };

/** Value and gradient on the picture. */
export interface Reading {
  readonly value: number;
  /** A number a pixel. */
  readonly gradient: Float32Array;
  /** Both together, once the plan is there. */
  readonly milliseconds: number;
}

/** Where a number stopped being finite. */
export interface Birth {
  readonly message: string;
  readonly line: number | null;
}

/** A step of the recorded graph, with the line of the code that it comes from. */
export type GraphStep = Omit<TapeStep, "site"> & { readonly line: number | null };

/** A generated piece of code. */
export interface KernelPart {
  readonly title: string;
  readonly text: string;
}

/** What was generated for value and gradient. */
export interface Kernels {
  /** What ran, by its own account. */
  readonly ran: string;
  readonly nodes: number;
  readonly bytes: number;
  readonly bytesMoved: number;
  readonly operations: number;
  /** Functions in WebAssembly's text format; empty where the reference ran. */
  readonly wasm: readonly KernelPart[];
  /** The same graph as kernels of gpu.js. */
  readonly gpu: readonly KernelPart[];
}

/** What the loss says of a prediction that is certain everywhere, or undecided. */
export interface Extreme {
  readonly name: "perfect" | "undecided" | "wrong";
  readonly value: number;
  /** Whether every number of the gradient is one. */
  readonly finiteGradient: boolean;
}

/** The gradient against central differences. */
export interface Check {
  readonly ok: boolean;
  /** Whether it passes once thresholds and stopped gradients are held at their values; `null` where it passes anyway. */
  readonly okHeld: boolean | null;
  readonly maxError: number;
  readonly tolerance: number;
  /** Flat index of the pixel with the largest error; -1 for a random direction through all. */
  readonly index: number;
  readonly analytic: number;
  readonly numeric: number;
  /** Pixels a side of the patch. */
  readonly side: number;
}

/** Everything that one run finds; parts arrive one after the other. */
export interface Findings {
  readonly reading: Reading;
  readonly birth: Birth | null;
  readonly graph: Finding<readonly GraphStep[]>;
  readonly kernels: Finding<Kernels>;
  readonly extremes: Finding<readonly Extreme[]>;
  readonly check: Finding<Check>;
}

export const isTrouble = (finding: object): finding is { readonly trouble: Trouble } => "trouble" in finding;
