/** A trained network on the held-out images: metrics by class, and what it predicts. */
import { metrics as catalogue, evaluateMetrics } from "../../metrics/index.ts";
import type { Module, Variables } from "../../nn/index.ts";
import type { ComparedMetric } from "../../study/index.ts";
import { classesOf, predictImage } from "../../train/index.ts";
import type { TrainingData } from "../training/data.ts";

/** What a network came to. */
export interface Measured {
  readonly metrics: Readonly<Record<string, ComparedMetric>>;
  /** Share of the pixels predicted as each class. */
  readonly shares: readonly number[];
  /** Classes of each image, by its name. */
  readonly predictions: ReadonlyMap<string, Uint8Array>;
}

/** Mean of what is a number; `null` where nothing is. */
function meanOf(values: readonly number[]): number | null {
  const counted = values.filter((value) => Number.isFinite(value));
  return counted.length === 0 ? null : counted.reduce((a, b) => a + b, 0) / counted.length;
}

/** Measures a network on the validation images; `null` where the signal came before the end. */
export async function measureNetwork(
  model: Module,
  variables: Variables,
  { validation, normalization, labels }: TrainingData,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Measured | null> {
  const classes = labels.classes.length;
  const asks = names.some((name) => catalogue[name].needs === "probabilities");
  const counts = new Float64Array(classes);
  const predictions = new Map<string, Uint8Array>();
  const results: ReturnType<typeof evaluateMetrics>[] = [];
  let pixels = 0;
  for (const { name, target, size, ...picture } of validation) {
    const probabilities = await predictImage(model, variables, { ...picture, size }, { normalization });
    const predicted = classesOf(probabilities, probabilities.length / target.length);
    results.push(
      evaluateMetrics(names, predicted, target, { size, classes, ...(asks ? { probabilities } : {}) }),
    );
    for (const label of predicted) counts[label]++;
    pixels += predicted.length;
    predictions.set(name, predicted);
    // Signals are heard only where somebody waits.
    await new Promise<void>((done) => setImmediate(done));
    if (signal.aborted) return null;
  }
  const metrics = names.map((name) => {
    const own = results.map((result) => result[name]);
    const perClass = own[0].perClass.map((_, label) => meanOf(own.map((one) => one.perClass[label])));
    return [name, { mean: meanOf(own.map(({ mean }) => mean)), perClass }] as const;
  });
  return {
    metrics: Object.fromEntries(metrics),
    shares: [...counts].map((count) => count / pixels),
    predictions,
  };
}
