/** Losses as they are written on the command line: by name, abbreviated, or as sums such as `dice+0.5*bce`. */
import { losses } from "../losses/catalogue.ts";
import { weightedSum } from "../losses/combine/weighted-sum.ts";
import type { Loss } from "../losses/shared/define-loss.ts";
import { type Parsed, UsageError } from "./command.ts";

/** What everybody writes. */
const ABBREVIATIONS: Readonly<Record<string, string>> = {
  bce: "binaryCrossEntropyLoss",
  ce: "categoricalCrossEntropyLoss",
};

/** A loss by its name, by the name without its "Loss", or by its abbreviation. */
function catalogued(name: string): Loss {
  const full = [name, `${name}Loss`, ABBREVIATIONS[name]].find((one) => Object.hasOwn(losses, one ?? ""));
  if (full === undefined) {
    throw new UsageError(
      `no loss ${JSON.stringify(name)}, expected some of ${Object.keys(losses).join(", ")}`,
    );
  }
  return losses[full];
}

/** `dice`, `0.5*dice` or, as sums are printed, `0.5 diceLoss`. */
const TERM = /^(?:(\d*\.?\d+(?:e-?\d+)?)(?:\s*\*\s*|\s+))?([a-z]\w*)$/i;

function termOf(text: string, sum: string): [loss: Loss, weight: number] {
  const [, weight = "1", name] = TERM.exec(text.trim()) ?? [];
  if (name === undefined || !(Number(weight) > 0))
    throw new UsageError(
      `${JSON.stringify(sum)} has the term ${JSON.stringify(text.trim())}, expected terms by +, such as dice or 0.5*bce`,
    );
  return [catalogued(name), Number(weight)];
}

/** A loss, or a weighted sum of several. */
function lossNamed(text: string): Loss {
  if (!/[+*\s]/.test(text)) return catalogued(text);
  const terms = text.split("+").map((term) => termOf(term, text));
  const names = terms.map(([loss]) => loss.name);
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice !== undefined) throw new UsageError(`${JSON.stringify(text)} has ${twice} twice`);
  return terms.length === 1 && terms[0][1] === 1 ? terms[0][0] : weightedSum(terms);
}

/** Whether it is a sum that was made here. */
const isSum = ({ name }: Loss): boolean => !Object.hasOwn(losses, name);

/** The losses named, each once, or all; `dice` will do for `diceLoss`. */
export function chosenLosses(names: readonly string[]): Loss[] {
  if (names.length === 0) return Object.values(losses);
  return [...new Map(names.map(lossNamed).map((loss) => [loss.name, loss])).values()];
}

type Options = Record<string, unknown>;

const isObject = (x: unknown): x is Options => typeof x === "object" && x !== null && !Array.isArray(x);

function objectOf(text: string, option: string, example: string): Options {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (isObject(value)) return value;
  throw new UsageError(`--${option} is ${JSON.stringify(text)}, expected JSON such as ${example}`);
}

/**
 * Options of the chosen losses given as JSON: `{"diceLoss": {"smooth": 0}}`. Those of a loss that is part of a sum go to
 * it there as well.
 */
export function lossOptions(
  { options }: Parsed,
  chosen: readonly Loss[],
  option = "options",
): Record<string, Options> {
  const text = options[option] as string | undefined;
  if (text === undefined) return {};
  const seen = new Set<string>();
  const found: Record<string, Options> = {};
  for (const [word, own] of Object.entries(objectOf(text, option, '{"diceLoss": {"smooth": 0}}'))) {
    const { name } = lossNamed(word);
    if (!isObject(own))
      throw new UsageError(
        `--${option} has ${JSON.stringify(own)} for ${word}, expected an object of options`,
      );
    const whole = chosen.filter((loss) => loss.name === name);
    const sums = chosen.filter((loss) => isSum(loss) && Object.hasOwn(loss.options, name));
    if (whole.length + sums.length === 0)
      throw new UsageError(`--${option} is for ${name}, which is not chosen`);
    if (seen.has(name)) throw new UsageError(`--${option} names ${name} twice`);
    seen.add(name);
    for (const loss of whole) found[loss.name] = { ...found[loss.name], ...own };
    for (const loss of sums) found[loss.name] = { ...found[loss.name], [name]: own };
  }
  return found;
}

/** Options of the one loss chosen: `{"smooth": 0}`; of a sum by part, `{"dice": {"smooth": 0}}`. */
export function ownOptions({ options }: Parsed, loss: Loss, option: string): Options {
  const text = options[option] as string | undefined;
  if (text === undefined) return {};
  if (!isSum(loss)) return objectOf(text, option, '{"smooth": 0}');
  const own: Options = {};
  for (const [word, value] of Object.entries(objectOf(text, option, '{"dice": {"smooth": 0}}'))) {
    const name = Object.hasOwn(loss.options, word) ? word : lossNamed(word).name;
    if (!Object.hasOwn(loss.options, name))
      throw new UsageError(`--${option} is for ${name}, which is no part of ${loss.name}`);
    if (name in own) throw new UsageError(`--${option} names ${name} twice`);
    own[name] = value;
  }
  return own;
}
