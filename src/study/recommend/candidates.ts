/** The losses that are considered, with the options that follow from the data. */
import { losses } from "../../losses/catalogue.ts";
import type { Loss } from "../../losses/shared/define-loss.ts";
import type { MaskMeasures } from "./measures.ts";
import { focusOf, type NeedName } from "./needs.ts";

type Options = Readonly<Record<string, unknown>>;

/** A loss to consider. */
export interface Candidate {
  readonly loss: Loss;
  /** As they are recommended. */
  readonly options: Options;
  /** As the scenes of one class against the rest take them. */
  readonly asked: Options;
  /** The needs that it answers; a loss of some only wants another beside it. `null`: all. */
  readonly answers: readonly NeedName[] | null;
}

/** Two digits are enough for a weight. */
const two = (x: number) => Number(x.toPrecision(2));

/**
 * The root of a ratio of shares: the whole ratio would even out the pull, and make false alarms as cheap as the class is
 * rare.
 */
const weightOf = (rare: number, common: number) => two(Math.sqrt(common / rare));

/** Smoothing of 1 pixel, or less where objects are so small that it would be a part of them. */
const smoothFor = (pixels: number): Options => (pixels < 50 ? { smooth: two(pixels / 50) } : {});

/** Weights by class, the largest class at 1. */
function classWeights({ classes }: MaskMeasures): number[] {
  const shares = classes.map(({ share }) => share.mean);
  const most = Math.max(...shares);
  // A class that no mask has cannot be weighed against the others.
  return shares.map((share) => (share === 0 ? 1 : weightOf(share, most)));
}

/** Losses that look at a part of the picture, and the needs that they were made for. */
const PARTNERS: Readonly<Record<string, readonly NeedName[]>> = {
  boundaryLoss: ["boundary"],
  hausdorffDistanceLoss: ["boundary"],
  sobelEdgeLoss: ["boundary"],
  ssimLoss: ["boundary"],
  affinityLoss: ["boundary"],
  clDiceLoss: ["thin"],
  diceClDiceLoss: ["thin"],
};

const CENTRE_LINES = Object.keys(PARTNERS).filter((name) => PARTNERS[name].includes("thin"));

/**
 * The candidates, simple and safe before elaborate: where the numbers see no difference, the first is named first.
 * Those without a meaning for the number of classes are left out.
 */
export function candidatesFor(measures: MaskMeasures): Candidate[] {
  const { focus, smallest, thinnest } = focusOf(measures);
  const count = measures.classes.length;
  const share = Math.min(1 - 1e-6, Math.max(1e-6, focus.share.mean));
  const weight = weightOf(share, 1 - share);
  const alpha = two(weight / (1 + weight));
  const smooth = smoothFor(smallest.objects?.medianPixels ?? 50);
  const part = Object.keys(smooth).length === 0 ? {} : { dice: smooth };
  const reach = { iterations: Math.max(3, Math.ceil((thinnest.width ?? 0) / 2)) };
  const misses = { falsePositiveWeight: 0.3, falseNegativeWeight: 0.7 };
  const weights = classWeights(measures);
  const list: readonly (readonly [name: string, options?: Options, asked?: Options])[] = [
    ["diceCrossEntropyLoss", part],
    ["binaryCrossEntropyLoss"],
    ["categoricalCrossEntropyLoss", { classWeights: weights }, { classWeights: [1, weight] }],
    ["weightedCrossEntropyLoss", { positiveWeight: weight }],
    ["balancedCrossEntropyLoss"],
    ["diceFocalLoss", { ...part, focal: { alpha } }],
    ["comboLoss", smooth],
    ["focalLoss", { alpha }],
    ["unifiedFocalLoss", smooth],
    ["diceTopKLoss", part],
    ["exponentialLogarithmicLoss", smooth],
    ["basnetLoss"],
    ["topKCrossEntropyLoss"],
    ["diceLoss", smooth],
    ["jaccardLoss", smooth],
    ["tverskyLoss", { ...smooth, ...misses }],
    ["focalTverskyLoss", { ...smooth, ...misses }],
    ["logCoshDiceLoss", smooth],
    ["generalizedDiceLoss"],
    ["lovaszHingeLoss"],
    ["lovaszSoftmaxLoss"],
    ["matthewsCorrelationLoss"],
    ["blobLoss"],
    ["diceClDiceLoss", { ...smooth, ...reach }],
    ["distanceMapCrossEntropyLoss"],
    ["boundaryDouLoss"],
    ["boundaryLoss"],
    ["hausdorffDistanceLoss"],
    ["sobelEdgeLoss"],
    ["clDiceLoss", { ...smooth, ...reach }],
    ["ssimLoss"],
    ["affinityLoss"],
  ];
  // Centre lines are the foreground's: a thin background has none, and thick objects no skeleton worth the name.
  const background = thinnest === measures.classes[0];
  return list
    .filter(([name]) => losses[name].modes.includes(count === 2 ? "binary" : "multiclass"))
    .filter(([name]) => !background || !CENTRE_LINES.includes(name))
    .map(([name, options = {}, asked = options]) => ({
      loss: losses[name],
      options,
      asked,
      answers: PARTNERS[name] ?? null,
    }));
}
