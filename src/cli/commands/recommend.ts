/** `segtape recommend`: which losses suit a folder of masks, and why. */
import { basename, join, resolve } from "node:path";
import { readMasks } from "../../io/index.ts";
import {
  callText,
  type MaskMeasures,
  MEASURE_COLUMNS,
  measureMasks,
  measureRows,
  type RankedLoss,
  type Recommendation,
  recommendLosses,
  renderRecommendation,
  sceneText,
  sizeText,
} from "../../study/index.ts";
import { chooseBackend, outOf, seedOf, wholeNumber } from "../choose.ts";
import { BACKEND, type Command, type Parsed, UsageError } from "../command.ts";
import { checkOutput, writeOutput } from "../output.ts";
import { Progress, printJson, printTable } from "../print.ts";
import { DATA_OPTIONS } from "../training/options.ts";
import { classesOf } from "../training/plan.ts";
import { version } from "../version.ts";

type Report = (done: number, total: number, name: string) => void;

/** A bar of its own for a part of the work. */
async function withProgress<T>(what: string, work: (report: Report) => T | Promise<T>): Promise<T> {
  let bar: Progress | null = null;
  try {
    return await work((done, total, name) => {
      bar ??= new Progress(total);
      bar.update(done, `${what} ${name}`);
    });
  } finally {
    (bar as Progress | null)?.stop();
  }
}

async function measured(parsed: Parsed, folder: string): Promise<MaskMeasures> {
  const classes = classesOf(parsed);
  const limit = wholeNumber(parsed, "limit", Number.MAX_SAFE_INTEGER, 1);
  const { masks, labels } = await withProgress("reading", (onProgress) =>
    readMasks(folder, { ...(classes === undefined ? {} : { classes }), limit, onProgress }),
  );
  const names = labels.classes.map(({ name }) => name);
  return withProgress("measuring", (onProgress) => measureMasks(masks, names, onProgress));
}

const write = (text: string) => void process.stdout.write(`${text}\n`);

const item = (loss: RankedLoss) =>
  write(`  - ${callText(loss)}${loss.partner ? " (beside another)" : ""}: ${loss.reason}.`);

function print(found: Recommendation): void {
  const { measures, needs, warnings, suggestion, unmeasured } = found;
  write(`${sizeText(measures)}\n`);
  printTable(MEASURE_COLUMNS, measureRows(measures));
  for (const { title, because, losses } of needs) {
    write(`\n${title}: ${because}.`);
    if (losses.length === 0) write("  None of the candidates answers it.");
    losses.forEach(item);
  }
  if (warnings.length > 0) write("\nMind:");
  for (const { text } of warnings) write(`  - ${text}`);
  write(`\nStart with: ${callText(suggestion)}`);
  for (const reason of suggestion.reasons) write(`  ${reason}`);
  if (suggestion.add.length > 0)
    write("It does not answer everything. If these mistakes remain, add one with a small weight:");
  suggestion.add.forEach(item);
  write(`\n${sceneText(found)}`);
  for (const { name, status, message } of unmeasured) write(`${name}: ${status}: ${message}`);
}

export const recommendCommand: Command = {
  name: "recommend",
  summary: "Measure the masks of a data set, and say which losses suit it, and why",
  usage: "--masks DIR [--classes LIST]",
  options: {
    masks: { type: "string", value: "DIR", doc: "PNG masks: grey, palette or colours" },
    classes: DATA_OPTIONS.classes,
    limit: {
      type: "string",
      value: "N",
      doc: "at most N masks, evenly spread over the names (default: all)",
    },
    out: { type: "string", value: "DIR", doc: "write report.html and recommendation.json there" },
    seed: { type: "string", value: "N", doc: "of the forms in the scenes (default: 7)" },
    backend: BACKEND,
  },
  examples: [
    "segtape recommend --masks masks",
    "segtape recommend --masks label --classes membrane=0,cell=255 --out recommendation",
    "segtape recommend --masks masks --limit 50 --json",
  ],
  async run(parsed) {
    const { positionals, options } = parsed;
    if (positionals.length > 0)
      throw new UsageError(`recommend takes no ${JSON.stringify(positionals[0])}, only options`);
    const folder = options.masks as string | undefined;
    if (folder === undefined || folder === "") throw new UsageError("recommend needs --masks DIR");
    const seed = seedOf(parsed, 7);
    const out = options.out === undefined ? null : outOf(parsed);
    if (out !== null) await checkOutput(out, []);
    await chooseBackend(parsed);
    const measures = await measured(parsed, folder);
    const found = await withProgress("asking", (onProgress) =>
      recommendLosses(measures, { seed, onProgress }),
    );
    const page = out === null ? null : join(out, "report.html");
    if (out !== null) {
      const facts = {
        title: `Which loss for ${basename(resolve(folder))}`,
        created: new Date().toISOString(),
        version,
      };
      const files = new Map([
        ["recommendation.json", `${JSON.stringify(found, null, 2)}\n`],
        ["report.html", renderRecommendation(found, facts)],
      ]);
      await writeOutput(out, [], files);
    }
    if (options.json === true) printJson({ ...(page === null ? {} : { report: page }), ...found });
    else {
      print(found);
      if (page !== null) write(`Report: ${page}`);
    }
    return found.unmeasured.some(({ status }) => status === "failed") ? 1 : 0;
  },
};
