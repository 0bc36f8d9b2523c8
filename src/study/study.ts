/** A study: many losses on one prediction and target, measured, checked and drawn. */
import { OptionError, refuse, SegtapeError } from "../errors.ts";
import { encodePng } from "../io/png-encode.ts";
import type { Loss } from "../losses/shared/define-loss.ts";
import { type Tensor, tensor } from "../tensor.ts";
import { gradientImage } from "./colormap.ts";
import { lossCurves } from "./loss-curves.ts";
import {
  BYTE_MARGIN,
  checkedError,
  checkPair,
  logitsOf,
  lossOfLogits,
  measure,
  type StudyPair,
} from "./measure.ts";
import type { StudyLoss, StudyReport } from "./types.ts";

/** What to study, and how. */
export interface StudyOptions {
  readonly losses: readonly Loss[];
  /** Options by the name of the loss. @defaultValue each loss's defaults */
  readonly options?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /**
   * How far probabilities are kept from 0 and 1 before they become logits: half the step of what they were
   * stored in.
   * @defaultValue 1/510, half a step of 8 bits
   */
  readonly margin?: number;
  /** The logits behind the prediction, where they are known: then nothing is kept away from anything. */
  readonly logits?: Float64Array;
  /** Whether gradients are compared with central differences, on a part of the image. @defaultValue true */
  readonly gradcheck?: boolean;
  /** Told before each loss. */
  readonly onProgress?: (done: number, total: number, name: string) => void;
}

/** One loss of a study, and its gradient map as numbers. */
export interface StudiedLoss extends StudyLoss {
  /** d loss / d logit of each pixel; absent where the loss was refused. */
  readonly gradientMap?: Float64Array;
}

async function studyLoss(
  loss: Loss,
  logits: Float64Array,
  pair: StudyPair,
  own: Readonly<Record<string, unknown>>,
  check: boolean,
): Promise<StudiedLoss> {
  const { name, title, family, summary, formula, latex, source } = loss;
  const ranWith = Object.entries(loss.options)
    .map(([option, spec]) => [option, own[option] ?? spec.default] as const)
    .filter(([option, value]) => value !== undefined && option !== "input");
  const about = {
    name,
    title,
    family,
    summary,
    formula,
    latex,
    source,
    options: Object.fromEntries(ranWith),
  };
  try {
    const { gradient, plan, ...figures } = await measure(loss, logits, pair, own);
    const { width, height } = pair;
    const map = gradientImage(gradient, width, height);
    return {
      ...about,
      status: "ok",
      ...figures,
      plan: { nodes: plan.nodes, kernels: plan.kernels, bytes: plan.bytes },
      gradcheckError: check ? await checkedError(loss, logits, pair, own) : undefined,
      gradientMap: gradient,
      gradientPng: encodePng({ width, height, channels: 3, data: map.data }),
      gradientLimit: map.limit,
      curves: await lossCurves(loss, own),
    };
  } catch (error) {
    const refused = error instanceof SegtapeError;
    return { ...about, status: refused ? "refused" : "failed", message: (error as Error).message };
  }
}

/**
 * What is wrong with options is said before anything is measured: a page full of refusals would help nobody. A call
 * records the loss and runs nothing.
 */
function checkOptions({ losses, options = {} }: StudyOptions, logits: Tensor, target: Tensor): void {
  for (const name of Object.keys(options)) {
    if (losses.some((loss) => loss.name === name)) continue;
    refuse(OptionError, "study", "options", `for ${name}`, "options of the losses in this study");
  }
  for (const loss of losses) {
    const own = options[loss.name];
    if (own === undefined) continue;
    let value: Tensor;
    try {
      value = lossOfLogits(loss, target, own)(logits);
    } catch (error) {
      if (error instanceof OptionError) throw error;
      if (error instanceof SegtapeError && Object.hasOwn(own, error.argument ?? "")) throw error;
      continue; // The pair does not fit the loss: that will stand in the report.
    }
    if (value.rank > 0) {
      refuse(
        OptionError,
        loss.name,
        "reduction",
        JSON.stringify(own.reduction),
        '"mean" or "sum" in a study',
      );
    }
  }
}

/**
 * Runs every loss on a pair: value, gradient by the logits, share of vanished gradient, gradcheck, time,
 * curves. A loss that refuses the pair (an image too small for its windows) is reported with its message.
 *
 * @throws ShapeError where prediction and target have another number of pixels than `width * height`
 * @example
 * ```ts
 * import { losses } from "segtape";
 * import { lesionPhantom, runStudy } from "segtape/study";
 * const { prediction, target, width, height } = lesionPhantom({ size: 32 });
 * const pair = { prediction, target: Float64Array.from(target), width, height };
 * const [dice] = await runStudy(pair, { losses: [losses.diceLoss], gradcheck: false });
 * dice.value; // between 0 and 1
 * ```
 */
export async function runStudy(pair: StudyPair, options: StudyOptions): Promise<StudiedLoss[]> {
  checkPair(pair, options.logits);
  const { losses, margin = BYTE_MARGIN, gradcheck = true, onProgress } = options;
  const logits = options.logits ?? logitsOf(pair.prediction, margin);
  const shape = [1, 1, pair.height, pair.width];
  checkOptions(options, tensor(logits, shape), tensor(pair.target, shape));
  const given = options.options ?? {};
  const own = ({ name }: Loss) => (Object.hasOwn(given, name) ? given[name] : {});
  const results: StudiedLoss[] = [];
  for (const loss of losses) {
    onProgress?.(results.length, losses.length, loss.name);
    results.push(await studyLoss(loss, logits, pair, own(loss), gradcheck));
  }
  return results;
}

/** What a report says beside the losses. */
export interface ReportFacts
  extends Pick<StudyReport, "title" | "created" | "version" | "backend" | "notes" | "tools"> {
  readonly predictionName: string;
  readonly targetName: string;
  /** The picture that was segmented, grey values in [0, 1], where it is known. */
  readonly image?: { readonly name: string; readonly data: Float64Array };
}

function greyPng(data: Float64Array, width: number, height: number): Uint8Array {
  return encodePng({
    width,
    height,
    channels: 1,
    data: Uint8Array.from(data, (x) => Math.round(255 * Math.min(Math.max(x, 0), 1))),
  });
}

/** Everything that `renderReport` draws, from a pair and its studied losses. */
export function studyReport(pair: StudyPair, losses: readonly StudyLoss[], facts: ReportFacts): StudyReport {
  const { prediction, target, width, height } = pair;
  const { predictionName, targetName, image, ...rest } = facts;
  const error = gradientImage(
    prediction.map((p, i) => p - target[i]),
    width,
    height,
    { limit: 1 },
  );
  return {
    ...rest,
    width,
    height,
    losses,
    gradientOf: "logits",
    prediction: {
      name: predictionName,
      png: greyPng(prediction, width, height),
      min: prediction.reduce((a, b) => Math.min(a, b)),
      max: prediction.reduce((a, b) => Math.max(a, b)),
    },
    target: {
      name: targetName,
      png: greyPng(target, width, height),
      foregroundShare: target.reduce((a, b) => a + b, 0) / target.length,
    },
    errorMap: { png: encodePng({ width, height, channels: 3, data: error.data }) },
    ...(image === undefined ? {} : { image: { name: image.name, png: greyPng(image.data, width, height) } }),
  };
}
