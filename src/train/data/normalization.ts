/** What images have in common, so that the network sees numbers around 0. */
import type { Normalization, Sample } from "../types.ts";

/** @internal Mean and standard deviation of each channel over all pixels; a channel without variation is only moved. */
export function normalizationOf(samples: readonly Sample[], channels: number): Required<Normalization> {
  const [mean, deviation] = [[] as number[], [] as number[]];
  for (let channel = 0; channel < channels; channel++) {
    let [count, sum, squares] = [0, 0, 0];
    for (const { image } of samples) {
      const pixels = image.length / channels;
      for (const value of image.subarray(channel * pixels, (channel + 1) * pixels)) {
        sum += value;
        squares += value * value;
      }
      count += pixels;
    }
    mean.push(sum / count);
    const variance = Math.max(0, squares / count - (sum / count) ** 2);
    deviation.push(variance < 1e-12 ? 1 : Math.sqrt(variance));
  }
  return { mean, deviation };
}
