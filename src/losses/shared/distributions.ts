/** Predicted distributions of neighbouring pixels, and how they diverge. */
import type { Tensor } from "../../tensor.ts";
import { stopGradient } from "../../transform/grad.ts";
import { extended, inDirection } from "./neighbours.ts";
import type { Pixels } from "./pixels.ts";

/** Shares of one outcome and their logarithms, with one more pixel at both ends; constant. */
interface Held {
  readonly share: Tensor;
  readonly log: Tensor;
}

/** What is predicted of each pixel, over its classes or over yes and no of each channel, beside its neighbours. */
export class Distributions {
  readonly #exclusive: boolean;
  readonly #logs: readonly Tensor[];
  readonly #held: readonly Held[];

  constructor(pixels: Pixels) {
    const held = (x: Tensor) => extended(stopGradient(x));
    this.#exclusive = pixels.mode === "multiclass";
    this.#logs = this.#exclusive ? [pixels.logP] : [pixels.logP, pixels.logQ];
    const shares = this.#exclusive ? [pixels.p] : [pixels.p, pixels.q];
    this.#held = shares.map((share, i) => ({ share: held(share), log: held(this.#logs[i]) }));
  }

  /** `KL(P_j || P_i)` of each pixel i and its neighbour j in a direction; j is a constant. */
  divergence(direction: readonly number[]): Tensor {
    return this.#sum((log, { share, log: held }) =>
      inDirection(share, direction).mul(inDirection(held, direction).sub(log)),
    );
  }

  #sum(term: (log: Tensor, held: Held) => Tensor): Tensor {
    const total = this.#logs.map((log, i) => term(log, this.#held[i])).reduce((a, b) => a.add(b));
    return this.#exclusive ? total.sum(1, true) : total;
  }
}
