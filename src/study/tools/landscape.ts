/** A loss over two directions of logits: valleys, ridges and plateaus between the prediction and the target. */
import { OptionError, refuse } from "../../errors.ts";
import type { Loss } from "../../losses/shared/define-loss.ts";
import { seededRandom } from "../../random.ts";
import type { LogitPair } from "../measure.ts";
import { onFirstWithRoom } from "../stages.ts";
import { contourMaps } from "./draw/contours.ts";
import { type Plane, type Step, smallPair, valuesOn } from "./shared/plane.ts";
import { SURE } from "./shared/scenes.ts";
import { askAll, checkWhole, type OwnOptions, pairOf, seedOf } from "./shared/subject.ts";
import { about, one, percent } from "./shared/words.ts";
import type { LossName, StudyTool, ToolData, ToolFinding } from "./tool.ts";

/** Settings of `studyTools.landscape`. */
export interface LandscapeSettings {
  /** Points a side of the grid: 5, 9, 13 ... @defaultValue 21; 13 for losses that need large images */
  readonly points?: number;
  /** Pixels a side, at most, of the pair that is looked at. @defaultValue 64; 176 for losses that need large images */
  readonly side?: number;
}

/** A loss over one plane. */
export interface LossPlane {
  /** Row by row: the second step falls from 1 to -1, the first rises from -0.5 to 1.5 in each. */
  readonly values: readonly number[];
  /** 1 for points that are flat though not low: a whole step changes the loss by less than 2 % of its range here. */
  readonly plateau: readonly number[];
  readonly plateauShare: number;
}

/** What `studyTools.landscape` measures of one loss. */
export interface LandscapeRow extends LossName {
  /** Points a side, and pixels a side. */
  readonly points: number;
  readonly width: number;
  readonly height: number;
  /** Up and down: a number added to every logit, towards all foreground and all background. */
  readonly classes: LossPlane;
  /** Up and down: a random direction, as long as the way to the target. */
  readonly random: LossPlane;
  /** From the prediction straight to the target: the greatest climb on the way, as a share of the fall from end to end. */
  readonly climb: number | null;
  /** Value at the prediction and at the target. */
  readonly prediction: number;
  readonly target: number;
  /** Whether the loss is flat where all is background, and what it costs there over the prediction's cost. */
  readonly background: { readonly flat: boolean; readonly value: number };
}

/** What `studyTools.landscape` measures. */
export type LandscapeData = ToolData<LandscapeRow>;

const NAME = "landscape";
const STAGES = [
  { side: 64, points: 21 },
  { side: 176, points: 13 },
];
/** What is added to every logit at the ends of the plane of the classes. */
const SHIFT = 12;
/** Share of the range by which a whole step must change the loss where it is not flat. */
const FLAT = 0.02;
/** What is below this share of the range is the valley, and may be flat. */
const LOW = 0.1;
/** A climb worth a word. */
const CLIMB = 0.01;

/** The place of the prediction, and of the target, in a row of the grid; its own row is the middle one. */
const placesOf = (points: number) => ({ prediction: (points - 1) / 4, target: (3 * (points - 1)) / 4 });

/** The first step runs from -0.5 to 1.5: 0 is the prediction, 1 the target. */
const firstAt = (i: number, points: number) => -0.5 + (2 * i) / (points - 1);
const secondAt = (i: number, points: number) => 1 - (2 * i) / (points - 1);

function gridOf(points: number): Step[] {
  return Array.from(
    { length: points * points },
    (_, i): Step => [firstAt(i % points, points), secondAt(Math.floor(i / points), points)],
  );
}

/** Flat and not low, by central differences along both directions. */
function planeOf(values: readonly number[], points: number): LossPlane {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const range = high - low;
  const slope = (at: number, place: number, stride: number) => {
    const [back, on] = [place > 0 ? 1 : 0, place < points - 1 ? 1 : 0];
    const step = (2 * (back + on)) / (points - 1);
    return (values[at + on * stride] - values[at - back * stride]) / step;
  };
  const plateau = values.map((value, at) => {
    const [column, row] = [at % points, Math.floor(at / points)];
    const steep = Math.hypot(slope(at, column, 1), slope(at, row, points));
    return Number(range > 0 && value - low > LOW * range && steep < FLAT * range);
  });
  return { values, plateau, plateauShare: plateau.reduce((a, b) => a + b, 0) / plateau.length };
}

function planesOf({ pair, logits }: LogitPair, seed: number): Record<"classes" | "random", Plane> {
  const { width, height, target } = pair;
  const first = logits.map((x, i) => (2 * target[i] - 1) * SURE - x);
  const length = Math.hypot(...first);
  const random = seededRandom(seed);
  const drawn = first.map(() => random.normal());
  const scale = length / Math.hypot(...drawn);
  const common = { width, height, target, origin: logits, first };
  return {
    classes: { ...common, second: first.map(() => SHIFT) },
    random: { ...common, second: drawn.map((x) => x * scale) },
  };
}

/** The greatest climb on a way, as a share of the fall from its first value to its last. */
function climbOf(way: readonly number[]): number | null {
  const fall = way[0] - way[way.length - 1];
  if (!(fall > 0)) return null;
  let [least, most] = [way[0], 0];
  for (const value of way) {
    least = Math.min(least, value);
    most = Math.max(most, value - least);
  }
  return most / fall;
}

function mapsOf({ losses }: LandscapeData, plane: "classes" | "random", id: string, standalone: boolean) {
  const marks = [
    { name: "prediction", shape: "circle", x: 0.25, y: 0.5 },
    { name: "target", shape: "diamond", x: 0.75, y: 0.5 },
  ] as const;
  return contourMaps({
    title:
      plane === "classes"
        ? "From the prediction to the target, and between all background and all foreground"
        : "From the prediction to the target, and along a random direction",
    description: "For each loss a contour map of its value over two directions of logits.",
    panels: losses.map((row) => ({ title: row.title, ...row[plane] })),
    marks,
    across: ["away", "to the target"],
    down: plane === "classes" ? ["foreground", "background"] : ["+ random", "− random"],
    id: `${id}-${plane}`,
    standalone,
  });
}

function findingsOf({ losses }: LandscapeData): ToolFinding[] {
  const straight = losses.filter(({ climb }) => climb !== null && climb < CLIMB);
  const climbing = losses.filter(({ climb }) => climb !== null && climb >= CLIMB);
  const away = losses.filter(({ climb }) => climb === null);
  const flat = losses.filter(({ classes }) => classes.plateauShare >= 0.15);
  const smooth = losses.filter(
    ({ classes, random }) => Math.max(classes.plateauShare, random.plateauShare) < 0.01,
  );
  const trapped = losses.filter(({ background }) => background.flat);
  const cheap = losses.filter(({ background, prediction }) => background.value < prediction);
  const most = (rows: readonly LandscapeRow[]) =>
    Math.max(...rows.map(({ classes }) => classes.plateauShare));
  return [
    ...about(
      straight,
      (names, n) =>
        `From the prediction straight to the target ${names} ${one(n, "falls", "fall")} all the way.`,
    ),
    ...about(
      climbing,
      (names, n) =>
        `${names} must climb on that way: up to ${percent(Math.max(...climbing.map(({ climb }) => climb ?? 0)))} of the fall. ${one(n, "It has", "They have")} a ridge between this prediction and the target.`,
    ),
    ...about(
      away,
      (names, n) => `${names} ${one(n, "is", "are")} no lower at the target than at this prediction.`,
    ),
    ...about(
      trapped,
      (names) =>
        `All background is a plateau of ${names}: a network that predicts nothing there feels next to no slope.`,
    ),
    ...about(cheap, (names) => `All background costs less than this prediction by ${names}: giving up pays.`),
    ...about(
      flat,
      (names) => `Large plateaus between the classes: ${names}, up to ${percent(most(flat))} of the plane.`,
    ),
    ...about(
      smooth,
      (names, n) => `No plateau in either plane: ${names} ${one(n, "slopes", "slope")} everywhere.`,
    ),
  ];
}

async function rowOf(
  loss: Loss,
  options: OwnOptions,
  given: LogitPair,
  seed: number,
  { side, points }: Required<LandscapeSettings>,
) {
  const small = smallPair(given, side);
  const planes = planesOf(small, seed);
  const grid = gridOf(points);
  const classes = planeOf(await valuesOn(loss, options, planes.classes, grid), points);
  const random = planeOf(await valuesOn(loss, options, planes.random, grid), points);
  const { prediction, target } = placesOf(points);
  const middle = ((points - 1) / 2) * points;
  const background = (points - 1) * points + prediction;
  return {
    points,
    width: small.pair.width,
    height: small.pair.height,
    classes,
    random,
    climb: climbOf(classes.values.slice(middle + prediction, middle + target + 1)),
    prediction: classes.values[middle + prediction],
    target: classes.values[middle + target],
    background: { flat: classes.plateau[background] === 1, value: classes.values[background] },
  };
}

/**
 * The loss over two planes of logits around the prediction of a pair. One direction leads to the target; the other adds a
 * number to every logit, from all background to all foreground, or is drawn by chance. The pair is made smaller first.
 *
 * @example
 * ```ts
 * import { losses } from "segtape";
 * import { lesionPhantom, studyTools } from "segtape/study";
 * const { prediction, target, width, height } = lesionPhantom({ size: 32 });
 * const pair = { prediction, target: Float64Array.from(target), width, height };
 * const settings = { side: 16, points: 5 };
 * const data = await studyTools.landscape.run({ losses: [losses.binaryCrossEntropyLoss], pair }, settings);
 * data.losses[0].climb; // 0: cross-entropy falls all the way
 * ```
 */
export const landscape: StudyTool<LandscapeData, LandscapeSettings> = {
  name: NAME,
  title: "Landscape",
  question: "What lies between this prediction and the target: a slope, a ridge or a plateau?",
  reading:
    "Each map is a loss over two directions of logits, dark low and yellow high, in bands that grow with the height; narrow bands are steep, wide ones flat, and hatching marks where it is flat though not low: there a network learns nothing.",
  async run(subject, settings = {}) {
    const given = settings.side === undefined ? STAGES : STAGES.slice(0, 1);
    const stages = given.map((stage) => ({ ...stage, ...settings }));
    for (const { side, points } of stages) {
      checkWhole(NAME, "side", side, 4, 1024);
      checkWhole(NAME, "points", points, 5, 201);
      if (points % 4 !== 1) refuse(OptionError, NAME, "points", String(points), "5, 9, 13 ...");
    }
    const [seed, pair] = [seedOf(NAME, subject), pairOf(subject)];
    return askAll(NAME, subject, (loss, options) =>
      onFirstWithRoom(stages, (stage) => rowOf(loss, options, pair, seed, stage)),
    );
  },
  pictures(data, { id = NAME, standalone = false } = {}) {
    if (data.losses.length === 0) return [];
    return [
      {
        name: "",
        caption:
          "Across: from the prediction (a quarter of the way) to the target (three quarters). Up and down: 12 added to every logit, or taken from it. Each map has a scale of its own.",
        svg: mapsOf(data, "classes", id, standalone),
      },
      {
        name: "random",
        caption: "The same with a random direction up and down, as long as the way to the target.",
        svg: mapsOf(data, "random", id, standalone),
      },
    ];
  },
  findings: findingsOf,
};
