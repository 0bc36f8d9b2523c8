/**
 * A recorded graph as a drawing: operations in layers, each below all that it reads, few lines crossing. Numbers
 * that an operation reads stand in its box.
 */
import type { GraphStep } from "../../../sandbox/findings.ts";

/** A box of the drawing; `x` and `y` are its middle. */
export interface Box {
  readonly step: GraphStep;
  readonly title: string;
  readonly width: number;
  readonly x: number;
  readonly y: number;
}

/** A line from a box to one that reads it: points to go through, from top to bottom. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly backward: boolean;
  readonly points: readonly (readonly [number, number])[];
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly edges: readonly Edge[];
}

export const BOX_HEIGHT = 36;
const LAYER_HEIGHT = 64;
const GAP = 22;
const MARGIN = 14;
/** Room that a line takes where it passes a layer. */
const LANE = 14;
/** Times that layers are put in order, downwards and upwards. */
const SWEEPS = 6;
/** Times that their members are moved after that. */
const ROUNDS = 24;

const isNumber = (step: GraphStep): boolean => step.op === "full";

/** A number as it stands in a box. */
const shown = (value: unknown): string =>
  typeof value === "number" ? String(Number(value.toPrecision(4))) : "";

/** What a step is called in its box: the operation, and the numbers that it reads. */
export function titleOf(step: GraphStep, constants: ReadonlyMap<string, GraphStep>): string {
  if (step.op === "argument") return step.name;
  const numbers = step.reads.flatMap((name) => {
    const constant = constants.get(name);
    return constant === undefined ? [] : [shown(constant.attributes.value)];
  });
  const own = Object.values(step.attributes)
    .filter((value) => typeof value === "number")
    .map(shown);
  return [step.op, ...(isNumber(step) ? own : [...numbers, ...own])].join(" ").trim();
}

/** Something that has a place in a layer: a box, or where a line passes. */
interface Slot {
  readonly width: number;
  readonly above: Slot[];
  readonly below: Slot[];
  readonly layer: number;
  x: number;
}

/** Numbers that have a reader are drawn in it; a result that is a number has a box of its own. */
function constantsOf(steps: readonly GraphStep[]): Map<string, GraphStep> {
  const read = new Set(steps.flatMap(({ reads }) => reads));
  const folded = steps.filter((step) => isNumber(step) && step.result === "" && read.has(step.name));
  return new Map(folded.map((step) => [step.name, step]));
}

/** How many boxes a drawing would have. */
export const boxCount = (steps: readonly GraphStep[]): number => steps.length - constantsOf(steps).size;

/** The layer of each step: below what it reads; data stand right above their first reader. */
function layersOf(steps: readonly GraphStep[]): Map<string, number> {
  const layers = new Map<string, number>();
  for (const { name, reads } of steps)
    layers.set(name, Math.max(-1, ...reads.map((read) => layers.get(read) ?? -1)) + 1);
  for (const { name, reads, op } of steps) {
    if (reads.length > 0 || op === "argument") continue;
    const readers = steps
      .filter((step) => step.reads.includes(name))
      .map((step) => layers.get(step.name) ?? 0);
    if (readers.length > 0) layers.set(name, Math.max(0, Math.min(...readers) - 1));
  }
  return layers;
}

const middleOf = (slots: readonly Slot[]): number => slots.reduce((sum, { x }) => sum + x, 0) / slots.length;

/** Gives the slots of a layer, in their order, places without overlap that are near to those wanted. */
function place(layer: readonly Slot[], wanted: (slot: Slot) => number): void {
  // Pressed together from the left, and from the right; the mean of both keeps the distances.
  const distance = (a: Slot, b: Slot) => (a.width + b.width) / 2 + GAP;
  const left = layer.map(wanted);
  const right = left.slice();
  for (let i = 1; i < layer.length; i++)
    left[i] = Math.max(left[i], left[i - 1] + distance(layer[i - 1], layer[i]));
  for (let i = layer.length - 2; i >= 0; i--)
    right[i] = Math.min(right[i], right[i + 1] - distance(layer[i], layer[i + 1]));
  layer.forEach((slot, i) => {
    slot.x = (left[i] + right[i]) / 2;
  });
}

function arrange(layers: readonly Slot[][]): void {
  for (const layer of layers) place(layer, () => 0);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const downwards = sweep % 2 === 0;
    for (const layer of downwards ? layers : [...layers].reverse()) {
      const neighbours = (slot: Slot) => (downwards ? slot.above : slot.below);
      const wanted = (slot: Slot) => (neighbours(slot).length === 0 ? slot.x : middleOf(neighbours(slot)));
      layer.sort((a, b) => wanted(a) - wanted(b));
      place(layer, wanted);
    }
  }
  // In order now, each goes between what is above and what is below it, until lines are straight.
  for (let round = 0; round < ROUNDS; round++) {
    for (const layer of round % 2 === 0 ? layers : [...layers].reverse())
      place(layer, (slot) => {
        const all = [...slot.above, ...slot.below];
        return all.length === 0 ? slot.x : middleOf(all);
      });
  }
}

/** The drawing of a graph; steps come after all that they read. */
export function drawingOf(all: readonly GraphStep[]): Drawing {
  const constants = constantsOf(all);
  const steps = all
    .filter(({ name }) => !constants.has(name))
    .map((step) => ({ ...step, title: titleOf(step, constants) }));
  const depth = layersOf(steps);
  const layers: Slot[][] = [];
  const add = (layer: number, width: number): Slot => {
    const slot: Slot = { width, above: [], below: [], layer, x: 0 };
    while (layers.length <= layer) layers.push([]);
    layers[layer].push(slot);
    return slot;
  };
  const slots = new Map(
    steps.map(({ name, title, shape }) => {
      const letters = Math.max(title.length * 7.4, shape.join("×").length * 6.2);
      return [name, add(depth.get(name) ?? 0, Math.max(64, Math.round(letters) + 24))];
    }),
  );
  const lines = steps.flatMap((step) =>
    [...new Set(step.reads)].flatMap((read) => {
      const [from, to] = [slots.get(read), slots.get(step.name)];
      if (from === undefined || to === undefined) return [];
      const chain = [from];
      for (let layer = from.layer + 1; layer < to.layer; layer++) chain.push(add(layer, LANE));
      chain.push(to);
      for (let i = 1; i < chain.length; i++) {
        chain[i - 1].below.push(chain[i]);
        chain[i].above.push(chain[i - 1]);
      }
      return [{ from: read, to: step.name, backward: step.pass === "backward", chain }];
    }),
  );
  arrange(layers);
  const left = Math.min(...layers.flat().map(({ x, width }) => x - width / 2)) - MARGIN;
  const right = Math.max(...layers.flat().map(({ x, width }) => x + width / 2)) + MARGIN;
  const yOf = (layer: number) => MARGIN + BOX_HEIGHT / 2 + layer * LAYER_HEIGHT;
  return {
    width: Math.round(right - left),
    height: yOf(layers.length - 1) + BOX_HEIGHT / 2 + MARGIN,
    boxes: steps.map(({ title, ...step }) => {
      const { x, width, layer } = slots.get(step.name) as Slot;
      return { step, title, width, x: x - left, y: yOf(layer) };
    }),
    edges: lines.map(({ chain, ...edge }) => ({
      ...edge,
      points: chain.map(({ x, layer }, i): [number, number] => {
        const end = i === 0 ? BOX_HEIGHT / 2 : i === chain.length - 1 ? -BOX_HEIGHT / 2 : 0;
        return [x - left, yOf(layer) + end];
      }),
    })),
  };
}
