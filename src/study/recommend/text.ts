/** A recommendation in sentences, for a terminal or a page. */
import { formatNumber } from "../numbers.ts";
import { percent } from "../tools/shared/words.ts";
import type { MaskMeasures, MeanAndRange } from "./measures.ts";
import type { ChosenOptions, Recommendation } from "./recommend.ts";

const number = (x: number | null, digits = 3) => (x === null ? "" : formatNumber(x, digits));

/** "512", or "300 to 512". */
const span = ({ min, max }: MeanAndRange) => (min === max ? String(min) : `${min} to ${max}`);

/** "20 masks of 512 x 512 pixels". */
export const sizeText = ({ images, width, height }: MaskMeasures): string =>
  `${images} ${images === 1 ? "mask" : "masks"} of ${span(width)} x ${span(height)} pixels`;

/** The columns of {@link measureRows}. */
export const MEASURE_COLUMNS = [
  "class",
  "% of pixels",
  "by image",
  "% absent",
  "objects an image",
  "median size",
  "smallest",
  "% tiny",
  "% on contour",
  "width",
  "elongation",
] as const;

/** What was measured of each class, as text. */
export function measureRows({ classes }: MaskMeasures): string[][] {
  const hundred = (share: number) => number(100 * share, 2);
  return classes.map(({ name, share, absent, objects, contour, width, elongation }) => [
    name,
    hundred(share.mean),
    `${hundred(share.min)} to ${hundred(share.max)}`,
    hundred(absent),
    objects === null ? "" : number(objects.perImage.mean),
    objects === null ? "" : number(objects.medianPixels),
    objects === null ? "" : number(objects.smallestPixels),
    objects === null ? "" : hundred(objects.tiny),
    contour === null ? "" : hundred(contour),
    number(width, 2),
    number(elongation, 2),
  ]);
}

/** "diceLoss", or "diceLoss {...}". */
export function callText({ name, options }: ChosenOptions): string {
  return Object.keys(options).length === 0 ? name : `${name} ${JSON.stringify(options)}`;
}

/** How the scenes were drawn, in a sentence. */
export function sceneText({ focus, scenes, measures }: Recommendation): string {
  const several =
    measures.classes.length > 2 ? ", the rarest class against the rest, and one more with all classes" : "";
  return `Measured on scenes of ${scenes.side} x ${scenes.side} pixels with the masks' numbers${several}: ${percent(scenes.share)} of ${focus}; an object of ${scenes.small} pixels beside one of ${scenes.large}; a line of ${scenes.line} pixels.`;
}
