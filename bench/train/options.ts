/** The command line. */
import { jsonPath, optionPairs, UsageError, wholeNumber, wholeNumbers } from "../support/command-line.ts";
import { SIZE } from "./network.ts";

export const PARTS = ["pytorch", "jax", "tfjs", "checks"] as const;
export type Part = (typeof PARTS)[number];

export interface Options {
  /** Where the figures go; `null` for nowhere. */
  readonly json: string | null;
  readonly rounds: number;
  readonly threads: readonly number[];
  /** Side of the images; figures are meant to be of 128. */
  readonly size: number;
  readonly skip: readonly Part[];
  /** Seconds that jax-js has. */
  readonly jaxLimit: number;
  /** The Python that has torch; `null` to look for one. */
  readonly python: string | null;
  /** Memory growth over 1000 steps of the full size instead of 200. */
  readonly long: boolean;
}

export const USAGE = `npm run bench:train -- [--json FILE] [--rounds 10] [--threads 1,2] [--size ${SIZE}] [--skip ${PARTS.join(",")}] [--jax-limit 180] [--python PROGRAM] [--long]`;

function parts(text: string): Part[] {
  return text.split(",").map((name) => {
    const part = PARTS.find((known) => known === name);
    if (part === undefined) throw new UsageError(`--skip: "${name}" is none of ${PARTS.join(", ")}`);
    return part;
  });
}

export function parseOptions(args: readonly string[]): Options {
  const options = {
    json: null as string | null,
    rounds: 10,
    threads: [1, 2],
    size: SIZE,
    skip: [] as Part[],
    jaxLimit: 180,
    python: null as string | null,
    long: false,
  };
  const known = ["--json", "--rounds", "--threads", "--size", "--skip", "--jax-limit", "--python"];
  for (const [name, text] of optionPairs(args, known, ["--long"])) {
    if (name === "--json") options.json = jsonPath(text);
    else if (name === "--rounds") options.rounds = wholeNumber(name, text, 1, 1000);
    else if (name === "--threads") options.threads = wholeNumbers(name, text, 1, 64);
    else if (name === "--size") options.size = wholeNumber(name, text, 16, 512, 16);
    else if (name === "--skip") options.skip = parts(text);
    else if (name === "--jax-limit") options.jaxLimit = wholeNumber(name, text, 1, 3600);
    else if (name === "--python") options.python = text;
    else options.long = true;
  }
  return options;
}
