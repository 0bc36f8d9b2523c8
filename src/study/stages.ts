/** Stages of several sizes: small is fast, and losses of many scales need room. */
import { ShapeError } from "../errors.ts";

/**
 * Asks on the first stage that a loss has room on.
 *
 * @param stages - from the smallest; one alone is never exchanged for another
 * @throws what `ask` throws; a `ShapeError` of the last stage alone
 */
export async function onFirstWithRoom<Stage, Answer>(
  stages: readonly Stage[],
  ask: (stage: Stage) => Promise<Answer>,
): Promise<Answer> {
  for (const stage of stages.slice(0, -1)) {
    try {
      return await ask(stage);
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
    }
  }
  return ask(stages[stages.length - 1]);
}
