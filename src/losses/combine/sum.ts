/** Sums of losses as losses: what {@link weightedSum} and {@link rampedSum} have in common. */
import { OptionError, refuse } from "../../errors.ts";
import { isTensor, type Tensor } from "../../tensor.ts";
import { defineLoss, type Loss } from "../shared/define-loss.ts";
import {
  isObject,
  MODES,
  type Mode,
  type OptionSpec,
  optionReader,
  SHARED,
  type SharedName,
  type SharedOptions,
  type SmoothOptions,
} from "../shared/options.ts";
import { type PartOptions, partOf, sumOfParts } from "../shared/parts.ts";
import { checkLoss, honours } from "./checks.ts";
import { inFormula, inLatex } from "./formula.ts";
import { PROGRESS, type ProgressOptions, progressTensor, takesProgress } from "./progress.ts";
import type { Ramp } from "./ramp.ts";

/** Options of a sum of losses: those that all its parts honour, which others are refused. */
export interface SumOptions extends SharedOptions, SmoothOptions, ProgressOptions {
  /** Options of a part, under its name. @defaultValue what it was made a part with */
  readonly [part: `${string}Loss`]: unknown;
}

/** A part of a sum: a loss, its weight (1 if left out), and options of its own. */
export type LossPart<Own extends object, Weight> =
  | Loss<Own>
  | readonly [loss: Loss<Own>, weight?: Weight, options?: PartOptions<NoInfer<Own>>];

/** Parts of a sum, each with options of its own kind. */
export type LossParts<Own extends readonly object[], Weight> = readonly [
  ...{ readonly [K in keyof Own]: LossPart<Own[K], Weight> },
];

/** How a sum is called. */
export interface SumNaming {
  /** Name of the sum, in messages and reports. @defaultValue weights and names of the parts */
  readonly name?: string;
}

/** A part, checked. */
interface Part {
  readonly loss: Loss;
  readonly weight: number | Ramp;
  readonly options: Readonly<Record<string, unknown>>;
}

function checkWeight(op: string, argument: string, weight: unknown, ramps: boolean): void {
  if (ramps && typeof weight === "function") return;
  if (typeof weight === "number" && Number.isFinite(weight) && weight >= 0) return;
  const given = typeof weight === "function" ? "a function" : String(weight);
  refuse(OptionError, op, argument, given, `a number from 0${ramps ? ", or a function of progress" : ""}`);
}

function readPart(op: string, entry: unknown, at: number, ramps: boolean): Part {
  const argument = `part ${at + 1}`;
  const list: readonly unknown[] = Array.isArray(entry) ? entry : [entry];
  const [loss, weight = 1, options = {}] = list;
  checkLoss(op, argument, loss);
  checkWeight(op, `the weight of ${loss.name}`, weight, ramps);
  if (!honours(loss, "reduction"))
    refuse(
      OptionError,
      op,
      argument,
      `${loss.name}, without reduction`,
      "a loss that gives values of images",
    );
  const misplaced = partOf(loss.name).check?.(options) ?? null;
  if (misplaced !== null) refuse(OptionError, op, argument, "with other options", misplaced);
  optionReader(loss.name, loss.options)(options);
  return { loss, weight: weight as Part["weight"], options: options as Part["options"] };
}

function readParts(op: string, entries: unknown, ramps: boolean): Part[] {
  if (!Array.isArray(entries)) {
    const expected = "a list [[loss, weight, options], ...]";
    refuse(OptionError, op, "parts", isObject(entries) ? "an object" : String(entries), expected);
  }
  const parts = entries.map((entry, at) => readPart(op, entry, at, ramps));
  if (parts.every(({ weight }) => weight === 0))
    refuse(OptionError, op, "parts", parts.length === 0 ? "empty" : "of weight 0", "one that counts");
  return parts;
}

function commonModes(op: string, parts: readonly Part[]): Mode[] {
  const modes = MODES.filter((mode) => parts.every(({ loss }) => loss.modes.includes(mode)));
  if (modes.length > 0) return modes;
  const given = parts.map(({ loss }) => `${loss.name} (${loss.modes.join(", ")})`).join(" and ");
  refuse(OptionError, op, "parts", given, "losses with a mode in common");
}

/** Shared options that every part honours. */
function commonShared(losses: readonly Loss[]): SharedName[] {
  const names = Object.keys(SHARED) as SharedName[];
  return names.filter((name) => losses.every((loss) => honours(loss, name)));
}

/** What stands before a part; nothing for 1. */
function coefficient(weight: Part["weight"]): string {
  if (typeof weight === "function") return `${weight.name || "w(t)"} `;
  return weight === 1 ? "" : `${weight} `;
}

/** The sum in words; a part that is a sum itself stands in brackets. */
function textOf(parts: readonly Part[], word: (loss: Loss) => string): string {
  const words = parts.map(({ loss, weight }) => {
    const text = word(loss);
    return `${coefficient(weight)}${text.includes(" + ") ? `(${text})` : text}`;
  });
  return words.join(" + ");
}

/** Notes of the parts, each once. */
const union = (notes: readonly string[]) => [...new Set(notes.filter((note) => note !== ""))].join("; ");

function infoOf(parts: readonly Part[]) {
  const sum = (term: (loss: Loss) => string) =>
    parts.map(({ loss, weight }) => `${coefficient(weight)}${term(loss)}`).join(" + ");
  const title = textOf(parts, (loss) => loss.title);
  return {
    title,
    summary: `Together: ${title}.`,
    formula: `L = ${sum(inFormula)}`,
    latex: `L = ${sum(inLatex)}`,
    source: union(parts.map(({ loss }) => loss.source)),
    constants: union(parts.map(({ loss }) => loss.constants)),
  };
}

/** Parts whose name no other has: those that options can be given to by name. */
function namedParts(parts: readonly Part[]): string[] {
  const names = parts.map(({ loss }) => loss.name);
  return names.filter((name) => names.filter((other) => other === name).length === 1);
}

/** The weight of a part at a progress. */
function weightAt(sum: string, { loss, weight }: Part, progress: () => Tensor): number | Tensor {
  if (typeof weight === "number") return weight;
  const value = weight(progress());
  const argument = `the weight of ${loss.name}`;
  if (isTensor(value)) {
    if (value.rank !== 0) refuse(OptionError, sum, argument, `of rank ${value.rank}`, "a scalar");
    return value;
  }
  // A function written for numbers gives NaN for a tensor.
  checkWeight(sum, argument, value, false);
  return value;
}

/**
 * A loss of its parts.
 *
 * @param op - the public function, for messages
 * @param ramps - whether weights may be functions of the progress
 */
export function sumLoss(op: string, entries: unknown, naming: SumNaming, ramps: boolean): Loss<SumOptions> {
  const parts = readParts(op, entries, ramps);
  const losses = parts.map(({ loss }) => loss);
  const modes = commonModes(op, parts);
  const narrow = losses.filter((loss) => loss.modes.length < MODES.length).map((loss) => loss.name);
  const name = naming.name ?? textOf(parts, (loss) => loss.name);
  const ramped = parts.some(({ weight }) => typeof weight === "function");
  const byName = namedParts(parts);
  const options: Record<string, OptionSpec> = Object.fromEntries(byName.map((part) => [part, partOf(part)]));
  if (ramped || losses.some(takesProgress)) options.progress = PROGRESS;
  return defineLoss<Record<string, unknown>>(
    name,
    {
      ...infoOf(parts),
      family: "compound",
      modes,
      ...(narrow.length === 0 ? {} : { instead: `another part than ${narrow.join(", ")}` }),
      shared: commonShared(losses),
      options,
    },
    (_pixels, given, call) => {
      const progress = () => progressTensor(name, given as ProgressOptions);
      const counted = parts.filter(({ weight }) => weight !== 0);
      return sumOfParts(
        counted.map((part) => (prediction, target, shared) => {
          const { loss } = part;
          const ofName = byName.includes(loss.name) ? (given[loss.name] as object) : {};
          const time = takesProgress(loss) ? { progress: given.progress } : {};
          const all = { ...shared, ...time, ...part.options, ...ofName };
          return loss(prediction, target, all).mul(weightAt(name, part, progress));
        }),
        call,
      );
    },
  ) as Loss<SumOptions>;
}
