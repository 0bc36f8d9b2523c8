/** What a tool was given, filled in and checked; and every loss asked in turn. */
import { OptionError, refuse, SegtapeError } from "../../../errors.ts";
import type { Loss } from "../../../losses/shared/define-loss.ts";
import { seededRandom } from "../../../random.ts";
import { BYTE_MARGIN, checkPair, type LogitPair, logitsOf } from "../../measure.ts";
import { samplePair } from "../../sample.ts";
import type { LossName, ToolData, ToolSubject, UnmeasuredLoss } from "../tool.ts";

/** Options of one loss. */
export type OwnOptions = Readonly<Record<string, unknown>>;

const DEFAULTS: OwnOptions = {};

const SEED = 7;

/** The pair that a subject brings, or the built-in one, with its logits. */
export function pairOf({ pair, logits }: ToolSubject): LogitPair {
  if (pair === undefined) return samplePair();
  checkPair(pair, logits);
  return { pair, logits: logits ?? logitsOf(pair.prediction, BYTE_MARGIN) };
}

/**
 * The seed of a subject.
 *
 * @throws `OptionError` for a subject without losses, options of others, or a seed out of range
 */
export function seedOf(tool: string, { losses, options = {}, seed = SEED }: ToolSubject): number {
  if (losses.length === 0) refuse(OptionError, tool, "losses", "no loss", "at least one");
  for (const name of Object.keys(options)) {
    if (!losses.some((loss) => loss.name === name))
      refuse(OptionError, tool, "options", `for ${name}`, "options of the losses given");
  }
  seededRandom(seed);
  return seed;
}

/**
 * Asks every loss, one after another. One that refuses or fails stands among the unmeasured, with its message.
 *
 * @param measureOne - what the tool wants to know of a loss
 */
export async function askAll<Row extends object>(
  tool: string,
  subject: ToolSubject,
  measureOne: (loss: Loss, options: OwnOptions) => Promise<Row>,
): Promise<ToolData<LossName & Row>> {
  const seed = seedOf(tool, subject);
  const { losses: asked, options = {}, onProgress } = subject;
  const losses: (LossName & Row)[] = [];
  const unmeasured: UnmeasuredLoss[] = [];
  for (const loss of asked) {
    onProgress?.(losses.length + unmeasured.length, asked.length, loss.name);
    const { name, title, family } = loss;
    try {
      const own = Object.hasOwn(options, name) ? options[name] : DEFAULTS;
      losses.push({ name, title, family, ...(await measureOne(loss, own)) });
    } catch (error) {
      const status = error instanceof SegtapeError ? "refused" : "failed";
      unmeasured.push({ name, title, family, status, message: (error as Error).message });
    }
  }
  return { tool, seed, losses, unmeasured };
}

/** A setting that must be a whole number of a range. */
export function checkWhole(tool: string, setting: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  refuse(OptionError, tool, setting, String(value), `a whole number from ${least} to ${most}`);
}
