/** The sample that every loss is shown on: the lesion phantom of `segtape study`. */
import { encodePng } from "../../../src/io/png-encode.ts";
import { gradientImage } from "../../../src/study/colormap.ts";
import { samplePair } from "../../../src/study/sample.ts";

export interface Sample {
  readonly side: number;
  readonly image: Float64Array;
  readonly prediction: Float64Array;
  readonly logits: Float64Array;
  readonly target: Float64Array;
}

/** The phantom, `side` pixels wide; losses of five scales need 161. */
export function sampleOf(side: number): Sample {
  const { pair, logits, image } = samplePair({ size: side });
  return { side, image, prediction: pair.prediction, logits, target: pair.target };
}

/** A map of numbers in 0 .. 1 as a grey PNG. */
export function greyPng(map: Float64Array, side: number): Uint8Array {
  const data = Uint8Array.from(map, (x) => Math.round(255 * Math.min(1, Math.max(0, x))));
  return encodePng({ width: side, height: side, channels: 1, data });
}

/** A map of signed numbers as a PNG from blue to red, and the value at the ends of its scale. */
export function signedPng(map: Float64Array, side: number, limit?: number) {
  const { data, limit: used } = gradientImage(map, side, side, limit === undefined ? {} : { limit });
  return { png: encodePng({ width: side, height: side, channels: 3, data }), limit: used };
}
