/** `segtape gradcheck`: every loss against central differences, on this machine. */
import { OptionError, SegtapeError } from "../../errors.ts";
import type { Loss } from "../../losses/shared/define-loss.ts";
import { seededRandom } from "../../random.ts";
import { lossOfLogits } from "../../study/measure.ts";
import { onFirstWithRoom } from "../../study/stages.ts";
import { type Tensor, tensor } from "../../tensor.ts";
import { gradcheck } from "../../transform/gradcheck.ts";
import { seedOf, wholeNumber } from "../choose.ts";
import type { Command } from "../command.ts";
import { chosenLosses, lossOptions } from "../loss-choice.ts";
import { Progress, printJson, printTable, short } from "../print.ts";

interface Row {
  readonly loss: string;
  readonly ok: boolean;
  readonly error: number;
  readonly message: string;
}

/** Random logits that keep away from 0, where thresholds at p = 1/2 have no derivative. */
function samplePair(size: number, seed: number): { logits: Tensor; target: Tensor } {
  const random = seededRandom(seed);
  const count = size * size;
  const logits = Float64Array.from(
    { length: count },
    () => (random.uniform() < 0.5 ? -1 : 1) * (0.2 + 2 * random.uniform()),
  );
  const centre = size / 2;
  const mask = Float64Array.from({ length: count }, (_, i) =>
    Math.hypot((i % size) - centre, Math.floor(i / size) - centre) < size / 3 ? 1 : 0,
  );
  return { logits: tensor(logits, [1, 1, size, size]), target: tensor(mask, [1, 1, size, size]) };
}

async function check(
  loss: Loss,
  own: Record<string, unknown>,
  sizes: readonly number[],
  seed: number,
  order: 1 | 2,
): Promise<Row> {
  try {
    const { ok, maxError, worst } = await onFirstWithRoom(sizes, async (size) => {
      const { logits, target } = samplePair(size, seed);
      return gradcheck(lossOfLogits(loss, target, own), [logits], {
        order,
        holdConstants: loss.constants !== "",
        elements: 12,
        directions: 2,
      });
    });
    const message = ok
      ? ""
      : `at ${worst.index}: gradient ${short(worst.analytic)}, difference ${short(worst.numeric)}`;
    return { loss: loss.name, ok, error: maxError, message };
  } catch (error) {
    // Options are the caller's mistake; whatever else is refused is what the check found.
    if (!(error instanceof SegtapeError) || error instanceof OptionError) throw error;
    if (Object.hasOwn(own, error.argument ?? "")) throw error;
    return { loss: loss.name, ok: false, error: Number.NaN, message: error.message };
  }
}

/** Sides of the sample, where none is asked for. */
const SIZES = [16, 176] as const;

export const gradcheckCommand: Command = {
  name: "gradcheck",
  summary: "Compare the gradient of losses with central differences in float64",
  usage: "[LOSS...] [options]",
  options: {
    size: {
      type: "string",
      value: "N",
      doc: `side of the random sample (default: ${SIZES[0]}; ${SIZES[1]} where scales need room)`,
    },
    seed: { type: "string", value: "N", doc: "another random sample (default: 1)" },
    order: { type: "string", value: "1|2", doc: "1 checks the gradient, 2 its derivative (default: 1)" },
    options: { type: "string", value: "JSON", doc: 'options by loss: {"diceLoss": {"smooth": 0}}' },
  },
  examples: ["segtape gradcheck", "segtape gradcheck dice tversky --order 2", "segtape gradcheck --json"],
  async run(parsed) {
    const chosen = chosenLosses(parsed.positionals);
    const seed = seedOf(parsed, 1);
    const order = wholeNumber(parsed, "order", 1, 1, 2) === 2 ? 2 : 1;
    const own = lossOptions(parsed, chosen);
    const sizes =
      parsed.options.size === undefined ? SIZES : [wholeNumber(parsed, "size", SIZES[0], 2, 1024)];
    const progress = new Progress(chosen.length);
    const rows: Row[] = [];
    for (const loss of chosen) {
      progress.update(rows.length, loss.name);
      rows.push(await check(loss, own[loss.name] ?? {}, sizes, seed, order));
    }
    progress.stop();
    if (parsed.options.json === true) printJson(rows);
    else
      printTable(
        ["loss", "result", "error", ""],
        rows.map((row) => [row.loss, row.ok ? "ok" : "FAILED", short(row.error), row.message]),
      );
    return rows.every((row) => row.ok) ? 0 : 1;
  },
};
