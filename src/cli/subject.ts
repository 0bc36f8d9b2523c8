/** What a study is about: a prediction and a target, from files or made up. */
import { basename } from "node:path";
import { FileError, refuse, ShapeError } from "../errors.ts";
import { type FileMap, type FileMask, maskOf, readMap } from "../io/index.ts";
import { FLOAT_MARGIN, type LogitPair, logitsOf } from "../study/measure.ts";
import { samplePair } from "../study/sample.ts";
import type { ReportFacts } from "../study/study.ts";
import { refuseBeside, seedOf, wholeNumber } from "./choose.ts";
import { type Parsed, UsageError } from "./command.ts";
import { short } from "./print.ts";

/** A pair with its names, its logits, and what a reader should know of how it was read. */
export interface Subject extends LogitPair, Pick<ReportFacts, "predictionName" | "targetName" | "image"> {
  readonly notes: readonly string[];
}

/** The highest sample of a PNG. */
const mostOf = (map: FileMap): number => 2 ** (map.depth ?? 8) - 1;

/** Half a step of 8 or 16 bits; of floats, what float32 (float16) still tells from 1. */
function marginOf(map: FileMap): number {
  if (map.format === "png") return 0.5 / mostOf(map);
  return map.dtype === "f2" ? 2 ** -12 : FLOAT_MARGIN;
}

/** Height and width of a map; leading axes of length 1 are let go. */
function planeOf(map: FileMap, path: string): [height: number, width: number] {
  const plane = map.shape.slice();
  while (plane.length > 2 && plane[0] === 1) plane.shift();
  if (plane.length !== 2 || plane.includes(0)) {
    const expected = plane.length === 2 ? "pixels" : "one plane [height, width]";
    const given = `[${map.shape.join(", ")}]`;
    throw new ShapeError(`study: ${path} has shape ${given}, expected ${expected}`, {
      op: "study",
      argument: path,
      given,
      expected,
    });
  }
  return [plane[0], plane[1]];
}

/** Labels and pictures that cannot be probabilities are refused: they would give a page that looks right. */
function checkPrediction(map: FileMap, path: string, logits: boolean): void {
  const refuseFile = (given: string, expected: string) => refuse(FileError, "study", path, given, expected);
  if (map.format === "png") {
    if (logits) refuseFile("a PNG", "a .npy file: a PNG has no room for logits");
    if (map.colored) refuseFile("a picture in colours", "shades of grey: black 0, white 1");
    const [most, highest] = [mostOf(map), map.data.reduce((a, b) => Math.max(a, b))];
    if (highest > 0 && highest * most < 1.5)
      refuseFile(`nothing but 0 and 1 of ${most}`, `probabilities: black 0, white ${most}`);
    return;
  }
  const good = logits ? Number.isFinite : (x: number) => x >= 0 && x <= 1;
  const wrong = map.data.findIndex((x) => !good(x));
  if (wrong < 0) return;
  const value = map.data[wrong];
  const advice = Number.isFinite(value) ? " (or --input logits)" : "";
  const expected = logits ? "finite logits" : `numbers in 0 .. 1${advice}`;
  throw new FileError(`study: ${path} holds ${value} at element ${wrong}, expected ${expected}`, {
    op: "study",
    argument: path,
    given: String(value),
    expected,
  });
}

function predictionNote(map: FileMap, logits: boolean): string[] {
  if (logits) return [];
  const margin = short(marginOf(map));
  const why = map.format === "png" ? "half the step they were stored in" : "so that their logits are finite";
  return [`Probabilities were kept ${margin} away from 0 and 1: ${why}.`];
}

function maskNote({ foreground }: FileMask, map: FileMap): string[] {
  const expected = map.format === "png" ? mostOf(map) : 1;
  if (foreground === null || foreground === expected) return [];
  return [`The mask has the values 0 and ${short(foreground)}: ${short(foreground)} was read as foreground.`];
}

async function fromFiles(prediction: string, target: string, logits: boolean): Promise<Subject> {
  const [predicted, truth] = [await readMap(prediction), await readMap(target)];
  const [height, width] = planeOf(predicted, prediction);
  const [targetHeight, targetWidth] = planeOf(truth, target);
  if (height !== targetHeight || width !== targetWidth) {
    const [given, expected] = [`${targetWidth} x ${targetHeight}`, `${width} x ${height}`];
    refuse(ShapeError, "study", target, given, `${expected} like ${prediction}`);
  }
  checkPrediction(predicted, prediction, logits);
  const mask = maskOf(truth, target);
  const { data } = predicted;
  return {
    pair: {
      prediction: logits ? data.map((x) => 1 / (1 + Math.exp(-x))) : data,
      target: mask.data,
      width,
      height,
    },
    logits: logits ? data : logitsOf(data, marginOf(predicted)),
    predictionName: basename(prediction),
    targetName: basename(target),
    notes: [...predictionNote(predicted, logits), ...maskNote(mask, truth)],
  };
}

function fromPhantom(size: number, seed: number): Subject {
  const { pair, logits, image } = samplePair({ size, seed });
  return {
    pair,
    logits,
    predictionName: "made-up network output",
    targetName: "lesions of the phantom",
    image: { name: "procedural phantom", data: image },
    notes: [`A procedural sample, seed ${seed}: no patient was ever near it.`],
  };
}

/** The pair that the arguments ask for. */
export async function subjectOf(parsed: Parsed): Promise<Subject> {
  const { prediction, target, sample, input } = parsed.options as Record<string, string | undefined>;
  if (input !== undefined && input !== "probabilities" && input !== "logits") {
    throw new UsageError(`--input is ${JSON.stringify(input)}, expected probabilities or logits`);
  }
  if (sample !== undefined) {
    if (sample !== "lesion") throw new UsageError(`--sample is ${JSON.stringify(sample)}, expected lesion`);
    refuseBeside(parsed, "--sample, which brings its own pair", ["prediction", "target", "input"]);
    return fromPhantom(wholeNumber(parsed, "size", 256, 32, 4096), seedOf(parsed, 7));
  }
  if (prediction === undefined || target === undefined) {
    throw new UsageError("study needs --prediction FILE and --target FILE, or --sample lesion");
  }
  refuseBeside(parsed, "files; it is for --sample", ["size", "seed"]);
  return fromFiles(prediction, target, input === "logits");
}
