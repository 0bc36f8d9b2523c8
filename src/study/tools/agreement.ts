/** Which losses pull alike on a given prediction, and which pull against each other. */
import { formatNumber } from "../numbers.ts";
import { cosineMatrix } from "./draw/matrix.ts";
import { clustered } from "./shared/cluster.ts";
import { askOnPair } from "./shared/on-pair.ts";
import { askAll, pairOf } from "./shared/subject.ts";
import { dot, norm } from "./shared/vectors.ts";
import { about, titles } from "./shared/words.ts";
import type { LossName, StudyTool, ToolData, ToolFinding } from "./tool.ts";

/** What `studyTools.agreement` measures of one loss. */
export interface AgreementRow extends LossName {
  /** Euclidean norm of the gradient on the pair. */
  readonly norm: number;
  /** With the gradient of each loss, in the order of the losses; `null` where either is 0. */
  readonly cosine: readonly (number | null)[];
}

/** What `studyTools.agreement` measures. */
export interface AgreementData extends ToolData<AgreementRow> {
  /** Positions of the losses, like beside like; those without a gradient last. */
  readonly order: readonly number[];
  /** Positions of losses that pull alike, in that order: a mean cosine of 0.9 and more. */
  readonly groups: readonly (readonly number[])[];
}

const NAME = "agreement";
/** Mean cosine down to which losses are a group. */
const ALIKE = 0.9;
/** Cosine from which two gradients differ by their length alone. */
const SAME = 0.9995;
/** Largest cosine with any other, up to which a loss stands alone. */
const ALONE = 0.5;
/** Cosine below which two losses undo each other's work. */
const AGAINST = -0.1;

const signed = (cosine: number) => formatNumber(cosine, 2);

/** The rows of the picture: losses in their order. */
const ordered = ({ losses, order }: AgreementData) => order.map((i) => losses[i]);

function matrixOf(data: AgreementData, id: string, standalone: boolean): string {
  const rows = ordered(data);
  let first = 0;
  const groups = data.groups.map(({ length }): [number, number] => {
    first += length;
    return [first - length, length];
  });
  return cosineMatrix({
    title: "Cosine between gradients",
    description: `How alike the gradients of the losses are on the pair. In order: ${rows.map(({ title }) => title).join(", ")}.`,
    names: rows.map(({ title }) => title),
    cosine: rows.map(({ cosine }) => data.order.map((i) => cosine[i])),
    groups,
    id: `${id}-matrix`,
    standalone,
  });
}

function findingsOf({ losses, groups }: AgreementData): ToolFinding[] {
  const others = (row: AgreementRow) =>
    row.cosine.filter((cosine, i): cosine is number => cosine !== null && losses[i] !== row);
  const living = losses.filter(({ norm }) => norm > 0);
  const alone = living.filter((row) => others(row).length > 0 && Math.max(...others(row)) < ALONE);
  const twins: AgreementRow[][] = [];
  for (const row of living) {
    const own = twins.find(([first]) => (first.cosine[losses.indexOf(row)] ?? 0) > SAME);
    if (own === undefined) twins.push([row]);
    else own.push(row);
  }
  const same = twins.filter(({ length }) => length > 1);
  let [least, a, b] = [Infinity, living[0], living[0]];
  for (const row of living) {
    row.cosine.forEach((cosine, i) => {
      if (cosine !== null && cosine < least) [least, a, b] = [cosine, row, losses[i]];
    });
  }
  const large = groups.filter(({ length }) => length > 1).sort((x, y) => y.length - x.length);
  return [
    ...large.flatMap((group) =>
      about(
        group.map((i) => losses[i]),
        (names) => `${names} pull alike here: a mean cosine of 0.9 and more.`,
      ),
    ),
    ...(same.length === 0
      ? []
      : [
          {
            losses: same.flat().map(({ name }) => name),
            text: `The same here but for a factor, with cosines over ${SAME}: ${same.map((group) => titles(group)).join("; ")}.`,
          },
        ]),
    ...about(
      alone,
      (names) => `On ways of their own: ${names}; no other loss comes nearer than a cosine of ${ALONE}.`,
    ),
    ...(living.length > 1 && least < 1
      ? [
          {
            losses: [a.name, b.name],
            text:
              least < AGAINST
                ? `${titles([a, b])} pull against each other most: cosine ${signed(least)}. In a sum of the two, much of either is lost.`
                : `No two losses pull against each other: the lowest cosine is ${signed(least)}, of ${titles([a, b])}.`,
          },
        ]
      : []),
    ...about(
      losses.filter(({ norm }) => norm === 0),
      (names) => `No gradient at all on this pair: ${names}.`,
    ),
    ...(large.length === 0 && living.length > 1
      ? [{ losses: living.map(({ name }) => name), text: "No two of these losses pull alike here." }]
      : []),
  ];
}

/**
 * How alike the gradients of losses are on one prediction: the cosine of each with each, like beside like.
 *
 * @example
 * ```ts
 * import { losses } from "segtape";
 * import { lesionPhantom, studyTools } from "segtape/study";
 * const { prediction, target, width, height } = lesionPhantom({ size: 32 });
 * const pair = { prediction, target: Float64Array.from(target), width, height };
 * const asked = [losses.diceLoss, losses.jaccardLoss];
 * const data = await studyTools.agreement.run({ losses: asked, pair });
 * data.losses[0].cosine[1] > 0.9; // true: Dice and Jaccard pull alike
 * ```
 */
export const agreement: StudyTool<AgreementData> = {
  name: NAME,
  title: "Agreement",
  question: "Which losses pull alike on this prediction, and which against each other?",
  reading:
    "Each field is the cosine between two gradients on the given pair: red pulls alike, white has nothing in common, blue pulls the other way. A sum of two losses from one red block adds little; frames mark such blocks.",
  async run(subject) {
    const pair = pairOf(subject);
    const asked = await askAll(NAME, subject, async (loss, options) => {
      const { gradient } = await askOnPair(loss, options, pair);
      return { gradient, norm: norm(gradient) };
    });
    const losses = asked.losses.map(({ gradient, ...row }, i) => ({
      ...row,
      cosine: asked.losses.map((other, k) => {
        if (i === k && row.norm > 0) return 1;
        const norms = row.norm * other.norm;
        return norms > 0 ? dot(gradient, other.gradient) / norms : null;
      }),
    }));
    const living = losses.flatMap(({ norm }, i) => (norm > 0 ? [i] : []));
    const similarity = living.map((i) => living.map((k) => losses[i].cosine[k] ?? 0));
    const { order, groups } = clustered(similarity, ALIKE);
    const without = losses.flatMap(({ norm }, i) => (norm > 0 ? [] : [i]));
    return {
      ...asked,
      losses,
      order: [...order.map((i) => living[i]), ...without],
      groups: groups.map((group) => group.map((i) => living[i])),
    };
  },
  pictures(data, { id = NAME, standalone = false } = {}) {
    if (data.losses.length === 0) return [];
    const caption =
      "Cosines between the gradients, like beside like; frames mark a mean cosine of 0.9 and more.";
    return [{ name: "", caption, svg: matrixOf(data, id, standalone) }];
  },
  findings: findingsOf,
};
