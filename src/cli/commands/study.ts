/** `segtape study`: what losses say of a prediction, as files and as one page. */
import { mkdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { FileError, ShapeError } from "../../errors.ts";
import { encodeNpy, type FileMap, readMap, writeFileAtomic } from "../../io/index.ts";
import { backends, lastReport } from "../../run/backends.ts";
import { gradientChart, lossChart } from "../../study/curves.ts";
import type { StudyPair } from "../../study/measure.ts";
import { lesionPhantom } from "../../study/phantom.ts";
import { renderReport } from "../../study/report.ts";
import { type ReportFacts, runStudy, type StudiedLoss, studyReport } from "../../study/study.ts";
import { chooseBackend, chosenLosses, lossOptions, wholeNumber } from "../choose.ts";
import { BACKEND, type Command, type Parsed, UsageError } from "../command.ts";
import { Progress, printJson, printTable, short } from "../print.ts";
import { version } from "../version.ts";

/** A pair with its names, and half the step of what the prediction was stored in. */
interface Subject extends Pick<ReportFacts, "predictionName" | "targetName" | "image"> {
  readonly pair: StudyPair;
  readonly margin: number;
  readonly notes: readonly string[];
}

/** Half a step of 8 or 16 bits; of floats, what float32 still tells from 1. */
function marginOf(map: FileMap): number {
  return map.format === "npy" ? 1e-6 : 0.5 / (2 ** (map.depth ?? 8) - 1);
}

/** Height and width of a map; leading axes of length 1 are let go. */
function planeOf(map: FileMap, path: string): [height: number, width: number] {
  const plane = map.shape.slice();
  while (plane.length > 2 && plane[0] === 1) plane.shift();
  if (plane.length !== 2) {
    throw new ShapeError(
      `study: ${path} has shape [${map.shape.join(", ")}], expected one plane [height, width]`,
      {
        op: "study",
        argument: path,
        given: `[${map.shape.join(", ")}]`,
        expected: "[height, width]",
      },
    );
  }
  return [plane[0], plane[1]];
}

function checkRange(data: Float64Array, path: string): void {
  const index = data.findIndex((x) => !(x >= 0 && x <= 1));
  if (index < 0) return;
  const advice = path.toLowerCase().endsWith(".npy") ? " (a .npy of logits: --input logits)" : "";
  throw new FileError(
    `study: ${path} holds ${data[index]} at element ${index}, expected numbers in 0 .. 1${advice}`,
    {
      op: "study",
      argument: path,
      given: String(data[index]),
      expected: "numbers in 0 .. 1",
    },
  );
}

async function fromFiles(prediction: string, target: string, logits: boolean): Promise<Subject> {
  const [predicted, truth] = [await readMap(prediction), await readMap(target)];
  const [height, width] = planeOf(predicted, prediction);
  const [targetHeight, targetWidth] = planeOf(truth, target);
  if (height !== targetHeight || width !== targetWidth) {
    throw new ShapeError(
      `study: ${target} is ${targetWidth} x ${targetHeight}, expected ${width} x ${height} like ${prediction}`,
      {
        op: "study",
        argument: target,
        given: `${targetWidth} x ${targetHeight}`,
        expected: `${width} x ${height}`,
      },
    );
  }
  const data = logits ? predicted.data.map((x) => 1 / (1 + Math.exp(-x))) : predicted.data;
  checkRange(data, prediction);
  checkRange(truth.data, target);
  const note = logits
    ? []
    : [
        `Probabilities were kept ${short(marginOf(predicted))} away from 0 and 1: half the step they were stored in.`,
      ];
  return {
    pair: { prediction: data, target: truth.data, width, height },
    margin: marginOf(predicted),
    predictionName: basename(prediction),
    targetName: basename(target),
    notes: note,
  };
}

function fromPhantom(size: number, seed: number): Subject {
  const { width, height, image, target, prediction } = lesionPhantom({ size, seed });
  return {
    pair: { prediction, target: Float64Array.from(target), width, height },
    margin: 1e-6,
    predictionName: "made-up network output",
    targetName: "lesions of the phantom",
    image: { name: "procedural phantom", data: image },
    notes: [`A procedural sample, seed ${seed}: no patient was ever near it.`],
  };
}

async function subjectOf(parsed: Parsed): Promise<Subject> {
  const { prediction, target, sample, input } = parsed.options as Record<string, string | undefined>;
  if (input !== undefined && input !== "probabilities" && input !== "logits") {
    throw new UsageError(`--input is ${JSON.stringify(input)}, expected probabilities or logits`);
  }
  if (sample !== undefined) {
    if (sample !== "lesion") throw new UsageError(`--sample is ${JSON.stringify(sample)}, expected lesion`);
    if (prediction !== undefined || target !== undefined)
      throw new UsageError("--sample brings its own prediction and target");
    return fromPhantom(wholeNumber(parsed, "size", 256, 32), wholeNumber(parsed, "seed", 7, 0));
  }
  if (prediction === undefined || target === undefined) {
    throw new UsageError("study needs --prediction FILE and --target FILE, or --sample lesion");
  }
  return fromFiles(prediction, target, input === "logits");
}

/** Everything is written at the end, each file whole: a study that fails leaves no half of itself behind. */
async function writeAll(out: string, files: ReadonlyMap<string, Uint8Array | string>): Promise<void> {
  for (const folder of ["", "gradients", "curves"]) {
    await mkdir(join(out, folder), { recursive: true }).catch((cause: Error) => {
      throw new FileError(`study: cannot make folder ${join(out, folder)}: ${cause.message}`, {
        op: "study",
        argument: "out",
        given: out,
        expected: "a folder that can be written to",
        cause,
      });
    });
  }
  for (const [name, content] of files) await writeFileAtomic(join(out, name), content);
}

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

export const studyCommand: Command = {
  name: "study",
  summary: "Show what losses and their gradients do to a prediction: maps, curves, one page",
  usage: "[LOSS...] --prediction FILE --target FILE --out DIR",
  options: {
    prediction: { type: "string", value: "FILE", doc: "PNG (8 or 16 bit) or .npy of probabilities" },
    target: {
      type: "string",
      value: "FILE",
      doc: "PNG or .npy of the same size: the mask, 0 to its largest value",
    },
    input: {
      type: "string",
      value: "KIND",
      doc: "what the prediction holds: probabilities or logits (default: probabilities)",
    },
    sample: { type: "string", value: "NAME", doc: "a built-in pair instead of files: lesion" },
    size: { type: "string", value: "N", doc: "side of the built-in pair (default: 256)" },
    seed: { type: "string", value: "N", doc: "another built-in pair (default: 7)" },
    out: { type: "string", value: "DIR", doc: "where the report goes (default: segtape-report)" },
    options: { type: "string", value: "JSON", doc: 'options by loss: {"diceLoss": {"smooth": 0}}' },
    backend: BACKEND,
    npy: { type: "boolean", doc: "write each gradient as .npy too" },
    "skip-gradcheck": { type: "boolean", doc: "leave out the comparison with central differences" },
  },
  examples: [
    "segtape study --sample lesion",
    "segtape study --prediction p.png --target mask.png --out report",
    "segtape study dice focalTversky --prediction p.npy --target mask.npy --backend reference",
  ],
  async run(parsed) {
    const chosen = chosenLosses(parsed.positionals);
    const own = lossOptions(parsed);
    const subject = await subjectOf(parsed);
    const asked = await chooseBackend(parsed);
    const started = performance.now();
    const progress = new Progress(chosen.length);
    const results = await runStudy(subject.pair, {
      losses: chosen,
      options: own,
      margin: subject.margin,
      gradcheck: parsed.options["skip-gradcheck"] !== true,
      onProgress: (done, _total, name) => progress.update(done, name),
    }).finally(() => progress.stop());
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
    });
    const out = resolve((parsed.options.out as string | undefined) ?? "segtape-report");
    await writeAll(out, filesOf(results, renderReport(report), subject.pair, parsed.options.npy === true));
    const page = join(out, "report.html");
    if (parsed.options.json === true)
      printJson({ report: page, seconds, backend: report.backend, losses: results.map(figures) });
    else {
      printResults(results);
      process.stdout.write(
        `\n${results.length} losses in ${seconds.toFixed(1)} s on ${ran}. Report: ${page}\n`,
      );
    }
    return results.some(({ status }) => status === "failed") ? 1 : 0;
  },
};
