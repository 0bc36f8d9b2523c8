/** Reasons that several families share: conventions and bugs of peers that ours does not follow. */

export const CLIPPED_AWAY =
  "clips probabilities to [1e-7, 1 - 1e-7]: a pixel at exactly 0 or 1 has no gradient, right or wrong; " +
  "ours keeps one that points the right way";

export const KERAS_EPSILON =
  "Keras 2 clips probabilities and then adds 1e-7 again inside the logarithm: off by about 1e-7 everywhere";

export const SMP_EMPTY =
  "smp forces loss and gradient to 0 where the target is empty; ours pushes every p down";

export const NAN_OF_ZERO = "0 / 0 is NaN; ours is 0, with a finite gradient";

export const CLIPPED_LOGITS =
  "clips sigmoid(x) to [1e-6, 1 - 1e-6]: pixels with |x| above 13.8 have no gradient, right or wrong";

export const LIVIAETS_EPSILON = "takes log(p + 1e-10): off where p is small";

export const KINK =
  "log1p(exp(-|x|)) + relu(-x), differentiated as written, has slope 0 at x = 0 exactly; " +
  "ours has the derivative there";

export const ONE_CLASS_BALANCE =
  "loss and gradient are 0 on an image of one class; ours holds beta off 0 and 1, so that it still counts";

export const DETACHED_FOCUS =
  "takes the focal factor as a constant, so that its gradient is not that of its value";

export const LAST_SCALE_IN_EVERY_FACTOR =
  "the published product raises the coarsest scale's similarity to the fourth power; ours " +
  "has each scale once";

export const ROUNDED_METRIC = "a metric of rounded probabilities: no loss, and no gradient";

export const POWER_OF_MEAN =
  "takes the power of the mean over images or classes; the paper, and ours, of each class";

export const NAN_OF_ROOT =
  "its gradient is NaN where the error is 0, a root's infinite slope; ours is finite";

export const SCIPY_WITHOUT_BORDER =
  "SciPy measures an all-true array from a point outside the image; ours is 0 without a border";
