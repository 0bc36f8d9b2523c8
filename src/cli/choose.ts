/** What several commands read from their arguments: losses by name, an executor, numbers, JSON. */
import { losses } from "../losses/catalogue.ts";
import type { Loss } from "../losses/shared/define-loss.ts";
import { type BackendChoice, setBackend } from "../run/backends.ts";
import { type Parsed, UsageError } from "./command.ts";

/** The losses named, or all; `dice` will do for `diceLoss`. */
export function chosenLosses(names: readonly string[]): Loss[] {
  if (names.length === 0) return Object.values(losses);
  return names.map((name) => {
    const loss = losses[name] ?? losses[`${name}Loss`];
    if (loss === undefined) {
      throw new UsageError(
        `no loss ${JSON.stringify(name)}, expected some of ${Object.keys(losses).join(", ")}`,
      );
    }
    return loss;
  });
}

/** Sets the executor that `--backend` asks for. */
export async function chooseBackend({ options }: Parsed): Promise<BackendChoice> {
  const id = (options.backend as BackendChoice | undefined) ?? "auto";
  await setBackend(id);
  return id;
}

/** A whole number given as text, or the fallback. */
export function wholeNumber({ options }: Parsed, name: string, fallback: number, least: number): number {
  const text = options[name];
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < least) {
    throw new UsageError(`--${name} is ${JSON.stringify(text)}, expected a whole number from ${least}`);
  }
  return value;
}

/** Options of losses given as JSON: `{"diceLoss": {"smooth": 0}}`. */
export function lossOptions({ options }: Parsed): Record<string, Record<string, unknown>> {
  const text = options.options;
  if (text === undefined) return {};
  let value: unknown;
  try {
    value = JSON.parse(text as string);
  } catch {
    throw new UsageError(
      `--options is ${JSON.stringify(text)}, expected JSON such as {"diceLoss": {"smooth": 0}}`,
    );
  }
  const isObject = (x: unknown): x is Record<string, unknown> =>
    typeof x === "object" && x !== null && !Array.isArray(x);
  if (!isObject(value) || !Object.values(value).every(isObject)) {
    throw new UsageError(`--options is ${JSON.stringify(text)}, expected an object of options for each loss`);
  }
  chosenLosses(Object.keys(value));
  return Object.fromEntries(
    Object.entries(value).map(([name, own]) => [
      name in losses ? name : `${name}Loss`,
      own as Record<string, unknown>,
    ]),
  );
}
