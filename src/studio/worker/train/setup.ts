/** From what the page chose to what `fit` takes. */
import { losses as catalogue } from "../../../losses/catalogue.ts";
import { type UNet, type UNetOptions, unet } from "../../../nn/index.ts";
import {
  adam,
  adamW,
  constant,
  cosine,
  type Optimizer,
  rmsProp,
  type Schedule,
  sgd,
} from "../../../optim/index.ts";
import { lossOfLogits } from "../../../study/measure.ts";
import type { FitLoss, Sample } from "../../../train/types.ts";
import type { LossChoice } from "../../state/choices.ts";
import type { TrainSettings } from "../../subject/training/settings.ts";

/** The network chosen, for images of so many channels. */
export const networkOf = ({ depth, channels }: TrainSettings, imageChannels: number): UNetOptions => ({
  dimensions: 2,
  channels: imageChannels,
  classes: 1,
  depth,
  baseChannels: channels,
});

export const modelOf = (network: UNetOptions): UNet => unet(network);

/** The loss of one object and its background; a loss of exclusive classes sees the background as well. */
export function fitLossOf({ name, options }: LossChoice): FitLoss {
  const loss = catalogue[name];
  const fitLoss: FitLoss = (logits, target, more) =>
    lossOfLogits(loss, target, { ...options, ...more })(logits);
  return Object.defineProperty(fitLoss, "name", { value: name });
}

export function optimizerOf({ optimizer, rate: learningRate }: TrainSettings): Optimizer {
  switch (optimizer) {
    case "adamW":
      return adamW({ learningRate });
    case "sgd":
      // Without momentum it is hardly ever what one wants.
      return sgd({ learningRate, momentum: 0.9 });
    case "rmsProp":
      return rmsProp({ learningRate });
    default:
      return adam({ learningRate });
  }
}

export const scheduleOf = ({ schedule, rate: learningRate }: TrainSettings, steps: number): Schedule =>
  schedule === "cosine" ? cosine({ learningRate, steps }) : constant(learningRate);

/**
 * Sides of the crops, up to the size chosen: what every picture has, in multiples that the network takes; square where
 * pictures are turned.
 */
export function cropOf(
  samples: readonly Sample[],
  divisor: number,
  { size: longest, turns }: Pick<TrainSettings, "size" | "turns">,
): [number, number] {
  const [height, width] = [0, 1].map((axis) => {
    const side = Math.min(longest, ...samples.map(({ size }) => size[axis]));
    return Math.max(divisor, side - (side % divisor));
  });
  const least = Math.min(height, width);
  return turns ? [least, least] : [height, width];
}
