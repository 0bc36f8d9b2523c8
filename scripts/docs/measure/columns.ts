/** The measured numbers as people read them: a title, what each means, how it is written. */
import { formatNumber, formatPercent } from "../../../src/study/numbers.ts";
import type { Measured } from "./measured.ts";

export interface Column {
  readonly id: string;
  readonly title: string;
  /** One sentence. */
  readonly hint: string;
  /** How it is measured, and how to read it. */
  readonly about: string;
  readonly value: (measured: Measured) => number | undefined;
  readonly show: (value: number) => string;
}

const finite = (value: number | undefined) => (Number.isFinite(value) ? value : undefined);
const short = (value: number) => formatNumber(value, 3);
/** Nothing but rounding. */
const NOTHING = 1e-4;

export const COLUMNS: readonly Column[] = [
  {
    id: "value",
    title: "value",
    hint: "the loss of the sample",
    about:
      "The loss of the lesion sample at its defaults. Values of different losses do not compare; they say what scale to expect.",
    value: ({ value }) => finite(value),
    show: (value) => formatNumber(value),
  },
  {
    id: "norm",
    title: "gradient norm",
    hint: "Euclidean length of the gradient by the logits",
    about:
      "Length of the gradient by the logits on the sample: what a learning rate has to be matched with when one loss replaces another.",
    value: ({ gradientNorm }) => finite(gradientNorm),
    show: short,
  },
  {
    id: "vanishing",
    title: "pixels at rest",
    hint: "share of pixels whose gradient is at most a thousandth of the largest",
    about:
      "Share of the sample's pixels whose gradient is at most a thousandth of the largest. High: the loss works on a few places and leaves the rest alone.",
    value: ({ vanishingShare }) => finite(vanishingShare),
    show: formatPercent,
  },
  {
    id: "share1",
    title: "pull on 1 % foreground",
    hint: "share of the gradient on the foreground, a disc of 1 % of the image, prediction undecided",
    about:
      "A disc covers 1 % of the image and the network is undecided (logits near 0). How much of the gradient's magnitude falls on the disc? 1 %: every pixel counts alike. About 50 %: the object weighs as much as everything around it.",
    value: ({ share1 }) => finite(share1),
    show: (value) => formatPercent(value),
  },
  {
    id: "share01",
    title: "pull on 0.1 % foreground",
    hint: "the same for a disc of 0.1 % of the image",
    about: "The same for a disc of 0.1 %: what remains of the object's weight when it gets tiny.",
    value: ({ share01 }) => finite(share01),
    show: (value) => formatPercent(value),
  },
  {
    id: "shift",
    title: "one pixel aside",
    hint: "cost of a disc predicted one pixel aside, as a share of the cost of a complete miss",
    about:
      "A disc of 10 pixels' radius is predicted with certainty, one pixel aside of its place. Its cost over that of a complete miss: high means that borders matter.",
    value: ({ onePixel }) => finite(onePixel),
    show: (value) => (value < 0 ? "none" : formatPercent(value)),
  },
  {
    id: "far",
    title: "twice as far",
    hint: "cost of a miss 50 pixels away, over that of a miss 25 pixels away",
    about:
      "The same disc, predicted 50 pixels away, against 25 pixels away: 1 where a miss is a miss, more where the loss knows how far.",
    value: ({ twiceAsFar }) => finite(twiceAsFar),
    show: (value) => `× ${formatNumber(value, 3)}`,
  },
  {
    id: "gap",
    title: "a gap in a tube",
    hint: "cost of a gap in a thin tube, over that of as many pixels missing along its rim",
    about:
      "A tube three pixels wide lacks a piece, or as many pixels along its rim. 1: a pixel is a pixel. More: what breaks the tube costs more.",
    value: ({ gap }) => finite(gap),
    show: (value) => `× ${formatNumber(value, 3)}`,
  },
  {
    id: "mistake",
    title: "pull on sure mistakes",
    hint: "pull on missed pixels at p = 0.01, over the strongest pull at any p",
    about:
      "From the gradient's curve: the pull on foreground that is predicted at p = 0.01, over the strongest pull at any p. Near 100 %, labels that are wrong drag a network along; near 0, sure mistakes mend slowly and wrong labels do little harm.",
    value: ({ mistakePull }) => finite(mistakePull),
    show: formatPercent,
  },
  {
    id: "honest",
    title: "answer to 30 %",
    hint: "the probability that costs least where three pixels in ten are foreground, and nothing tells which",
    about:
      "Three pixels in ten are foreground, and nothing tells which. The one probability that costs least: 0.3 for a loss whose probabilities can be believed; near 1 or 0 for one that asks for a decision.",
    value: ({ honest }) => finite(honest),
    show: (value) => (value >= 0.95 ? "all" : value <= 0.05 ? "nothing" : formatNumber(value, 2)),
  },
  {
    id: "soft",
    title: "unrest at soft targets",
    hint: "gradient where the prediction equals a soft target, over that of an undecided prediction",
    about:
      "The target is a blurred disc, the prediction equals it. Length of the gradient there, over that of an undecided prediction: 0 where soft labels are learned as they are, more where the loss sharpens or shifts them.",
    value: ({ soft }) => finite(soft),
    show: (value) => (value < NOTHING ? "0" : formatPercent(value)),
  },
  {
    id: "float32",
    title: "float32 error",
    hint: "largest relative error of value and gradient in float32, against float64",
    about:
      "Value and gradient of the sample in float32 (our WebAssembly executor) against float64 (the interpreter): the larger of the two errors, relative to the value and to the gradient's largest entry.",
    value: ({ float32Error }) => finite(float32Error),
    show: (value) => formatNumber(value, 2),
  },
];

/** A column by its id. */
export function columnOf(id: string): Column {
  const column = COLUMNS.find((one) => one.id === id);
  if (column === undefined) throw new Error(`docs: no column ${id}`);
  return column;
}
