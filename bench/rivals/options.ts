/** The command line. */
import { jsonPath, optionPairs, UsageError, wholeNumber, wholeNumbers } from "../support/command-line.ts";
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

function lossNames(text: string): LossName[] {
  const names = text.split(",").map((name) => {
    const known = LOSSES.find((loss) => loss === name);
    if (known === undefined) throw new UsageError(`--losses: "${name}" is none of ${LOSSES.join(", ")}`);
    return known;
  });
  return [...new Set(names)];
}

export function parseOptions(args: readonly string[]): Options {
  const options = {
    json: null as string | null,
    losses: LOSSES as readonly LossName[],
    sizes: [256, 512],
    rounds: 8,
    threads: [1, 2],
  };
  const known = ["--json", "--losses", "--sizes", "--rounds", "--threads"];
  for (const [name, text] of optionPairs(args, known)) {
    if (name === "--json") options.json = jsonPath(text);
    else if (name === "--losses") options.losses = lossNames(text);
    // gpu.js by hand sums in 512 lanes an image, the yardstick in blocks of 256 pixels.
    else if (name === "--sizes") options.sizes = wholeNumbers(name, text, 32, 1024, 32);
    else if (name === "--threads") options.threads = wholeNumbers(name, text, 1, 64);
    else options.rounds = wholeNumber(name, text, 1, 1000);
  }
  return options;
}
