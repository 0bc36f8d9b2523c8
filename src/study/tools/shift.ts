/** Whether a loss sees how far a border is off, or only how many pixels are wrong. */
import { seededRandom } from "../../random.ts";
import { divergingMap } from "../colormap.ts";
import { formatNumber } from "../numbers.ts";
import { ratioCell, shareCell, someOf } from "./draw/cells.ts";
import { heatTable } from "./draw/heat-table.ts";
import { panelGrid } from "./draw/panels.ts";
import { type Answer, probe } from "./shared/probe.ts";
import { differing, SIDE, sureOf } from "./shared/scenes.ts";
import { type ShiftDistances, shiftedMasks, type Wrong } from "./shared/shifted.ts";
import { askAll, checkWhole, seedOf } from "./shared/subject.ts";
import { norm } from "./shared/vectors.ts";
import { about, one } from "./shared/words.ts";
import type { LossName, StudyTool, ToolData, ToolFinding } from "./tool.ts";

/** Settings of `studyTools.shift`. */
export interface ShiftSettings extends Partial<ShiftDistances> {
  /** Pixels a side. @defaultValue 176 */
  readonly side?: number;
}

/** What a loss says of one way of being wrong, at each distance. */
export interface ShiftSeries {
  /** Value less that of a right prediction. */
  readonly charge: readonly number[];
  /** Euclidean norm of the gradient. */
  readonly norm: readonly number[];
  /** Mean |gradient| of the wrong pixels. */
  readonly pullPerPixel: readonly number[];
  /** Mean |gradient| of the farthest quarter of the wrong pixels over that of the nearest; `null` for 0 / 0. */
  readonly farOverNear: readonly (number | null)[];
}

/** What `studyTools.shift` measures of one loss. */
export interface ShiftRow extends LossName, Readonly<Record<keyof ShiftDistances, ShiftSeries>> {
  /** Value of a right prediction. */
  readonly right: number;
}

/** What `studyTools.shift` measures. */
export interface ShiftData extends ToolData<ShiftRow> {
  readonly side: number;
  /** Pixels of the lesion, and its extent along the way that it is moved. */
  readonly pixels: number;
  readonly extent: number;
  readonly distances: ShiftDistances;
  /** Wrong pixels at each distance. */
  readonly wrong: ShiftDistances;
}

const NAME = "shift";
const WAYS = ["moved", "grown", "shrunk", "spot"] as const;
const NAMES = ["moved", "too large", "too small", "false spot"];
const DISTANCES: ShiftDistances = {
  moved: [1, 2, 4, 8, 12, 16, 24, 32, 40, 48, 64, 84],
  grown: [1, 2, 4, 8, 12, 16],
  shrunk: [1, 2, 4, 8, 12, 16],
  spot: [1, 2, 4, 8, 12, 16, 24, 32, 48, 64, 80],
};
/** A ratio of charges or pulls from which distance counts. */
const FARTHER = 1.5;

/** Mean of some of the pulls. */
const meanOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

function seriesOf(
  answers: readonly Answer[],
  scenes: readonly Wrong[],
  lesion: Float64Array,
  right: number,
): ShiftSeries {
  const parts = answers.map(({ gradient }, at) => {
    const { mask, far } = scenes[at];
    const wrong = [...mask.keys()].filter((i) => mask[i] !== lesion[i]).sort((a, b) => far[a] - far[b]);
    const pulls = wrong.map((i) => Math.abs(gradient[i]));
    const quarter = Math.max(1, pulls.length >> 2);
    const [near, away] = [meanOf(pulls.slice(0, quarter)), meanOf(pulls.slice(-quarter))];
    return { norm: norm(gradient), mean: meanOf(pulls), ratio: near > 0 ? away / near : null };
  });
  return {
    charge: answers.map(({ value }) => value - right),
    norm: parts.map((part) => part.norm),
    pullPerPixel: parts.map(({ mean }) => mean),
    farOverNear: parts.map(({ ratio }) => ratio),
  };
}

const lastOf = <T>(list: readonly T[]): T => list[list.length - 1];

/** How the farthest compares with the nearest. */
function sightOf(row: ShiftRow, { wrong }: ShiftData) {
  const { spot, grown, shrunk, moved } = row;
  const each = (way: "grown" | "shrunk") => lastOf(row[way].charge) / lastOf(wrong[way]);
  return {
    /** What a false spot costs far away, over what it costs near. */
    spot: lastOf(spot.charge) / spot.charge[0],
    grown: lastOf(grown.farOverNear),
    shrunk: lastOf(shrunk.farOverNear),
    /** What is charged a pixel drawn too far out, over one drawn too far in. */
    outOverIn: each("grown") / each("shrunk"),
    most: lastOf(moved.charge),
  };
}

function tableOf(data: ShiftData, id: string, standalone: boolean): string {
  const { distances } = data;
  const [moves, spots] = [someOf(distances.moved, 6), someOf(distances.spot, 5)];
  // Equal to the eye is equal: the given order decides then.
  const rank = (row: ShiftRow) => Math.round(50 * Math.log2(sightOf(row, data).spot)) || 0;
  const ranked = [...data.losses].sort((a, b) => rank(b) - rank(a));
  return heatTable({
    title: "How far, or how much?",
    description:
      "For each loss: what it charges a lesion that is moved, a false spot that moves away, and how it pulls at pixels far from the border against those near it.",
    corner: "by pixels:",
    blocks: [
      {
        title: "Lesion moved",
        hint: "% of the cost at the farthest",
        columns: moves.map((i) => String(distances.moved[i])),
      },
      {
        title: "False spot, moving away",
        hint: "cost over that near the border",
        columns: spots.map((i) => String(distances.spot[i])),
        map: divergingMap,
      },
      {
        title: "Far over near",
        hint: "pull of wrong pixels",
        columns: ["too large", "too small"],
        width: 66,
        map: divergingMap,
      },
      {
        title: "Too large over",
        hint: "too small",
        columns: ["cost a pixel"],
        width: 104,
        map: divergingMap,
      },
    ],
    rows: ranked.map((row) => {
      const sight = sightOf(row, data);
      return {
        label: row.title,
        cells: [
          ...moves.map((i) => shareCell(row.moved.charge[i] / sight.most)),
          ...spots.map((i) => ratioCell(row.spot.charge[i] / row.spot.charge[0])),
          ...[sight.grown, sight.shrunk, sight.outOverIn].map(ratioCell),
        ],
      };
    }),
    id: `${id}-table`,
    standalone,
  });
}

function curvesOf({ losses, distances }: ShiftData, id: string, standalone: boolean): string {
  return panelGrid({
    title: "Cost against distance",
    description: "For each loss, what it charges against the distance, for four ways of being wrong.",
    names: NAMES,
    panels: losses.map((row) => {
      const most = Math.max(...WAYS.flatMap((way) => row[way].charge));
      return {
        title: row.title,
        series: WAYS.map((way) => ({
          x: [0, ...distances[way]],
          y: [0, ...row[way].charge].map((charge, i) =>
            way === "spot" && i === 0 ? Number.NaN : charge / most,
          ),
        })),
      };
    }),
    x: { label: "pixels", range: [0, Math.max(...WAYS.map((way) => lastOf(distances[way])))] },
    y: { label: "cost, of its largest", range: [0, 1.04] },
    id: `${id}-curves`,
    standalone,
  });
}

function findingsOf(data: ShiftData): ToolFinding[] {
  const { losses, distances, extent } = data;
  if (losses.length === 0) return [];
  const sight = (row: ShiftRow) => sightOf(row, data);
  const seeing = losses.filter((row) => sight(row).spot >= FARTHER);
  const blind = losses.filter((row) => Math.abs(sight(row).spot - 1) < 0.02);
  const pulling = losses.filter((row) => Math.max(sight(row).grown ?? 0, sight(row).shrunk ?? 0) >= FARTHER);
  const apart = distances.moved.findIndex((k) => k >= extent);
  const [clear, end] = [distances.moved[apart], lastOf(distances.moved)];
  const flat = losses.filter(
    (row) => apart >= 0 && clear < end && row.moved.charge[apart] >= 0.98 * sight(row).most,
  );
  const outward = losses.filter((row) => sight(row).outOverIn <= 1 / FARTHER);
  const inward = losses.filter((row) => sight(row).outOverIn >= FARTHER);
  const [near, away] = [distances.spot[0], lastOf(distances.spot)];
  return [
    ...about(
      seeing,
      (names, n) =>
        `${names} ${one(n, "sees", "see")} how far: a false spot ${away} pixels away costs ${one(n, "", "at least ")}${formatNumber(Math.min(...seeing.map((row) => sight(row).spot)), 2)} times as much as one at ${near}.`,
    ),
    ...about(
      blind,
      (names, n) =>
        `${names} ${one(n, "sees", "see")} only how much: the spot costs the same wherever it lies.`,
    ),
    ...about(
      pulling,
      (names, n) =>
        `${names} ${one(n, "pulls", "pull")} harder at the wrong pixels that lie farther from the border, which brings a border back that is far off.`,
    ),
    ...about(
      flat,
      (names) =>
        `Once the prediction lies beside the lesion (${clear} pixels and more), moving farther away costs nothing more by ${names}: no slope leads back.`,
    ),
    ...about(
      outward,
      (names, n) =>
        `${names} ${one(n, "draws", "draw")} outlines rather too large: a pixel too many costs at most ${formatNumber(Math.max(...outward.map((row) => sight(row).outOverIn)), 2)} of a pixel too few.`,
    ),
    ...about(
      inward,
      (names, n) =>
        `${names} ${one(n, "draws", "draw")} outlines rather too small: a pixel too many costs at least ${formatNumber(Math.min(...inward.map((row) => sight(row).outOverIn)), 2)} times one too few.`,
    ),
  ];
}

/**
 * Value and gradient against distance. One lesion is predicted moved, too large and too small by k pixels; and a false
 * spot of always the same size moves away from it: who counts pixels sees no difference, who measures distances does.
 *
 * @example
 * ```ts
 * import { losses } from "segtape";
 * import { studyTools } from "segtape/study";
 * const settings = { side: 32, moved: [4], grown: [2], shrunk: [2], spot: [1, 6] };
 * const { losses: rows } = await studyTools.shift.run({ losses: [losses.binaryCrossEntropyLoss] }, settings);
 * (rows[0].spot.charge[1] / rows[0].spot.charge[0]).toFixed(2); // "1.00": it does not see how far
 * ```
 */
export const shift: StudyTool<ShiftData, ShiftSettings> = {
  name: NAME,
  title: "Borders that are off",
  question: "Does a loss see how far a border is off, or only how many pixels are wrong?",
  reading:
    "In the table 1 is white: a false spot that costs the same near and far stays white from left to right, and one that costs more when far turns red; a loss that saturates reaches 100 % as soon as the moved lesion has left its place.",
  async run(subject, { side = SIDE, ...given } = {}) {
    checkWhole(NAME, "side", side, 24, 1024);
    const seed = seedOf(NAME, subject);
    const distances = { ...DISTANCES, ...given };
    const { lesion, pixels, extent, ways } = shiftedMasks(NAME, side, seed, distances);
    const random = seededRandom(seed);
    const masks = [lesion, ...WAYS.flatMap((way) => ways[way].map(({ mask }) => mask))];
    const scenes = masks.map((mask) => ({ target: lesion, logits: sureOf(mask, random) }));
    const data = await askAll(NAME, subject, async (loss, options) => {
      const [perfect, ...answers] = await probe(loss, options, scenes, { width: side, height: side });
      const right = perfect.value;
      const series = WAYS.map((way) => {
        const own = answers.splice(0, ways[way].length);
        return [way, seriesOf(own, ways[way], lesion, right)] as const;
      });
      return { right, ...(Object.fromEntries(series) as Record<keyof ShiftDistances, ShiftSeries>) };
    });
    const wrong = WAYS.map((way) => [way, ways[way].map(({ mask }) => differing(mask, lesion))]);
    return { ...data, side, pixels, extent, distances, wrong: Object.fromEntries(wrong) as ShiftDistances };
  },
  pictures(data, { id = NAME, standalone = false } = {}) {
    if (data.losses.length === 0) return [];
    return [
      {
        name: "",
        caption:
          "Red: costs or pulls more the farther off. White: the same. The losses that see how far come first.",
        svg: tableOf(data, id, standalone),
      },
      {
        name: "curves",
        caption: "What each loss charges against the distance, of its largest charge.",
        svg: curvesOf(data, id, standalone),
      },
    ];
  },
  findings: findingsOf,
};
