/** Reading options: anything odd is told before any work is done. */
import { existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

export class UsageError extends Error {}

/** Names and values of "--name value" and "--name=value"; those of `flags` have none. */
export function optionPairs(
  args: readonly string[],
  known: readonly string[],
  flags: readonly string[] = [],
): [name: string, value: string][] {
  const words = args.flatMap((word) =>
    /^--[\w-]+=/.test(word) ? [word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)] : [word],
  );
  const pairs: [string, string][] = [];
  for (let i = 0; i < words.length; i++) {
    const name = words[i];
    if (flags.includes(name)) {
      pairs.push([name, ""]);
      continue;
    }
    if (!known.includes(name)) throw new UsageError(`there is no option ${name}`);
    const value = words[++i];
    if (value === undefined || value === "" || value.startsWith("--"))
      throw new UsageError(`${name} needs a value`);
    pairs.push([name, value]);
  }
  return pairs;
}

export function wholeNumbers(name: string, text: string, least: number, most: number, step = 1): number[] {
  const numbers = text.split(",").map(Number);
  const good = (x: number) => Number.isInteger(x) && x >= least && x <= most && x % step === 0;
  const bad = text.split(",").find((_, i) => !good(numbers[i]));
  if (bad === undefined) return [...new Set(numbers)];
  const multiple = step === 1 ? "" : `, multiples of ${step}`;
  throw new UsageError(`${name} is "${text}", expected whole numbers from ${least} to ${most}${multiple}`);
}

export function wholeNumber(name: string, text: string, least: number, most: number, step = 1): number {
  const [number, more] = wholeNumbers(name, text, least, most, step);
  if (more !== undefined) throw new UsageError(`${name} is "${text}", expected one number`);
  return number;
}

export function jsonPath(text: string): string {
  const path = resolve(text);
  if (!existsSync(dirname(path))) throw new UsageError(`--json: there is no folder ${dirname(text)}`);
  if (existsSync(path) && !statSync(path).isFile()) throw new UsageError(`--json: ${text} is not a file`);
  return path;
}
