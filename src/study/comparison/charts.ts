/** Curves of trainings: how a metric rose, how a loss fell. */

import type { EpochRecord } from "../../train/types.ts";
import { idOf } from "../report/html.ts";
import { lineChart, type Series } from "../svg.ts";
import { goodRuns, spreadOf } from "./spread.ts";
import type { ComparedLoss, Comparison } from "./types.ts";

/** Lines that one chart has styles for. */
const MOST = 8;

/** Where a chart will stand. */
interface Place {
  /** Prefix of the ids inside, unique on its page. */
  readonly id: string;
  /** True for a file of its own. @defaultValue false */
  readonly standalone?: boolean;
}

function metricSeries(name: string, history: readonly EpochRecord[], metric: string): Series {
  const measured = history.filter(({ metrics }) => metrics !== null);
  return {
    name,
    x: measured.map(({ step }) => step),
    y: measured.map(({ metrics }) => metrics?.[metric] ?? Number.NaN),
  };
}

/** Mean over the seeds at each step that all of them reached. */
function meanSeries(comparison: Comparison, { name, title }: ComparedLoss, metric: string): Series {
  const all = goodRuns(comparison, name).map(({ history }) => metricSeries(name, history, metric));
  const steps = (all[0]?.x ?? []).filter((step) => all.every(({ x }) => x.includes(step)));
  const at = (step: number) => spreadOf(all.map(({ x, y }) => y[x.indexOf(step)]))?.mean ?? Number.NaN;
  return { name: title, x: steps, y: steps.map(at) };
}

/** The first metric against the steps: the mean over seeds, one line a loss, eight losses a chart. */
export function metricCharts(comparison: Comparison): string[] {
  const [metric] = comparison.metrics;
  const lines = comparison.losses
    .map((loss) => meanSeries(comparison, loss, metric))
    .filter(({ x }) => x.length > 0);
  const charts: string[] = [];
  for (let at = 0; at < lines.length; at += MOST) {
    const series = lines.slice(at, at + MOST);
    charts.push(
      lineChart({
        title: `Validation ${metric}`,
        xLabel: "step",
        yLabel: metric,
        description: `Validation ${metric} against steps, mean over seeds, for ${series.map(({ name }) => name).join(", ")}.`,
        series,
        ...(comparison.smallIsBetter.includes(metric) ? {} : { yRange: [0, 1] as const }),
        width: 720,
        height: 340,
        id: `metric-${at / MOST + 1}`,
      }),
    );
  }
  return charts;
}

/** The training loss of one loss against the steps, one line a seed. */
export function trainingChart(comparison: Comparison, loss: ComparedLoss): string {
  const runs = comparison.runs.filter((run) => run.loss === loss.name && run.history.length > 0);
  if (runs.length === 0) return "";
  return lineChart({
    title: "Training loss",
    xLabel: "step",
    yLabel: "mean loss of an epoch",
    series: runs.slice(0, MOST).map(({ seed, history }) => ({
      name: `seed ${seed}`,
      x: history.map(({ step }) => step),
      y: history.map(({ loss: value }) => value),
    })),
    width: 460,
    id: `${idOf(loss.name)}-training`,
  });
}

/** One training as two charts side by side would show it: its loss, and each metric. */
export function historyCharts(history: readonly EpochRecord[], { id, standalone }: Place): string[] {
  const metrics = [...new Set(history.flatMap((record) => Object.keys(record.metrics ?? {})))];
  const loss = {
    name: "training loss",
    x: history.map(({ step }) => step),
    y: history.map((record) => record.loss),
  };
  const charts: [string, Series[]][] = [["Training loss", [loss]]];
  for (const metric of metrics)
    charts.push([`Validation ${metric}`, [metricSeries(metric, history, metric)]]);
  return charts.map(([title, series], at) =>
    lineChart({
      title,
      xLabel: "step",
      yLabel: series[0].name,
      series,
      width: 460,
      id: `${id}-${at + 1}`,
      standalone,
    }),
  );
}
