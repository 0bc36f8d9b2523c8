/** The kernels of subjects/gpujs.ts, and the arithmetic between them. gpu.js reads their source: no helpers inside, and `function` in front. */
import type { Cell, Data } from "./gpujs.ts";

export type PixelLoss = "bce" | "focal";
export type RegionLoss = "dice" | "focalTversky";

interface PixelKernels {
  /** Sum over the pixels of a lane. */
  readonly value: (this: Cell, logits: Data, target: Data) => number;
  readonly grad: (this: Cell, logits: Data, target: Data) => number;
}

const bce: PixelKernels = {
  value: function (this: Cell, logits, target) {
    let sum = 0;
    for (let row = 0; row < this.constants.rows; row++) {
      const at = row * this.constants.lanes + this.thread.x;
      const x = logits[at];
      sum += Math.max(x, 0) - x * target[at] + Math.log(1 + Math.exp(-Math.abs(x)));
    }
    return sum;
  },
  grad: function (this: Cell, logits, target) {
    const p = 1 / (1 + Math.exp(-logits[this.thread.x]));
    return (p - target[this.thread.x]) / this.constants.pixels;
  },
};

const focal: PixelKernels = {
  value: function (this: Cell, logits, target) {
    let sum = 0;
    for (let row = 0; row < this.constants.rows; row++) {
      const at = row * this.constants.lanes + this.thread.x;
      const x = logits[at];
      const g = target[at];
      const rest = Math.log(1 + Math.exp(-Math.abs(x)));
      const p = 1 / (1 + Math.exp(-x));
      const q = 1 - p;
      const hit = q * q * (Math.max(-x, 0) + rest);
      const miss = p * p * (Math.max(x, 0) + rest);
      sum += 0.25 * g * hit + 0.75 * (1 - g) * miss;
    }
    return sum;
  },
  grad: function (this: Cell, logits, target) {
    const x = logits[this.thread.x];
    const g = target[this.thread.x];
    const rest = Math.log(1 + Math.exp(-Math.abs(x)));
    const p = 1 / (1 + Math.exp(-x));
    const q = 1 - p;
    const hit = q * q * (2 * p * (Math.max(-x, 0) + rest) + q);
    const miss = p * p * (2 * q * (Math.max(x, 0) + rest) + p);
    return (0.75 * (1 - g) * miss - 0.25 * g * hit) / this.constants.pixels;
  },
};

export const pixelKernels = (loss: PixelLoss): PixelKernels => (loss === "bce" ? bce : focal);

/** Sums of p g, p and g over the pixels of a lane; `lanes` of them make an image of `pixels`. */
function sums(this: Cell, logits: Data, target: Data): number[] {
  const image = Math.floor(this.thread.x / this.constants.lanes);
  const first = image * this.constants.pixels + this.thread.x - image * this.constants.lanes;
  let shared = 0;
  let predicted = 0;
  let present = 0;
  for (let row = 0; row < this.constants.rows; row++) {
    const at = first + row * this.constants.lanes;
    const p = 1 / (1 + Math.exp(-logits[at]));
    shared += p * target[at];
    predicted += p;
    present += target[at];
  }
  return [shared, predicted, present];
}

/** dL/dp is a straight line in g for both losses: `base + slope g`. */
function grad(this: Cell, logits: Data, target: Data, base: Data, slope: Data): number {
  const image = Math.floor(this.thread.x / this.constants.pixels);
  const p = 1 / (1 + Math.exp(-logits[this.thread.x]));
  return p * (1 - p) * (base[image] + slope[image] * target[this.thread.x]);
}

interface Line {
  readonly value: number;
  readonly base: number;
  readonly slope: number;
}

function finishDice(shared: number, predicted: number, present: number): Line {
  const above = 2 * shared + 1;
  const below = predicted + present + 1;
  return { value: 1 - above / below, base: above / below ** 2, slope: -2 / below };
}

function finishFocalTversky(shared: number, predicted: number, present: number): Line {
  const errors = 0.3 * (predicted - shared) + 0.7 * (present - shared);
  const total = shared + errors + 1;
  const distance = errors / total;
  const steepness = 0.75 * distance ** -0.25;
  return {
    value: distance ** 0.75,
    base: (steepness * 0.3 * (total - errors)) / total ** 2,
    slope: -steepness / total,
  };
}

export const regionKernels = (loss: RegionLoss) => ({
  sums,
  grad,
  finish: loss === "dice" ? finishDice : finishFocalTversky,
});
