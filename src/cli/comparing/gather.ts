/** From finished trainings to what the report shows. */
import { SegtapeError } from "../../errors.ts";
import { metrics } from "../../metrics/index.ts";
import { sameShape } from "../../shape.ts";
import {
  type ComparedExample,
  type ComparedLoss,
  type ComparedRun,
  type Comparison,
  oneClassDice,
  oneClassPredictions,
} from "../../study/index.ts";
import type { TrainingData } from "../training/data.ts";
import type { Plan } from "../training/plan.ts";
import { type ChosenLoss, fitLossOf } from "../training/setup.ts";
import { version } from "../version.ts";
import { type Common, keptPrediction } from "./runs.ts";

/** Images that losses are asked about one-class predictions on: more tell the same. */
const ASKED = 4;

/** Images to show: from the one with the most objects to the one with the least, evenly. */
export function exampleNames({ validation }: TrainingData, count: number): string[] {
  const share = (target: Uint8Array) =>
    target.reduce((sum, label) => sum + Number(label > 0), 0) / target.length;
  const sorted = validation
    .map(({ name, target }) => ({ name, share: share(target) }))
    .sort((a, b) => b.share - a.share || (a.name < b.name ? -1 : 1));
  const shown = Math.min(count, sorted.length);
  return Array.from(
    { length: shown },
    (_, at) => sorted[Math.round((at * (sorted.length - 1)) / Math.max(1, shown - 1))].name,
  );
}

async function lossOf(chosen: ChosenLoss, { validation, labels }: TrainingData): Promise<ComparedLoss> {
  const { loss, options } = chosen;
  const { name, title, family, summary, formula } = loss;
  const about = { name, title, family, summary, formula, options };
  const asked = validation.filter(({ size }) => sameShape(size, validation[0].size)).slice(0, ASKED);
  try {
    return { ...about, oneClass: await oneClassPredictions(fitLossOf(chosen), asked, labels.classes.length) };
  } catch (error) {
    // A loss that refuses these data is told of by its runs.
    if (error instanceof SegtapeError) return about;
    throw error;
  }
}

async function examplesOf(
  common: Common,
  chosen: readonly ChosenLoss[],
  runs: readonly ComparedRun[],
): Promise<ComparedExample[]> {
  const { data, examples } = common;
  const found: ComparedExample[] = [];
  for (const name of examples) {
    const sample = data.validation.find((one) => one.name === name);
    if (sample === undefined) continue;
    const predictions: Record<string, Uint8Array> = {};
    for (const one of chosen) {
      const first = runs.find((run) => run.loss === one.loss.name && run.status === "ok");
      const labels =
        first === undefined ? null : await keptPrediction(common, { chosen: one, seed: first.seed }, name);
      if (labels !== null) predictions[one.loss.name] = labels;
    }
    const [height, width] = sample.size;
    const { image, channels, target: truth } = sample;
    found.push({ name, width, height, image, channels, truth, predictions });
  }
  return found;
}

function factsOf(plan: Plan, executor: string): [string, string][] {
  const { length, batch, network, optimizer, learningRate, schedule } = plan;
  const steps = length.steps === undefined ? `${length.epochs} epochs` : `${length.steps} steps`;
  return [
    ["Network", `U-Net, ${network.depth} levels from ${network.baseChannels} channels`],
    [
      "Training",
      `${steps}, ${batch} crops a step, ${optimizer}${learningRate === null ? "" : ` at ${learningRate}`}, ${schedule}`,
    ],
    ["Executor", executor],
  ];
}

/** Everything a report needs. */
export async function gather(
  common: Common,
  chosen: readonly ChosenLoss[],
  runs: readonly ComparedRun[],
  { name, executor }: { readonly name: string; readonly executor: string },
): Promise<Comparison> {
  const { plan, data } = common;
  const { labels, train, validation } = data;
  const count = labels.classes.length;
  const targets = validation.map(({ target }) => target);
  const pixels = targets.reduce((sum, target) => sum + target.length, 0);
  const shares = labels.classes.map(
    (_, label) =>
      targets.reduce((sum, target) => sum + target.reduce((n, one) => n + Number(one === label), 0), 0) /
      pixels,
  );
  const losses: ComparedLoss[] = [];
  for (const one of chosen) losses.push(await lossOf(one, data));
  return {
    title: `${chosen.length === 1 ? chosen[0].loss.title : `${chosen.length} losses`} on ${name}`,
    created: new Date().toISOString(),
    version,
    facts: factsOf(plan, executor),
    classes: labels.classes.map((one) => one.name),
    data: {
      name,
      training: train.length,
      validation: validation.length,
      shares,
      oneClassDice: oneClassDice(targets, count),
    },
    losses,
    runs,
    metrics: plan.metrics,
    smallIsBetter: plan.metrics.filter((metric) => !metrics[metric].higherIsBetter),
    examples: await examplesOf(common, chosen, runs),
  };
}
