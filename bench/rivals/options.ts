/** The command line. Anything odd is told before any work is done. */
import { existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { LOSSES, type LossName } from "./subjects/types.ts";

export interface Options {
  /** Where the figures go; `null` for nowhere. */
  readonly json: string | null;
  readonly losses: readonly LossName[];
  readonly sizes: readonly number[];
  readonly rounds: number;
  readonly threads: readonly number[];
}

export const USAGE = `npm run bench:rivals -- [--json FILE] [--losses ${LOSSES.join(",")}] [--sizes 256,512] [--rounds 8] [--threads 1,2]`;

export class UsageError extends Error {}

function wholeNumbers(name: string, text: string, least: number, most: number, step = 1): number[] {
  const numbers = text.split(",").map(Number);
  const good = (x: number) => Number.isInteger(x) && x >= least && x <= most && x % step === 0;
  const bad = text.split(",").find((_, i) => !good(numbers[i]));
  if (bad === undefined) return [...new Set(numbers)];
  const multiple = step === 1 ? "" : `, multiples of ${step}`;
  throw new UsageError(`${name} is "${text}", expected whole numbers from ${least} to ${most}${multiple}`);
}

function lossNames(text: string): LossName[] {
  const names = text.split(",").map((name) => {
    const known = LOSSES.find((loss) => loss === name);
    if (known === undefined) throw new UsageError(`--losses: "${name}" is none of ${LOSSES.join(", ")}`);
    return known;
  });
  return [...new Set(names)];
}

function jsonPath(text: string): string {
  const path = resolve(text);
  if (!existsSync(dirname(path))) throw new UsageError(`--json: there is no folder ${dirname(text)}`);
  if (existsSync(path) && !statSync(path).isFile()) throw new UsageError(`--json: ${text} is not a file`);
  return path;
}

export function parseOptions(args: readonly string[]): Options {
  const options = {
    json: null as string | null,
    losses: LOSSES as readonly LossName[],
    sizes: [256, 512],
    rounds: 8,
    threads: [1, 2],
  };
  // "--name=text" reads like "--name text".
  const words = args.flatMap((word) =>
    /^--\w+=/.test(word) ? [word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)] : [word],
  );
  for (let i = 0; i < words.length; i += 2) {
    const [name, text] = [words[i], words[i + 1]];
    if (!["--json", "--losses", "--sizes", "--rounds", "--threads"].includes(name)) {
      throw new UsageError(`there is no option ${name}`);
    }
    if (text === undefined || text === "" || text.startsWith("--"))
      throw new UsageError(`${name} needs a value`);
    if (name === "--json") options.json = jsonPath(text);
    else if (name === "--losses") options.losses = lossNames(text);
    // gpu.js by hand sums in 512 lanes an image, the yardstick in blocks of 256 pixels.
    else if (name === "--sizes") options.sizes = wholeNumbers(name, text, 32, 1024, 32);
    else if (name === "--threads") options.threads = wholeNumbers(name, text, 1, 64);
    else {
      const [rounds, more] = wholeNumbers(name, text, 1, 1000);
      if (more !== undefined) throw new UsageError(`${name} is "${text}", expected one number`);
      options.rounds = rounds;
    }
  }
  return options;
}
