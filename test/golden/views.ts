/** Other forms of a prediction and its target, for peers that take or make them so. */
import type { Tensor } from "../../src/index.ts";
import type { View } from "./recipe.ts";
import type { Sample } from "./sample.ts";

/** The target in the prediction's shape, one mask a class. */
export const ONE_HOT: View = { text: "one-hot target", target: ({ oneHot }) => oneHot };

/** Some channels of a prediction and of its one-hot target, from `first` on. */
export const channelsFrom = (first: number, stop?: number): View => {
  const cut = (x: Tensor) => x.slice([[0], stop === undefined ? [first] : [first, stop]]);
  return {
    text: `channels from ${first}${stop === undefined ? "" : ` to ${stop - 1}`}`,
    prediction: ({ prediction }) => cut(prediction),
    target: ({ oneHot }) => cut(oneHot),
  };
};

/** One foreground channel as two exclusive classes; the loss is told `input: "probabilities"`. */
export const WITH_BACKGROUND: View = {
  text: "sigmoid, background beside it",
  prediction: ({ prediction }) => {
    const p = prediction.sigmoid();
    return p.neg().add(1).concat(p, 1);
  },
  target: ({ oneHot }) => oneHot.neg().add(1).concat(oneHot, 1),
};

/** kornia moves its one-hot targets off 0 by 1e-6. */
export const KORNIA_ONE_HOT: View = {
  text: "one-hot target moved by 1e-6",
  target: ({ oneHot }) => oneHot.mul(1 - 1e-6).add(1e-6),
};

/** All classes of a pixel as so many pixels of one class: what is called "micro". */
const sideBySide = (x: Tensor) => {
  const [n, c, h, ...rest] = x.shape;
  return x.reshape([n, 1, c * h, ...rest]);
};

/** Softmax first, then all classes side by side as one; the loss is told `input: "probabilities"`. */
export const micro = (target: View = ONE_HOT): View => ({
  text: `softmax, ${target.text}, classes side by side`,
  prediction: ({ prediction }) => sideBySide(prediction.softmax(1)),
  target: (sample) => sideBySide(target.target?.(sample) ?? sample.oneHot),
});

/** All classes side by side as one, each by its own sigmoid. */
export const SIDE_BY_SIDE: View = {
  text: "classes side by side",
  prediction: ({ prediction }) => sideBySide(prediction),
  target: ({ oneHot }) => sideBySide(oneHot),
};

/** 1 for pixels whose label is a class, `[n, 1, ...space]`. */
export function valid({ target, oneHot }: Sample): Tensor {
  const [n, , ...space] = oneHot.shape;
  return target.less(255).reshape([n, 1, ...space]);
}

/** {@link valid} for predictions in the form of {@link micro}. */
export const microValid = (sample: Sample): Tensor => sideBySide(valid(sample).expand(sample.oneHot.shape));

/** 1 for every class that the target holds somewhere, else 0. */
export const present = ({ labels, oneHot }: Sample): number[] =>
  Array.from({ length: oneHot.shape[1] }, (_, c) => (labels.includes(c) ? 1 : 0));

/** Share of pixels with this label among those that are foreground or background. */
export const shareOf = (label: number, { labels }: Sample): number =>
  labels.filter((g) => g === label).length / labels.filter((g) => g === 0 || g === 1).length;
