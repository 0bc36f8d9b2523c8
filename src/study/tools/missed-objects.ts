/** What a loss charges for small objects that are missed beside a large one that is found. */
import { OptionError, refuse } from "../../errors.ts";
import { seededRandom } from "../../random.ts";
import { divergingMap } from "../colormap.ts";
import { formatFixed, formatNumber } from "../numbers.ts";
import { NO_CELL, ratioCell, smallShareCell } from "./draw/cells.ts";
import { heatTable } from "./draw/heat-table.ts";
import { panelGrid } from "./draw/panels.ts";
import { type Answer, probe } from "./shared/probe.ts";
import { growth, maskOf, SIDE, sureOf } from "./shared/scenes.ts";
import { askAll, checkWhole, seedOf } from "./shared/subject.ts";
import { about, one, percent } from "./shared/words.ts";
import type { LossName, StudyTool, ToolData, ToolFinding } from "./tool.ts";

/** Settings of `studyTools.missedObjects`. */
export interface MissedObjectsSettings {
  /** Pixels of the objects, rising; the last is the large one. 2 to 7 of them. @defaultValue 7 from 4 to 2800 */
  readonly pixels?: readonly number[];
  /** Pixels a side. @defaultValue 176 */
  readonly side?: number;
}

/** What `studyTools.missedObjects` measures of one loss. */
export interface MissedObjectsRow extends LossName {
  /** Value where every object is found. */
  readonly found: number;
  /** What missing each object costs, all others found. */
  readonly charge: readonly number[];
  /** What missing all small ones costs, and what missing everything costs. */
  readonly smallCharge: number;
  readonly allCharge: number;
  /** With everything missed: mean |gradient| of the pixels of each object. */
  readonly pullPerPixel: readonly number[];
  /** With all small ones missed: share of the sum of |gradient| that is on them; `null` where it is 0. */
  readonly pullShare: number | null;
  /**
   * How the charge grows with the size: the exponent of the least-squares line through log charge against log pixels.
   * 1: each pixel costs the same; 0: each object does. `null` where an object costs nothing.
   */
  readonly exponent: number | null;
}

/** What `studyTools.missedObjects` measures. */
export interface MissedObjectsData extends ToolData<MissedObjectsRow> {
  readonly side: number;
  /** Of the objects, rising. */
  readonly pixels: readonly number[];
}

const NAME = "missed-objects";
const PIXELS = [4, 12, 36, 100, 240, 450, 2800];
/** Exponents up to which objects are what counts, and from which pixels are. */
const OBJECTS = 0.35;
const PIXEL = 0.85;

/** The large one on the left, the small ones around it with room between them; from the largest down. */
const PLACES = [
  { x: -0.35, y: -0.2 },
  { x: 0.62, y: -0.62 },
  { x: 0.62, y: 0.1 },
  { x: -0.4, y: 0.76 },
  { x: 0.2, y: 0.72 },
  { x: 0.65, y: 0.72 },
  { x: 0.2, y: -0.8 },
];

function objectsOf(pixels: readonly number[], side: number, seed: number): Uint32Array[] {
  const rising = pixels.every((n, i) => Number.isInteger(n) && n > (pixels[i - 1] ?? 0));
  if (!rising || pixels.length < 2 || pixels.length > PLACES.length)
    refuse(
      OptionError,
      NAME,
      "pixels",
      `[${pixels.join(", ")}]`,
      `2 to ${PLACES.length} rising whole numbers`,
    );
  // Contours differ from seed to seed, and from object to object.
  const objects = pixels.map((count, i) =>
    growth(side, (seed + i) % 2 ** 32, PLACES[pixels.length - 1 - i]).slice(0, count),
  );
  const total = new Set(objects.flatMap((object) => [...object])).size;
  if (total !== pixels.reduce((a, b) => a + b, 0))
    refuse(OptionError, NAME, "pixels", `[${pixels.join(", ")}]`, `sizes that leave ${side} x ${side} room`);
  return objects;
}

const pullOn = ({ gradient }: Answer, pixels: Uint32Array): number =>
  pixels.reduce((sum, i) => sum + Math.abs(gradient[i]), 0);

/** The slope of log charge against log pixels. */
function exponentOf(charge: readonly number[], pixels: readonly number[]): number | null {
  // Rounding in float32 leaves a charge of nothing a little beside 0.
  const most = Math.max(...charge);
  if (!charge.every((c) => c > 1e-6 * most)) return null;
  const [x, y] = [pixels.map(Math.log), charge.map(Math.log)];
  const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;
  const [mx, my] = [mean(x), mean(y)];
  return mean(x.map((a, i) => (a - mx) * (y[i] - my))) / mean(x.map((a) => (a - mx) ** 2));
}

function rowOf(answers: readonly Answer[], objects: readonly Uint32Array[], pixels: readonly number[]) {
  const [found, small, all, ...single] = answers;
  const charge = single.map(({ value }) => value - found.value);
  const missed = objects.slice(0, -1);
  const total = Array.from(small.gradient, Math.abs).reduce((a, b) => a + b, 0);
  const onMissed = missed.reduce((sum, object) => sum + pullOn(small, object), 0);
  return {
    found: found.value,
    charge,
    smallCharge: small.value - found.value,
    allCharge: all.value - found.value,
    pullPerPixel: objects.map((object) => pullOn(all, object) / object.length),
    pullShare: total > 0 ? onMissed / total : null,
    exponent: exponentOf(charge, pixels),
  };
}

/** How hard a pixel of each small object is pulled at, against one of the large object. */
function pulls({ pullPerPixel }: MissedObjectsRow): number[] {
  const large = pullPerPixel[pullPerPixel.length - 1];
  return pullPerPixel.slice(0, -1).map((pull) => pull / large);
}

/** The dearest of all mistakes: what costs are told as shares of. */
const dearest = ({ charge, smallCharge, allCharge }: MissedObjectsRow) =>
  Math.max(allCharge, smallCharge, ...charge);

const byExponent = (losses: readonly MissedObjectsRow[]) =>
  [...losses].sort((a, b) => (a.exponent ?? Infinity) - (b.exponent ?? Infinity));

function tableOf({ losses, pixels }: MissedObjectsData, id: string, standalone: boolean): string {
  const sizes = pixels.map(String);
  return heatTable({
    title: "What a missed object costs",
    description:
      "For each loss and object: the cost of missing it, and the pull on its pixels. Losses that charge objects come first, those that charge pixels last.",
    corner: "object, pixels:",
    blocks: [
      { title: "Cost of missing this one", hint: "% of the dearest mistake", columns: sizes },
      {
        title: "All small ones missed",
        hint: "% of the dearest, of all pull",
        columns: ["cost", "pull"],
        width: 78,
      },
      {
        title: "Pull on a missed pixel",
        hint: "all missed; over that on the large one's",
        columns: sizes.slice(0, -1),
        map: divergingMap,
      },
      { title: "Cost grows as", hint: "size to the power of", columns: [""], width: 122 },
    ],
    rows: byExponent(losses).map((row) => ({
      label: row.title,
      cells: [
        ...row.charge.map((cost) => smallShareCell(Math.max(0, cost / dearest(row)))),
        smallShareCell(row.smallCharge / dearest(row)),
        smallShareCell(row.pullShare),
        ...pulls(row).map(ratioCell),
        row.exponent === null ? NO_CELL : { text: formatFixed(row.exponent, 2), position: 1 - row.exponent },
      ],
    })),
    ends: ["0.01 % or less", "100 %"],
    id: `${id}-table`,
    standalone,
  });
}

function curvesOf({ losses, pixels }: MissedObjectsData, id: string, standalone: boolean): string {
  const total = pixels.reduce((a, b) => a + b, 0);
  return panelGrid({
    title: "Cost of missing an object, of the dearest mistake",
    description: "For each loss, the cost of missing one object against its size.",
    names: ["cost"],
    panels: byExponent(losses).map((row) => ({
      title: row.title,
      series: [{ x: pixels, y: row.charge.map((cost) => cost / dearest(row)) }],
    })),
    x: { label: "pixels of the object", range: [pixels[0], pixels[pixels.length - 1]], log: true },
    y: { label: "share of the cost", range: [1e-4, 1], log: true, format: (share) => percent(share) },
    reference: { name: "its share of the pixels", x: pixels, y: pixels.map((n) => n / total) },
    id: `${id}-curves`,
    standalone,
  });
}

function findingsOf({ losses, pixels }: MissedObjectsData): ToolFinding[] {
  const known = losses.filter(({ exponent }) => exponent !== null) as (MissedObjectsRow & {
    exponent: number;
  })[];
  const objects = known.filter(({ exponent }) => exponent <= OBJECTS);
  const between = known.filter(({ exponent }) => exponent > OBJECTS && exponent < PIXEL);
  const byPixel = known.filter(({ exponent }) => exponent >= PIXEL && exponent <= 2 - PIXEL);
  const beyond = known.filter(({ exponent }) => exponent > 2 - PIXEL);
  const free = losses.filter(({ exponent }) => exponent === null);
  const [large, all] = [pixels[pixels.length - 1], pixels.reduce((a, b) => a + b, 0)];
  const small = percent(1 - large / all, 2);
  const harder = losses.filter((row) => pulls(row)[0] > 2);
  const softer = losses.filter((row) => pulls(row)[0] < 1 / 2);
  const least = (rows: readonly MissedObjectsRow[]) =>
    Math.min(...rows.map((row) => row.smallCharge / dearest(row)));
  const most = (rows: readonly MissedObjectsRow[]) =>
    Math.max(...rows.map((row) => row.smallCharge / dearest(row)));
  return [
    ...about(
      objects,
      (names, n) =>
        `${names} ${one(n, "charges", "charge")} objects: missing one of ${pixels[0]} pixels costs much of what missing one of ${large} costs, and missing the ${pixels.length - 1} small ones costs at least ${percent(least(objects))} of the dearest mistake, with ${small} of the pixels.`,
    ),
    ...about(between, (names, n) => `Between the two ${one(n, "stands", "stand")} ${names}.`),
    ...about(
      byPixel,
      (names, n) =>
        `${names} ${one(n, "charges", "charge")} pixels: the ${pixels.length - 1} small objects together cost at most ${percent(most(byPixel))} of the dearest mistake; finding the large one is nearly all that counts.`,
    ),
    ...about(
      beyond,
      (names, n) =>
        `${names} ${one(n, "charges", "charge")} a large object more than its share of pixels: small ones weigh less than their size.`,
    ),
    ...about(free, (names) => `By ${names} some missed object costs nothing at all.`),
    ...about(
      harder,
      (names, n) =>
        `${names} ${one(n, "pulls", "pull")} harder at a missed pixel of the smallest object than at one of the large object: at least ${formatNumber(Math.min(...harder.map((row) => pulls(row)[0])), 2)} times.`,
    ),
    ...about(
      softer,
      (names, n) =>
        `${names} ${one(n, "pulls", "pull")} less at a missed pixel of the smallest object: at most ${formatNumber(Math.max(...softer.map((row) => pulls(row)[0])), 2)} of the pull on one of the large object.`,
    ),
  ];
}

/**
 * One large object is found, small ones of several sizes are missed: what that costs, and how hard the gradient pulls at
 * their pixels.
 *
 * @example
 * ```ts
 * import { losses } from "segtape";
 * import { studyTools } from "segtape/study";
 * const subject = { losses: [losses.binaryCrossEntropyLoss] };
 * const data = await studyTools.missedObjects.run(subject, { side: 24, pixels: [3, 30] });
 * data.losses[0].exponent.toFixed(1); // "1.0": each pixel costs the same
 * ```
 */
export const missedObjects: StudyTool<MissedObjectsData, MissedObjectsSettings> = {
  name: NAME,
  title: "Missed objects",
  question: "When small objects are missed beside a large one that is found, does a loss notice?",
  reading:
    "A loss that charges objects stays bright from left to right in the first columns; one that charges pixels follows the dashed line of the small charts. In the columns of the pull 1 is white, and red pulls harder at the small object.",
  async run(subject, { pixels = PIXELS, side = SIDE } = {}) {
    checkWhole(NAME, "side", side, 16, 1024);
    const seed = seedOf(NAME, subject);
    const objects = objectsOf(pixels, side, seed);
    const random = seededRandom(seed);
    const without = (missed: (object: number) => boolean) =>
      maskOf(
        side * side,
        objects.flatMap((object, i) => (missed(i) ? [] : [...object])),
      );
    const target = without(() => false);
    const predicted = [
      target,
      without((i) => i < objects.length - 1),
      without(() => true),
      ...objects.map((_, k) => without((i) => i === k)),
    ];
    const scenes = predicted.map((mask) => ({ target, logits: sureOf(mask, random) }));
    const frame = { width: side, height: side };
    const data = await askAll(NAME, subject, async (loss, options) =>
      rowOf(await probe(loss, options, scenes, frame), objects, pixels),
    );
    return { ...data, side, pixels };
  },
  pictures(data, { id = NAME, standalone = false } = {}) {
    if (data.losses.length === 0) return [];
    return [
      {
        name: "",
        caption:
          "What each missed object costs, and how hard its pixels are pulled at; losses that charge objects first.",
        svg: tableOf(data, id, standalone),
      },
      {
        name: "curves",
        caption: "The cost of missing an object against its size; dashed: by its pixels.",
        svg: curvesOf(data, id, standalone),
      },
    ];
  },
  findings: findingsOf,
};
