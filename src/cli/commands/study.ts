/** `segtape study`: what losses say of a prediction, as files and as one page. */
import { join } from "node:path";
import { SegtapeError } from "../../errors.ts";
import { encodeNpy } from "../../io/index.ts";
import type { Loss } from "../../losses/shared/define-loss.ts";
import { backends, lastReport } from "../../run/backends.ts";
import { gradientChart, lossChart } from "../../study/curves.ts";
import type { StudyPair } from "../../study/measure.ts";
import { renderReport } from "../../study/report.ts";
import { runStudy, type StudiedLoss, studyReport } from "../../study/study.ts";
import type { StudyTool } from "../../study/tools/index.ts";
import { chooseBackend, outOf } from "../choose.ts";
import { BACKEND, type Command, type Parsed } from "../command.ts";
import { chosenLosses, lossOptions } from "../loss-choice.ts";
import { checkOutput, writeOutput } from "../output.ts";
import { Progress, printJson, printTable, short } from "../print.ts";
import {
  chosenTools,
  printFindings,
  printToolList,
  runTools,
  TOOLS,
  toolFigures,
  toolFiles,
  wantsToolList,
} from "../study-tools.ts";
import { type Subject, subjectOf } from "../subject.ts";
import { version } from "../version.ts";

/** Folders within the report's. */
const FOLDERS = ["gradients", "curves"];

/** What `--json` prints and `results.json` keeps: figures without pictures. */
function figures({ gradientMap: _map, gradientPng: _png, ...rest }: StudiedLoss) {
  return rest;
}

function filesOf(results: readonly StudiedLoss[], html: string, { width, height }: StudyPair, npy: boolean) {
  const files = new Map<string, Uint8Array | string>();
  for (const { name, gradientPng, gradientMap, curves } of results) {
    if (gradientPng !== undefined) files.set(`gradients/${name}.png`, gradientPng);
    if (npy && gradientMap !== undefined)
      files.set(`gradients/${name}.npy`, encodeNpy(gradientMap, [height, width]));
    if (curves !== undefined) {
      files.set(`curves/${name}-loss.svg`, lossChart(curves, { id: `${name}-loss`, standalone: true }));
      files.set(
        `curves/${name}-gradient.svg`,
        gradientChart(curves, { id: `${name}-gradient`, standalone: true }),
      );
    }
  }
  files.set("results.json", `${JSON.stringify(results.map(figures), null, 2)}\n`);
  files.set("report.html", html);
  return files;
}

function printResults(results: readonly StudiedLoss[]): void {
  const number = (x: number | undefined, digits = short) => (x === undefined ? "" : digits(x));
  printTable(
    ["loss", "value", "|gradient|", "max", "vanished", "gradcheck", "ms"],
    results.map((r) => [
      r.name,
      number(r.value),
      number(r.gradientNorm),
      number(r.gradientMax),
      number(r.vanishingShare, (x) => `${(100 * x).toFixed(1)} %`),
      number(r.gradcheckError, (x) => x.toExponential(1)),
      number(r.milliseconds, (x) => x.toFixed(1)),
    ]),
  );
  for (const { name, status, message } of results)
    if (status !== "ok") process.stdout.write(`${name}: ${status}: ${message}\n`);
}

/** A page on which no loss says anything is no result. */
function refuseAllRefused(results: readonly StudiedLoss[]): void {
  if (results.some(({ status }) => status !== "refused")) return;
  throw new SegtapeError(results[0].message ?? "every loss was refused", { op: "study" });
}

interface Plan {
  readonly chosen: readonly Loss[];
  readonly tools: readonly StudyTool[];
  readonly own: Readonly<Record<string, Record<string, unknown>>>;
  readonly subject: Subject;
}

/** The study, then the tools. */
async function measureAll({ options }: Parsed, { chosen, tools, own, subject }: Plan) {
  const progress = new Progress(chosen.length * (1 + tools.length));
  const { pair, logits } = subject;
  try {
    const results = await runStudy(pair, {
      losses: chosen,
      options: own,
      logits,
      gradcheck: options["skip-gradcheck"] !== true,
      onProgress: (done, _total, name) => progress.update(done, name),
    });
    refuseAllRefused(results);
    const asked = { losses: chosen, options: own, pair, logits };
    const answers = await runTools(tools, asked, (done, what) => progress.update(chosen.length + done, what));
    return { results, answers };
  } finally {
    progress.stop();
  }
}

export const studyCommand: Command = {
  name: "study",
  summary: "Show what losses and their gradients do to a prediction: maps, curves, one page",
  usage: "[LOSS...] --prediction FILE --target FILE --out DIR",
  options: {
    prediction: { type: "string", value: "FILE", doc: "PNG (8 or 16 bit, grey: white = 1) or .npy" },
    target: {
      type: "string",
      value: "FILE",
      doc: "PNG or .npy of the same size: 0 and one other value, or shades (white = 1)",
    },
    input: {
      type: "string",
      value: "KIND",
      doc: "what the prediction holds: probabilities, or (.npy) logits (default: probabilities)",
    },
    sample: { type: "string", value: "NAME", doc: "a built-in pair instead of files: lesion" },
    size: { type: "string", value: "N", doc: "side of the built-in pair (default: 256)" },
    seed: { type: "string", value: "N", doc: "another built-in pair (default: 7)" },
    out: { type: "string", value: "DIR", doc: "where the report goes (default: segtape-report)" },
    options: { type: "string", value: "JSON", doc: 'options by loss: {"diceLoss": {"smooth": 0}}' },
    tools: TOOLS,
    backend: BACKEND,
    npy: { type: "boolean", doc: "write each gradient as .npy too" },
    "skip-gradcheck": { type: "boolean", doc: "leave out the comparison with central differences" },
  },
  examples: [
    "segtape study --sample lesion",
    "segtape study --prediction p.png --target mask.png --out report",
    "segtape study --sample lesion --tools all",
    "segtape study dice focalTversky --prediction p.npy --target mask.npy --backend reference",
  ],
  async run(parsed) {
    if (wantsToolList(parsed)) {
      printToolList(parsed);
      return 0;
    }
    const chosen = chosenLosses(parsed.positionals);
    const tools = chosenTools(parsed);
    const folders = tools.length === 0 ? FOLDERS : [...FOLDERS, "tools"];
    const own = lossOptions(parsed, chosen);
    const out = outOf(parsed, "segtape-report");
    const subject = await subjectOf(parsed);
    await checkOutput(out, folders);
    const asked = await chooseBackend(parsed);
    const started = performance.now();
    const { results, answers } = await measureAll(parsed, { chosen, tools, own, subject });
    const seconds = (performance.now() - started) / 1000;
    const ran = (await lastReport())?.ran ?? "nothing";
    const device =
      (await backends()).find(({ id }) => id === asked || (asked === "auto" && ran.startsWith(id)))?.device ??
      ran;
    const report = studyReport(subject.pair, results, {
      title: `${chosen.length === 1 ? chosen[0].title : `${chosen.length} losses`} on ${subject.predictionName}`,
      created: new Date().toISOString(),
      version,
      backend: { asked, ran, device },
      ...subject,
      tools: answers,
    });
    const files = filesOf(results, renderReport(report), subject.pair, parsed.options.npy === true);
    await writeOutput(out, folders, new Map([...files, ...toolFiles(tools, answers)]));
    const page = join(out, "report.html");
    if (parsed.options.json === true)
      printJson({
        report: page,
        seconds,
        backend: report.backend,
        notes: subject.notes,
        losses: results.map(figures),
        ...(tools.length === 0 ? {} : { tools: answers.map(toolFigures) }),
      });
    else {
      printResults(results);
      printFindings(answers);
      for (const note of subject.notes) process.stdout.write(`\n${note}`);
      process.stdout.write(
        `\n${results.length === 1 ? "1 loss" : `${results.length} losses`} in ${seconds.toFixed(1)} s on ${ran}. Report: ${page}\n`,
      );
    }
    return results.some(({ status }) => status === "failed") ? 1 : 0;
  },
};
