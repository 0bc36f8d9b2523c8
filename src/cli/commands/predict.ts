/** `segtape predict`: masks for new images, written as the masks of the training were. */
import { realpath } from "node:fs/promises";
import { join, resolve } from "node:path";
import { FileError, refuse } from "../../errors.ts";
import { encodeLabels, encodePng, readImages, writeFileAtomic } from "../../io/index.ts";
import { unet } from "../../nn/index.ts";
import { classesOf, predictImage, tensorsOf } from "../../train/index.ts";
import type { Arrays } from "../../train/types.ts";
import { chooseBackend, outOf, wholeNumber } from "../choose.ts";
import { BACKEND, type Command, type Parsed, UsageError } from "../command.ts";
import { checkOutput, makeFolder, removeFolders } from "../output.ts";
import { Progress, printJson } from "../print.ts";
import { listen } from "../training/interrupt.ts";
import { findCheckpoint, findRun, type RunRecord } from "../training/run-folder.ts";

const PROBABILITIES = "probabilities";

/** A run that can predict. */
async function trainedRun({
  options,
}: Parsed): Promise<{ record: RunRecord; variables: Arrays; from: string }> {
  const folder = options.model as string | undefined;
  if (folder === undefined) throw new UsageError("predict needs --model RUN");
  const asked = options.checkpoint as string | undefined;
  if (asked !== undefined && asked !== "best" && asked !== "last")
    throw new UsageError(`--checkpoint is ${JSON.stringify(asked)}, expected best or last`);
  const record = await findRun(folder, "predict", "--model");
  if (record === null)
    refuse(FileError, "predict", "--model", `${folder}, empty or not there`, "a run of segtape train");
  const checkpoint = await findCheckpoint(folder);
  if (checkpoint === null)
    refuse(
      FileError,
      "predict",
      "--model",
      `${folder}, which has no checkpoint yet`,
      "a run that has been trained",
    );
  const { best, variables } = checkpoint.state;
  if (asked === "best" && best === null)
    refuse(FileError, "predict", "--checkpoint", "best, but no epoch was measured", "last");
  return best !== null && asked !== "last"
    ? { record, variables: best.variables, from: `best, epoch ${best.epoch}` }
    : { record, variables, from: `last, step ${checkpoint.state.step}` };
}

/** 16-bit maps, one a class: 65535 is certain. */
function probabilityMaps(probabilities: Float32Array, outputs: number, [height, width]: readonly number[]) {
  const pixels = height * width;
  const map = (valueAt: (pixel: number) => number) => {
    const data = new Uint16Array(pixels);
    for (let pixel = 0; pixel < pixels; pixel++)
      data[pixel] = Math.round(65535 * Math.min(1, Math.max(0, valueAt(pixel))));
    return encodePng({ width, height, channels: 1, data });
  };
  if (outputs === 1) return [map((pixel) => 1 - probabilities[pixel]), map((pixel) => probabilities[pixel])];
  return Array.from({ length: outputs }, (_, label) => map((pixel) => probabilities[label * pixels + pixel]));
}

/** Where a path leads in the end: two names may be links to one folder. */
const placeOf = (path: string): Promise<string> => realpath(path).catch(() => resolve(path));

/** Masks must not take the place of images, nor of the masks that were learnt from. */
async function checkApart(out: string, images: string, { arguments: given }: RunRecord): Promise<void> {
  const taken = [
    ["the images", images],
    ["the training images", given.images],
    ["the training masks", given.masks],
  ] as const;
  const place = await placeOf(out);
  for (const [what, folder] of taken)
    if (typeof folder === "string" && (await placeOf(folder)) === place)
      refuse(FileError, "predict", "--out", `${out}, the folder of ${what}`, "another folder");
}

function overlapOf({ options }: Parsed): number | undefined {
  const text = options.overlap as string | undefined;
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text === "" || !(value >= 0 && value <= 0.9))
    throw new UsageError(`--overlap is ${JSON.stringify(text)}, expected a share from 0 to 0.9`);
  return value;
}

export const predictCommand: Command = {
  name: "predict",
  summary: "Write masks for images, by a run of train",
  usage: "--model RUN --images DIR --out DIR",
  options: {
    model: { type: "string", value: "RUN", doc: "folder that train wrote" },
    images: { type: "string", value: "DIR", doc: "PNG images like those of the training" },
    out: {
      type: "string",
      value: "DIR",
      doc: "where masks go: NAME.png, with the values or colours of the training masks",
    },
    probabilities: {
      type: "boolean",
      doc: `write ${PROBABILITIES}/NAME.K.png besides, 16 bit, K the class from 0, white = 1`,
    },
    tile: {
      type: "string",
      value: "N",
      doc: "side of the tiles that large images are cut into (default: 512)",
    },
    overlap: {
      type: "string",
      value: "X",
      doc: "share of a tile that it has in common with the next (default: 0.25)",
    },
    checkpoint: {
      type: "string",
      value: "WHICH",
      doc: "best or last (default: best, where one was measured)",
    },
    backend: BACKEND,
    threads: { type: "string", value: "N", doc: "threads of the wasm executor" },
  },
  examples: [
    "segtape predict --model run --images images --out masks",
    "segtape predict --model run --images images --out masks --probabilities --checkpoint last",
  ],
  async run(parsed) {
    const { positionals, options } = parsed;
    if (positionals.length > 0)
      throw new UsageError(`predict takes no ${JSON.stringify(positionals[0])}, only options`);
    const folder = options.images as string | undefined;
    if (folder === undefined) throw new UsageError("predict needs --images DIR");
    const out = outOf(parsed);
    const tile = options.tile === undefined ? undefined : wholeNumber(parsed, "tile", 0, 1);
    const overlap = overlapOf(parsed);
    const { record, variables, from } = await trainedRun(parsed);
    await checkApart(out, folder, record);
    const images = await readImages(folder, record.channels);
    const maps = options.probabilities === true;
    await checkOutput(out, maps ? [PROBABILITIES] : []);
    await chooseBackend(parsed);

    const model = unet(record.network);
    const tensors = tensorsOf(variables);
    const { labels, normalization } = record;
    const made = await makeFolder(maps ? join(out, PROBABILITIES) : out);
    const progress = new Progress(images.length);
    const interruption = listen();
    const written: { name: string; file: string; shares: number[] }[] = [];
    try {
      for (const [at, image] of images.entries()) {
        progress.update(at, image.name);
        const [height, width] = image.size;
        const probabilities = await predictImage(model, tensors, image, {
          normalization,
          signal: interruption.signal,
          ...(tile === undefined ? {} : { tile }),
          ...(overlap === undefined ? {} : { overlap }),
        });
        const outputs = probabilities.length / (height * width);
        const classes = classesOf(probabilities, outputs);
        // Maps first: where the mask is, everything is.
        if (maps) {
          for (const [label, bytes] of probabilityMaps(probabilities, outputs, image.size).entries())
            await writeFileAtomic(join(out, PROBABILITIES, `${image.name}.${label}.png`), bytes);
        }
        const file = join(out, `${image.name}.png`);
        await writeFileAtomic(file, encodeLabels(classes, width, height, labels));
        const counts = labels.classes.map((_, label) =>
          classes.reduce((sum, one) => sum + Number(one === label), 0),
        );
        written.push({ name: image.name, file, shares: counts.map((count) => count / classes.length) });
        await new Promise<void>((done) => setImmediate(done));
      }
    } catch (error) {
      if (written.length === 0) await removeFolders(made);
      if (!interruption.signal.aborted) throw error;
    } finally {
      progress.stop();
      interruption.release();
    }
    const classes = labels.classes.map(({ name }) => name);
    if (options.json === true)
      printJson({ out, loss: record.identity.loss, checkpoint: from, classes, images: written });
    else {
      const count = written.length === 1 ? "1 mask" : `${written.length} masks`;
      const missing = written.length < images.length ? ` of ${images.length}` : "";
      process.stdout.write(`${count}${missing} (${record.identity.loss.name}, ${from}): ${out}\n`);
    }
    return interruption.code();
  },
};
