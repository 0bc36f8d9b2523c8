/** What a command is: its arguments, its help, its run. Arguments are parsed by Node's own parser. */
import { parseArgs } from "node:util";

/** A mistake in how the program was called: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** One `--option` of a command. */
export interface OptionHelp {
  readonly type: "string" | "boolean";
  /** One letter that stands for the name. */
  readonly short?: string;
  /** What stands for the value in the help. */
  readonly value?: string;
  readonly doc: string;
}

/** What the user typed, parsed. */
export interface Parsed {
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** What follows the name, as the help shows it. */
  readonly usage: string;
  readonly options: Readonly<Record<string, OptionHelp>>;
  readonly examples: readonly string[];
  /** Returns the exit code. */
  readonly run: (parsed: Parsed) => Promise<number>;
}

/** Options that every command takes. */
export const COMMON: Readonly<Record<string, OptionHelp>> = {
  json: { type: "boolean", doc: "print JSON instead of text" },
  help: { type: "boolean", short: "h", doc: "show this help" },
};

/** The option of commands that compute. */
export const BACKEND: OptionHelp = {
  type: "string",
  value: "ID",
  doc: "executor: auto, wasm, cpu, webasm, headlessgl, reference (default: auto)",
};

/** Parses what follows a command's name. */
export function parseCommand(command: Command, argv: readonly string[]): Parsed {
  const known = { ...command.options, ...COMMON };
  const options = Object.fromEntries(
    Object.entries(known).map(([name, { type, short }]) => [
      name,
      short === undefined ? { type } : { type, short },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options,
      allowPositionals: true,
      strict: true,
    });
    return { positionals, options: values as Parsed["options"] };
  } catch (error) {
    // Node's message may run over several lines of advice; its first sentence says what is wrong.
    throw new UsageError(`${command.name}: ${(error as Error).message.split(". ")[0]}`);
  }
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}

/** The help of one command. */
export function commandHelp(command: Command): string {
  const rows = Object.entries({ ...command.options, ...COMMON }).map(
    ([name, { value, doc }]): [string, string] => [`--${name}${value === undefined ? "" : ` ${value}`}`, doc],
  );
  const examples = command.examples.map((example) => `  ${example}`).join("\n");
  return `${command.summary}\n\nUsage: segtape ${command.name} ${command.usage}\n\nOptions:\n${table(rows)}\n\nExamples:\n${examples}\n`;
}

/** The help of the program. */
export function programHelp(commands: readonly Command[]): string {
  const rows = commands.map(({ name, summary }): [string, string] => [name, summary]);
  return `segtape: segmentation losses and their gradients\n\nUsage: segtape COMMAND [options]\n\nCommands:\n${table(rows)}\n\nsegtape COMMAND --help tells more. Exit codes: 0 done, 1 failed, 2 wrong usage.\n`;
}
