/** What the command line asks to be trained, and the run that is there already. */
import { resolve } from "node:path";
import { FileError, refuse } from "../../errors.ts";
import { readPairs } from "../../io/index.ts";
import { metrics } from "../../metrics/index.ts";
import { type Parsed, UsageError } from "../command.ts";
import { type TrainingData, trainingData } from "./data.ts";
import { type Arguments, classesOf, holdoutOf, type Plan, planOf } from "./plan.ts";
import type { RunRecord } from "./run-folder.ts";

/** Options that say how the program is called, not what is trained. */
const NOT_KEPT = ["out", "resume", "json", "help"];

/** Names of metrics. */
export const knownMetrics = (): readonly string[] => Object.keys(metrics);

/** Which way the first metric of a plan gets better. */
export const betterOf = ({ metrics: [first] }: Plan): "min" | "max" =>
  metrics[first].higherIsBetter ? "max" : "min";

/** Options that belong together: one that is given replaces all of them. */
const TOGETHER = [
  ["epochs", "steps", "minutes"],
  ["backend", "threads"],
];

/** What the command line says, on top of what a run was begun with. */
export function mergedWith(parsed: Parsed, run: RunRecord | null): Parsed {
  const replaced = TOGETHER.filter((group) =>
    group.some((name) => parsed.options[name] !== undefined),
  ).flat();
  const before = Object.entries(run?.arguments ?? {}).filter(([name]) => !replaced.includes(name));
  return { ...parsed, options: { ...Object.fromEntries(before), ...parsed.options } };
}

/** Options to keep with the run; folders in full, as it may be resumed from elsewhere. */
export function keptOf({ options }: Parsed): Arguments {
  const kept = Object.entries(options).filter(([name]) => !NOT_KEPT.includes(name));
  return Object.fromEntries(
    kept.map(([name, value]) => [
      name,
      (name === "images" || name === "masks") && typeof value === "string" ? resolve(value) : value,
    ]),
  );
}

/** Reads the images and masks that are asked for. Everything wrong with them is told at once. */
export async function readData(command: string, parsed: Parsed): Promise<TrainingData> {
  const { images, masks } = parsed.options as Record<string, string | undefined>;
  if (images === undefined || masks === undefined)
    throw new UsageError(`${command} needs --images DIR and --masks DIR`);
  const classes = classesOf(parsed);
  const holdout = holdoutOf(parsed);
  const found = await readPairs(images, masks, classes === undefined ? {} : { classes });
  return trainingData(found, holdout);
}

/** The plan, checked against the data. */
export function planFor(parsed: Parsed, fallbacks: Arguments = {}): Plan {
  return planOf(parsed, knownMetrics(), fallbacks);
}

/** Refuses a run that is there and was not asked for, and going on with nothing, where nothing says how to begin. */
export function checkResume(folder: string, run: RunRecord | null, { options }: Parsed): void {
  if (run === null && options.resume === true && options.loss === undefined)
    refuse(
      FileError,
      "train",
      "--resume",
      `${folder}, empty or not there`,
      "a run, or all it takes to begin one",
    );
  if (run === null || options.resume === true) return;
  const given = `${folder}, which holds a run (${run.status}, ${run.step} steps)`;
  refuse(FileError, "train", "--out", given, "--resume to go on with it, or another folder");
}
