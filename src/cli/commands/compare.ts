/** `segtape compare`: several losses, each trained from several seeds on the same data, as a table and one page. */
import { basename, join, resolve } from "node:path";
import { FileError, refuse } from "../../errors.ts";
import { writeFileAtomic } from "../../io/index.ts";
import { lastReport } from "../../run/backends.ts";
import {
  type ComparedRun,
  type Comparison,
  findingsOf,
  metricSpread,
  overviewColumns,
  renderComparison,
  spreadText,
  verdictOf,
} from "../../study/index.ts";
import { chooseBackend, outOf, refuseBeside, wholeNumber } from "../choose.ts";
import { type Command, type OptionHelp, type Parsed, UsageError } from "../command.ts";
import { DEMO, demoData } from "../comparing/demo.ts";
import { exampleNames, gather } from "../comparing/gather.ts";
import { type Common, knownResult, runTask, type Task } from "../comparing/runs.ts";
import { chosenLosses, lossOptions } from "../loss-choice.ts";
import { checkOutput, makeFolder } from "../output.ts";
import { printJson, printTable } from "../print.ts";
import { listen } from "../training/interrupt.ts";
import { DATA_OPTIONS, TRAINING_OPTIONS } from "../training/options.ts";
import { type Plan, wordsOf } from "../training/plan.ts";
import { displayFor } from "../training/progress.ts";
import { planFor, readData } from "../training/request.ts";
import { jsonText, namesIn, readJson } from "../training/run-folder.ts";
import type { ChosenLoss } from "../training/setup.ts";

const MARK = "comparison.json";

// Runs that end by the clock have not had the same steps.
const { minutes: _minutes, "checkpoint-every": _every, ...TRAINING } = TRAINING_OPTIONS;

const OPTIONS: Readonly<Record<string, OptionHelp>> = {
  losses: { type: "string", value: "LIST", doc: "losses by commas, as dice,focalTversky,dice+0.5*bce" },
  "loss-options": {
    type: "string",
    value: "JSON",
    doc: 'options by loss, also within sums: {"diceLoss": {"smooth": 0}}',
  },
  seeds: { type: "string", value: "N", doc: "trainings of each loss, with the seeds 1 to N (default: 3)" },
  ...DATA_OPTIONS,
  demo: { type: "boolean", doc: "small procedural images instead of files, and a short training" },
  out: { type: "string", value: "DIR", doc: "where runs and report go (default: segtape-comparison)" },
  examples: { type: "string", value: "N", doc: "validation images shown in the report (default: 3)" },
  ...TRAINING,
};

/** Refuses a folder that holds something else, or a comparison of other data or trainings. */
async function checkFolder(out: string, mark: { plan: Plan; data: string }): Promise<void> {
  const names = await namesIn(out, "compare");
  if (names === null || names.length === 0) return;
  if (!names.includes(MARK))
    refuse(
      FileError,
      "compare",
      "--out",
      `${out}, which holds ${names.slice(0, 3).join(", ")}`,
      "a comparison, or a new or empty folder",
    );
  const known = await readJson(join(out, MARK), "segtape-comparison");
  for (const part of ["data", "plan"] as const) {
    if (JSON.stringify(known[part]) === JSON.stringify(mark[part])) continue;
    const what = part === "data" ? "other images, masks or held-out images" : "another training";
    refuse(
      FileError,
      "compare",
      "--out",
      `${out}, a comparison with ${what}`,
      "the same again, or another folder",
    );
  }
}

function chosenOf(parsed: Parsed): ChosenLoss[] {
  const text = parsed.options.losses as string | undefined;
  if (text === undefined) throw new UsageError("compare needs --losses LIST");
  const chosen = chosenLosses(wordsOf(text, "losses"));
  const options = lossOptions(parsed, chosen, "loss-options");
  return chosen.map((loss) => ({ loss, options: options[loss.name] ?? {} }));
}

async function trainAll(
  common: Common,
  tasks: readonly Task[],
): Promise<{ runs: ComparedRun[]; reused: number }> {
  const known: (ComparedRun | null)[] = [];
  for (const task of tasks) known.push(await knownResult(common, task));
  let toCome = known.filter((result) => result === null).length;
  const runs: ComparedRun[] = [];
  for (const [at, task] of tasks.entries()) {
    if (common.signal.aborted) break;
    const result = known[at] ?? (await runTask(common, task, --toCome));
    if (result !== null) runs.push(result);
  }
  return { runs, reused: known.filter((result) => result !== null).length };
}

function printComparison(comparison: Comparison): void {
  const columns = overviewColumns(comparison);
  printTable(
    ["loss", ...columns.map(({ title }) => title)],
    comparison.losses.map(({ name }) => [
      name,
      ...columns.map(({ metric, aspect }) => spreadText(metricSpread(comparison, name, metric, aspect))),
    ]),
  );
  const verdict = verdictOf(comparison);
  process.stdout.write("\n");
  if (verdict !== null) process.stdout.write(`${verdict}\n`);
  for (const { loss, sentence } of findingsOf(comparison)) process.stdout.write(`${loss}: ${sentence}\n`);
}

export const compareCommand: Command = {
  name: "compare",
  summary: "Train the same network with several losses, and tell what came of it",
  usage: "--losses LIST --images DIR --masks DIR --out DIR",
  options: OPTIONS,
  examples: [
    "segtape compare --demo",
    "segtape compare --losses dice,focal,binaryCrossEntropy --seeds 3 --images images --masks masks --out comparison",
  ],
  async run(typed) {
    const { positionals, options } = typed;
    if (positionals.length > 0)
      throw new UsageError(`compare takes no ${JSON.stringify(positionals[0])}, only options`);
    const demo = options.demo === true;
    if (demo) refuseBeside(typed, "--demo, which brings its own images", Object.keys(DATA_OPTIONS));
    const fallbacks = demo ? DEMO : {};
    const parsed: Parsed = { ...typed, options: { ...fallbacks, ...options } };
    const out = outOf(parsed, demo ? "segtape-demo" : "segtape-comparison");
    const chosen = chosenOf(parsed);
    const seeds = wholeNumber(parsed, "seeds", 3, 1, 1000);
    const plan = planFor(typed, fallbacks);
    const shown = wholeNumber(parsed, "examples", 3, 0, 100);
    const data = demo ? demoData() : await readData("compare", parsed);
    if (data.validation.length === 0)
      refuse(FileError, "compare", "--validation", "nothing", "images to measure on: at least two in all");
    const mark = { plan, data: data.fingerprint };
    await checkFolder(out, mark);
    await checkOutput(out, []);
    await chooseBackend(parsed);
    await makeFolder(out);
    await writeFileAtomic(join(out, MARK), jsonText({ format: "segtape-comparison", revision: 1, ...mark }));

    const json = options.json === true;
    const interruption = listen();
    const common: Common = {
      out,
      plan,
      data,
      examples: exampleNames(data, shown),
      display: displayFor(json),
      signal: interruption.signal,
    };
    const tasks = Array.from({ length: seeds }, (_, at) =>
      chosen.map((one) => ({ chosen: one, seed: at + 1 })),
    ).flat();
    const { runs, reused } = await trainAll(common, tasks).finally(interruption.release);
    if (interruption.code() !== 0) {
      if (json) printJson({ out, interrupted: true, finished: runs.length, of: tasks.length });
      else
        process.stdout.write(
          `Interrupted: ${runs.length} of ${tasks.length} runs are finished. The same command goes on from here.\n`,
        );
      return interruption.code();
    }
    const executor = (await lastReport())?.ran ?? "none: every run was there already";
    const name = demo ? "procedural phantoms" : basename(resolve(parsed.options.images as string));
    const comparison = await gather(common, chosen, runs, { name, executor });
    const { examples: _examples, ...figures } = comparison;
    const results = { ...figures, findings: findingsOf(comparison), verdict: verdictOf(comparison) };
    const page = join(out, "report.html");
    await writeFileAtomic(join(out, "results.json"), jsonText(results));
    await writeFileAtomic(page, renderComparison(comparison));
    if (json) printJson({ report: page, reused, ...results });
    else {
      printComparison(comparison);
      process.stdout.write(
        `\n${runs.length} runs${reused > 0 ? `, ${reused} of them from before` : ""}. Report: ${page}\n`,
      );
    }
    return runs.some(({ status }) => status === "failed") || runs.every(({ status }) => status !== "ok")
      ? 1
      : 0;
  },
};
