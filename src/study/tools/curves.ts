/** What losses charge, and how hard they pull, as a class is predicted from surely wrong to surely right. */
import { lossCurves } from "../loss-curves.ts";
import { formatNumber } from "../numbers.ts";
import { type Grip, gripOf, pullOf } from "../report/reading.ts";
import type { LossCurves } from "../types.ts";
import { panelGrid } from "./draw/panels.ts";
import { askAll } from "./shared/subject.ts";
import { about, one } from "./shared/words.ts";
import type { LossName, StudyTool, ToolData, ToolFinding } from "./tool.ts";

/** What `studyTools.curves` measures of one loss. */
export interface CurvesRow extends LossName {
  readonly curves: LossCurves;
}

/** What `studyTools.curves` measures. */
export type CurvesData = ToolData<CurvesRow>;

const NAME = "curves";

/** Both classes over one probability, each of the largest magnitude of the two. */
function panelsOf(losses: readonly CurvesRow[], of: "loss" | "gradient") {
  return losses.map(({ title, curves: { probability, [of]: values } }) => {
    const most = Math.max(...values.background.map(Math.abs), ...values.foreground.map(Math.abs)) || 1;
    return {
      title,
      series: [values.background, values.foreground].map((y) => ({
        x: probability,
        y: y.map((value) => value / most),
      })),
    };
  });
}

function chartOf({ losses }: CurvesData, of: "loss" | "gradient", id: string, standalone: boolean): string {
  const signed =
    of === "gradient" ||
    losses.some(({ curves: { loss } }) => Math.min(...loss.background, ...loss.foreground) < 0);
  return panelGrid({
    title:
      of === "loss" ? "Loss against the predicted probability" : "Pull against the predicted probability",
    description: `For each loss, its ${of} against the predicted probability, for targets 0 and 1.`,
    names: ["target 0", "target 1"],
    panels: panelsOf(losses, of),
    x: {
      label: "predicted probability of one class, the other close to its label",
      range: [0, 1],
      ticks: [0, 0.5, 1],
    },
    y: {
      label: of === "loss" ? "loss, of its largest" : "∂ loss / ∂ logit, of its largest",
      range: [signed ? -1.05 : 0, 1.05],
      ticks: signed ? [-1, 0, 1] : [0, 0.5, 1],
    },
    id: `${id}-${of}`,
    standalone,
  });
}

function findingsOf({ losses }: CurvesData): ToolFinding[] {
  const by = (foreground: boolean) => (grip: Grip) =>
    losses.filter(({ curves: own }) => {
      const pull = pullOf(own, foreground);
      return pull !== undefined && gripOf(pull) === grip;
    });
  const [missed, invented] = [by(true), by(false)];
  const both = (grip: Grip) => missed(grip).filter((row) => invented(grip).includes(row));
  const only = (rows: readonly CurvesRow[], others: readonly CurvesRow[]) =>
    rows.filter((row) => !others.includes(row));
  const away = losses.filter(({ curves: own }) => [true, false].some((side) => pullOf(own, side)?.wrongWay));
  const place = (rows: readonly CurvesRow[]) =>
    formatNumber(Math.max(...rows.map((row) => pullOf(row.curves, true)?.peak ?? 0)), 2);
  return [
    ...about(
      both("holds"),
      (names, n) =>
        `${names} ${one(n, "holds", "hold")} on: mistakes of both kinds are pulled hard however sure they are.`,
    ),
    ...about(
      both("lets go"),
      (names, n) =>
        `${names} ${one(n, "lets", "let")} go of sure mistakes of both kinds: the pull on a missed pixel is strongest by p = ${place(both("lets go"))}, and below 15 % of that where the mistake is sure.`,
    ),
    ...about(
      only(missed("lets go"), both("lets go")),
      (names, n) => `${names} ${one(n, "lets", "let")} go of foreground that is surely missed.`,
    ),
    ...about(
      only(invented("lets go"), both("lets go")),
      (names, n) => `${names} ${one(n, "lets", "let")} go of background that is surely taken for foreground.`,
    ),
    ...about(
      away,
      (names, n) => `In part of the range ${names} ${one(n, "pushes", "push")} a class away from its label.`,
    ),
  ];
}

/**
 * Value and gradient of each loss as all pixels of one class move from probability 0 to 1, the others close to their label.
 *
 * @example
 * ```ts
 * import { losses } from "segtape";
 * import { studyTools } from "segtape/study";
 * const data = await studyTools.curves.run({ losses: [losses.binaryCrossEntropyLoss] });
 * data.losses[0].curves.probability.length; // 49
 * ```
 */
export const curves: StudyTool<CurvesData> = {
  name: NAME,
  title: "Curves",
  question: "What does a loss charge, and how hard does it pull, as a class becomes right?",
  reading:
    "A loss holds on to sure mistakes where the dashed line is deep at the left end and the full one high at the right end; it has let go where they come back to 0.",
  async run(subject) {
    return askAll(NAME, subject, async (loss, options) => ({ curves: await lossCurves(loss, options) }));
  },
  pictures(data, { id = NAME, standalone = false } = {}) {
    if (data.losses.length === 0) return [];
    return [
      {
        name: "",
        caption: "The derivative by the logits of one class, of its largest magnitude.",
        svg: chartOf(data, "gradient", id, standalone),
      },
      {
        name: "loss",
        caption: "The loss itself, of its largest magnitude.",
        svg: chartOf(data, "loss", id, standalone),
      },
    ];
  },
  findings: findingsOf,
};
