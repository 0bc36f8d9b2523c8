/** `segtape train`: fits a U-Net to images and masks, into a folder that can be resumed and predicted with. */
import { OptionError, refuse } from "../../errors.ts";
import { chooseBackend, outOf, seedOf, wholeNumber } from "../choose.ts";
import { type Command, type OptionHelp, type Parsed, UsageError } from "../command.ts";
import { chosenLosses, ownOptions } from "../loss-choice.ts";
import { checkOutput } from "../output.ts";
import { printJson, short } from "../print.ts";
import type { TrainingData } from "../training/data.ts";
import { listen } from "../training/interrupt.ts";
import { DATA_OPTIONS, TRAINING_OPTIONS } from "../training/options.ts";
import { displayFor, TrainingProgress } from "../training/progress.ts";
import { betterOf, checkResume, keptOf, mergedWith, planFor, readData } from "../training/request.ts";
import { checkSame, findRun, type Identity, type RunRecord } from "../training/run-folder.ts";
import { type RunBeginning, runSession } from "../training/session.ts";
import { type ChosenLoss, setupOf } from "../training/setup.ts";
import { version } from "../version.ts";

const OPTIONS: Readonly<Record<string, OptionHelp>> = {
  ...DATA_OPTIONS,
  loss: {
    type: "string",
    value: "NAME",
    doc: "a loss of `segtape losses`, as dice, or a sum, as dice+0.5*bce",
  },
  "loss-options": {
    type: "string",
    value: "JSON",
    doc: 'its options, as {"smooth": 0}; of a sum by part, as {"dice": {"smooth": 0}}',
  },
  out: { type: "string", value: "RUN", doc: "folder of the run" },
  resume: {
    type: "boolean",
    doc: "go on with the run in --out; options not given are those it was begun with",
  },
  seed: { type: "string", value: "N", doc: "of weights, batches and augmentation (default: 0)" },
  ...TRAINING_OPTIONS,
};

function lossOf(parsed: Parsed): ChosenLoss {
  const name = parsed.options.loss as string | undefined;
  if (name === undefined) throw new UsageError("train needs --loss NAME");
  const [loss] = chosenLosses([name]);
  return { loss, options: ownOptions(parsed, loss, "loss-options") };
}

function describe(
  folder: string,
  { identity, images, step, best, history, status }: RunRecord,
  metric: string,
): string {
  const last = history.at(-1);
  const measured = Object.entries(last?.metrics ?? {}).map(([name, value]) => `${name} ${value.toFixed(4)}`);
  const lines = [
    `${identity.loss.name}: ${status} after ${step} steps${last === undefined ? "" : `, loss ${short(last.loss)}`}${measured.length === 0 ? "" : `; last epoch: ${measured.join(", ")}`}`,
  ];
  if (best !== null) lines.push(`Best epoch: ${best.epoch}, ${metric} ${best.value.toFixed(4)}`);
  if (images.validation.length === 0) lines.push("No image was held out: nothing was measured.");
  lines.push(`Run: ${folder}`);
  return `${lines.join("\n")}\n`;
}

function beginningOf(
  parsed: Parsed,
  identity: Identity,
  data: TrainingData,
  network: RunRecord["network"],
): RunBeginning {
  return {
    format: "segtape-run",
    revision: 1,
    segtape: version,
    arguments: keptOf(parsed),
    identity,
    labels: data.labels,
    channels: data.channels,
    network,
    normalization: data.normalization,
    images: {
      train: data.train.map(({ name }) => name),
      validation: data.validation.map(({ name }) => name),
    },
  };
}

export const trainCommand: Command = {
  name: "train",
  summary: "Fit a small network to images and masks",
  usage: "--images DIR --masks DIR --loss NAME --out RUN",
  options: OPTIONS,
  examples: [
    "segtape train --images images --masks masks --loss dice --out run",
    "segtape train --images images --masks masks --loss focalTversky --steps 500 --crop 128 --augment flips,turns --out run",
    'segtape train --images images --masks masks --loss "dice + 0.5*bce" --out run',
    "segtape train --out run --resume",
  ],
  async run(typed) {
    if (typed.positionals.length > 0)
      throw new UsageError(`train takes no ${JSON.stringify(typed.positionals[0])}, only options`);
    const out = outOf(typed);
    const known = await findRun(out, "train");
    checkResume(out, known, typed);
    const parsed = mergedWith(typed, known);
    const chosen = lossOf(parsed);
    const plan = planFor(parsed);
    const seed = seedOf(parsed, 0);
    const every = wholeNumber(parsed, "checkpoint-every", 0, 1);
    const data = await readData("train", parsed);
    if (data.validation.length === 0 && parsed.options.metrics !== undefined)
      refuse(
        OptionError,
        "train",
        "--metrics",
        String(parsed.options.metrics),
        "images held out to measure on",
      );
    const identity: Identity = {
      plan,
      loss: { name: chosen.loss.name, options: chosen.options },
      seed,
      data: data.fingerprint,
    };
    if (known !== null) checkSame("train", out, known.identity, identity);
    const setup = setupOf(plan, data, chosen, seed, betterOf(plan));
    await checkOutput(out, []);
    await chooseBackend(parsed);

    const json = typed.options.json === true;
    const progress = new TrainingProgress(displayFor(json));
    const interruption = listen();
    const begun = beginningOf(parsed, identity, data, setup.network);
    const { fitted, record } = await runSession(out, begun, setup, data, {
      signal: interruption.signal,
      ...(every === 0 ? {} : { checkpointEvery: every }),
      onStep: (event) => progress.step(event),
      onEpoch: (event) => progress.epoch(event),
    }).finally(() => {
      progress.stop();
      interruption.release();
    });
    if (json) {
      const { arguments: _arguments, session: _session, ...rest } = record;
      printJson({ run: out, stopped: fitted.stopped, seconds: fitted.seconds, ...rest });
    } else {
      process.stdout.write(describe(out, record, data.validation.length > 0 ? plan.metrics[0] : "loss"));
    }
    return interruption.code();
  },
};
