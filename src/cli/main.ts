#!/usr/bin/env node
/** The `segtape` program: finds the command, runs it, turns errors into one line and an exit code. */
import { SegtapeError } from "../errors.ts";
import { DataError } from "../io/pairs.ts";
import { type Command, commandHelp, parseCommand, programHelp, UsageError } from "./command.ts";
import { compareCommand } from "./commands/compare.ts";
import { doctor } from "./commands/doctor.ts";
import { gradcheckCommand } from "./commands/gradcheck.ts";
import { lossesCommand } from "./commands/losses.ts";
import { predictCommand } from "./commands/predict.ts";
import { recommendCommand } from "./commands/recommend.ts";
import { studioCommand } from "./commands/studio.ts";
import { studyCommand } from "./commands/study.ts";
import { trainCommand } from "./commands/train.ts";
import { version } from "./version.ts";

const COMMANDS: readonly Command[] = [
  recommendCommand,
  studyCommand,
  trainCommand,
  predictCommand,
  compareCommand,
  lossesCommand,
  gradcheckCommand,
  doctor,
  studioCommand,
];

async function run(argv: readonly string[]): Promise<number> {
  const [first, second] = argv;
  const asksHelp = first === "--help" || first === "-h" || first === "help";
  if (first === undefined || (asksHelp && second === undefined)) {
    process.stdout.write(programHelp(COMMANDS));
    return first === undefined ? 2 : 0;
  }
  const [name, ...rest] = asksHelp ? [second, "--help"] : argv;
  if (name === "--version") {
    process.stdout.write(`${version}\n`);
    return 0;
  }
  const command = COMMANDS.find((one) => one.name === name);
  if (command === undefined) {
    throw new UsageError(
      `no command ${JSON.stringify(name)}, expected one of ${COMMANDS.map((one) => one.name).join(", ")}`,
    );
  }
  const parsed = parseCommand(command, rest);
  if (parsed.options.help === true) {
    process.stdout.write(commandHelp(command));
    return 0;
  }
  return command.run(parsed);
}

/** One line; a list of problems has a line for each. */
function textOf(error: unknown): string {
  if (error instanceof DataError && error.problems.length > 1) {
    const [head] = error.message.split(`: ${error.problems[0]}`);
    return [`${head}:`, ...error.problems.map((problem) => `  ${problem}`)].join("\n");
  }
  return (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, " ");
}

// Who reads may stop reading (`segtape losses | head -1`): that is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
}

run(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.exitCode = error instanceof UsageError ? 2 : 1;
    const kind = error instanceof SegtapeError || error instanceof UsageError ? "" : "unexpected error: ";
    process.stderr.write(`segtape: ${kind}${textOf(error)}\n`);
    if (kind !== "" && process.env.SEGTAPE_DEBUG !== undefined)
      process.stderr.write(`${(error as Error).stack}\n`);
  },
);
