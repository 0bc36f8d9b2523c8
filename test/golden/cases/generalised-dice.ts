import { diceLoss } from "../../../src/losses/region/dice.ts";
import {
  type GeneralizedDiceOptions,
  generalizedDiceLoss,
  type VolumeWeighting,
} from "../../../src/losses/region/generalized-dice.ts";
import { penaltyGeneralizedDiceLoss } from "../../../src/losses/region/penalty-generalized-dice.ts";
import { type Family, type GoldenCase, number, on } from "../format.ts";
import { imageByImage, negativeScore, ours, type Recipe, showOptions } from "../recipe.ts";
import type { Sample } from "../sample.ts";
import { ONE_HOT, SIDE_BY_SIDE } from "../views.ts";

const POWER: Readonly<Record<VolumeWeighting, number>> = { square: 2, simple: 1, uniform: 0 };

/** The smallest volume above 0 among the classes that count, to the power of the weighting: what scales s. */
function rarest(
  { labels, oneHot, target }: Sample,
  { weighting = "square" }: GeneralizedDiceOptions,
): number {
  const [n, classes, ...space] = oneHot.shape;
  const each = space.reduce((a, b) => a * b, 1);
  const indexed = target !== oneHot;
  const volumes = Array.from({ length: classes }, (_, c) =>
    labels.reduce(
      (sum, g, i) => sum + (indexed ? Number(g === c) : Math.floor(i / each) % classes === c ? g : 0),
      0,
    ),
  );
  if (labels.length !== n * each * (indexed ? 1 : classes)) throw new TypeError("labels of other images");
  return Math.min(...volumes.filter((volume) => volume > 0), Number.MAX_VALUE) ** POWER[weighting];
}

/** Ours, with a peer's s that is added to sums of plain inverse volumes. */
function plainSmooth(
  smoothNumerator: number,
  smoothDenominator: number,
  options: GeneralizedDiceOptions,
  oneHot = false,
): Recipe {
  const said = showOptions(generalizedDiceLoss, options);
  const recipe = ours(
    generalizedDiceLoss,
    {
      text: `${said === "" ? "" : `${said}, `}smooth: theirs / largest weight`,
      options: (sample) => ({
        ...options,
        smoothNumerator: smoothNumerator * rarest(sample, options),
        smoothDenominator: smoothDenominator * rarest(sample, options),
      }),
    },
    oneHot ? ONE_HOT : null,
  );
  return options.aggregate === "batch" ? recipe : imageByImage(recipe, options.reduction === "sum");
}

const monaiSmooth = (c: GoldenCase, name: string) => (name in c.params ? number(c, name) : 1e-5);

/** MONAI's loss; one channel stands alone there, without its background. */
export const monaiGeneralizedDice = (c: GoldenCase, options: GeneralizedDiceOptions = {}): Recipe =>
  plainSmooth(monaiSmooth(c, "smooth_nr"), monaiSmooth(c, "smooth_dr"), {
    mode: c.shape[1] === 1 ? "multilabel" : "multiclass",
    weighting: (c.params.w_type as VolumeWeighting | undefined) ?? "square",
    ...(c.params.batch === true ? { aggregate: "batch" } : {}),
    ...options,
  });

export const MONAI_NO_LABEL =
  "without any label its weights are 0 and its loss is 0 without a gradient; ours pushes every p down";

const HUGE_WEIGHT =
  "gives an absent class a weight of 1e5 to 1e20, which drives the loss to 1 and the gradient to 0; " +
  "ours takes the largest weight that is there";

const batch = { aggregate: "batch", smooth: 0 } as const;

export const generalisedDice: Family = {
  file: "generalised-dice",
  counts: { matched: 23, listed: 7 },
  rules: [
    {
      peer: "monai",
      fn: ["GeneralizedDiceLoss", "GeneralizedDiceLoss(softmax)", "GeneralizedDiceLoss(binary)"],
      ours: (c) => monaiGeneralizedDice(c),
      except: [{ when: on("empty16"), why: MONAI_NO_LABEL }],
    },
    {
      peer: "liviaets",
      fn: "GeneralizedDice",
      ours: () => plainSmooth(2e-10, 1e-10, {}),
      except: [{ when: on("bin2e8"), why: HUGE_WEIGHT }],
    },
    {
      peer: "seglossodyssey",
      fn: "GDiceLoss",
      ours: (c) => negativeScore(plainSmooth(2 * number(c, "smooth"), number(c, "smooth"), {})),
      except: [{ when: on("bin2e8"), why: HUGE_WEIGHT }],
    },
    {
      peer: "seglossodyssey",
      fn: "GDiceLossV2",
      ours: () => negativeScore(ours(generalizedDiceLoss, batch)),
      except: [{ when: on("mcMiss8"), why: HUGE_WEIGHT }],
    },
    {
      peer: "seglossodyssey",
      fn: "PenaltyGDiceLoss",
      ours: () => ours(penaltyGeneralizedDiceLoss, { penalized: "loss", smooth: 0 }),
      listed: "puts a negative score in the place of the loss, so that the penalty works on 1 + score",
    },
    {
      peer: "pytorch-3dunet",
      fn: ["GeneralizedDiceLoss", "GeneralizedDiceLoss(sigmoid)"],
      ours: () => ours(generalizedDiceLoss, batch),
      except: [{ when: on("mcMiss8", "empty16"), why: HUGE_WEIGHT }],
    },
    { peer: "niftynet", fn: "generalised_dice_loss", ours: () => ours(generalizedDiceLoss, batch) },
    {
      peer: "anon-brats",
      fn: "generalized_dice_loss",
      ours: (c) => plainSmooth(2 * number(c, "eps"), number(c, "eps"), { aggregate: "batch" }),
      loose: { when: () => true, factor: 10, why: "adds 1e-8 to the squared volumes too" },
    },
    {
      // Named so, but without weights: the Dice loss of all classes side by side.
      peer: "coincheung",
      fn: "GeneralizedSoftDiceLoss",
      when: (c) => number(c, "p") === 1,
      ours: () => ours(generalizedDiceLoss, { mode: "multilabel", weighting: "uniform" }, ONE_HOT),
    },
    {
      peer: "coincheung",
      fn: "GeneralizedSoftDiceLoss",
      ours: () => ours(diceLoss, { squared: true }, SIDE_BY_SIDE),
    },
  ],
};
