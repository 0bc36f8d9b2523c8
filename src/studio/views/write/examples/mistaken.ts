/** Losses with a mistake in them, to see how it shows. */
import type { Example } from "./example.ts";

export const wrongDerivative: Example = {
  name: "derivative",
  title: "Mistake: a wrong derivative",
  by: "logits",
  code: `import { customVjp } from "segtape";

// The square of x has the slope 2 x. Here the 2 is forgotten, and the check of the gradient finds it.
const squared = customVjp(
  (x) => x.mul(x),
  (g, [x]) => [g.mul(x)],
);

export default function loss(prediction, target) {
  return squared(prediction.sigmoid().sub(target)).mean();
}
`,
};

export const bareLogarithm: Example = {
  name: "logarithm",
  title: "Mistake: the logarithm of 0",
  by: "probabilities",
  code: `import { log } from "segtape";

// prediction: probabilities. Where p is 0 the logarithm is minus infinity, and 0 times infinity is no number:
// look at what it says of a perfect prediction. With safeLog in place of log it holds.
export default function loss(prediction, target) {
  const inside = log(prediction).mul(target);
  const outside = log(prediction.neg().add(1)).mul(target.neg().add(1));
  return inside.add(outside).mean().neg();
}
`,
};

export const noGradient: Example = {
  name: "threshold",
  title: "Mistake: a threshold, and no gradient",
  by: "logits",
  code: `import { greater } from "segtape";

// The share of wrong pixels: what one wants to know, and nothing to learn from.
// A threshold is flat, so the gradient is 0 everywhere.
export default function loss(prediction, target) {
  const mask = greater(prediction, 0);
  return mask.notEqual(target).mean();
}
`,
};
