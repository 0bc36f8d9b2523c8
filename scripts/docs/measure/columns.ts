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
  /** The study tool that it is taken from. */
  readonly study?: string;
  readonly value: (measured: Measured) => number | undefined;
  readonly show: (value: number) => string;
}

const finite = (value: number | undefined) => (Number.isFinite(value) ? value : undefined);
const short = (value: number) => formatNumber(value, 3);

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
    hint: "share of the gradient that falls on a lesion of 1 % of the image, prediction undecided",
    about:
      "A lesion covers 1 % of the image and the network is undecided. How much of the gradient's magnitude falls on it? 1 %: every pixel counts alike. About 50 %: the object weighs as much as everything around it.",
    study: "imbalance",
    value: ({ share1 }) => share1,
    show: formatPercent,
  },
  {
    id: "share01",
    title: "pull on 0.1 % foreground",
    hint: "the same for a lesion of 0.1 % of the image",
    about: "The same for a lesion of 0.1 %: what remains of the object's weight when it gets tiny.",
    study: "imbalance",
    value: ({ share01 }) => share01,
    show: formatPercent,
  },
  {
    id: "smallest",
    title: "smallest of seven objects",
    hint: "cost of missing an object of 4 pixels, over that of missing one of 2800 beside it",
    about:
      "Seven objects in one image, of 4 to 2800 pixels. What missing the smallest costs, over what missing the largest costs: 0.1 % where pixels are counted, 100 % where objects are.",
    study: "missed-objects",
    value: ({ smallest }) => smallest,
    show: (value) => (value <= 0 ? "none" : value > 10 ? "> 1000 %" : formatPercent(value)),
  },
  {
    id: "shift",
    title: "one pixel aside",
    hint: "cost of a lesion predicted one pixel aside, as a share of the cost of one far away",
    about:
      "A lesion is predicted with certainty, one pixel aside of its place. Its cost over that of a complete miss: high means that borders matter.",
    study: "shift",
    value: ({ onePixel }) => onePixel,
    show: (value) => (value <= 0 ? "none" : formatPercent(value)),
  },
  {
    id: "far",
    title: "false spot, far or near",
    hint: "cost of a false spot 80 pixels from the lesion, over that of the same spot beside it",
    about:
      "A false spot far from the lesion costs so many times what it costs beside it: 1 where a mistake is a mistake, more where the loss knows how far.",
    study: "shift",
    value: ({ farSpot }) => farSpot,
    show: (value) => `× ${formatNumber(value, 3)}`,
  },
  {
    id: "gap",
    title: "a gap in a tube",
    hint: "of what a gap in a thin tube and as many pixels along its rim cost together, the share of the gap",
    about:
      "A tube three pixels wide lacks a piece, or as many pixels along its rim. Of the cost of both, the share of the gap: 50 % where a pixel is a pixel, near 100 % where only what breaks the tube counts.",
    value: ({ gap }) => finite(gap),
    show: (value) => (value <= 0 ? "none" : formatPercent(value)),
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
    id: "kept",
    title: "way kept at 1 % wrong labels",
    hint: "cosine between the gradient with 1 % of the labels flipped and the right one",
    about:
      "One label in a hundred is flipped by chance; the network is sure, and right. Cosine between the gradient now and the gradient with the right labels: 1 where the wrong ones change nothing, 0 where they take over.",
    study: "noise",
    value: ({ keptWay }) => keptWay,
    show: (value) => formatNumber(Math.round(100 * value) / 100, 2),
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
    title: "soft targets learned",
    hint: "how far the logits of a soft target are stretched where the loss is least: 1 is as they are",
    about:
      "The target is a blurred disc. Predictions are its own logits, stretched or shrunk: which costs least? 1 where soft labels are learned as they are; more where the loss sharpens them, less where it blurs them further.",
    value: ({ soft }) => finite(soft),
    show: (value) => (value === 1 ? "as they are" : `× ${formatNumber(value, 2)}`),
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
