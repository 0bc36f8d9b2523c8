/** Who takes part: a library, set up, that trains the network step by step. */
export interface Step {
  /** Milliseconds from the arrays of a batch to the loss as a number, with the weights updated. */
  readonly ms: number;
  readonly loss: number;
}

export interface Subject {
  readonly name: string;
  readonly library: "segtape" | "pytorch";
  readonly threads: number;
  /** Goes on from where it left, from batch to batch. */
  steps(count: number): Promise<readonly Step[]>;
  close(): void;
}
