/** The built-in pair: the lesion phantom as studies take it. */
import { FLOAT_MARGIN, type LogitPair, logitsOf } from "./measure.ts";
import { lesionPhantom, type PhantomOptions } from "./phantom.ts";

/** Prediction and target of a phantom, and the picture of it. */
export function samplePair(options: PhantomOptions = {}): LogitPair & { readonly image: Float64Array } {
  const { width, height, image, prediction, target } = lesionPhantom(options);
  return {
    pair: { width, height, prediction, target: Float64Array.from(target) },
    logits: logitsOf(prediction, FLOAT_MARGIN),
    image,
  };
}
