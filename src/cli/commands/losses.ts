/** `segtape losses`: the catalogue. */
import type { Loss } from "../../losses/shared/define-loss.ts";
import type { Command } from "../command.ts";
import { chosenLosses } from "../loss-choice.ts";
import { printJson, printTable } from "../print.ts";

function asJson(loss: Loss) {
  const { name, title, family, summary, formula, latex, source, constants, options } = loss;
  return { name, title, family, summary, formula, latex, source, constants, options };
}

function describe(loss: Loss): string {
  const options = Object.entries(loss.options).map(([name, { default: fallback, doc }]) => {
    const value = fallback === undefined ? "" : ` (${JSON.stringify(fallback)})`;
    return `  ${name}${value}: ${doc}`;
  });
  const constants = loss.constants === "" ? [] : [`Constant for derivatives: ${loss.constants}`];
  return [
    `${loss.title} (${loss.name}, ${loss.family})`,
    loss.summary,
    `  ${loss.formula}`,
    `Source: ${loss.source}`,
    ...constants,
    "Options (defaults):",
    ...options,
  ].join("\n");
}

export const lossesCommand: Command = {
  name: "losses",
  summary: "List the losses, or tell all about some of them",
  usage: "[LOSS...]",
  options: {},
  examples: ["segtape losses", "segtape losses dice focalTversky", "segtape losses --json"],
  async run({ positionals, options }) {
    const chosen = chosenLosses(positionals);
    if (options.json === true) printJson(chosen.map(asJson));
    else if (positionals.length > 0) process.stdout.write(`${chosen.map(describe).join("\n\n")}\n`);
    else
      printTable(
        ["loss", "family", "formula"],
        chosen.map((loss) => [loss.name, loss.family, loss.formula]),
      );
    return 0;
  },
};
