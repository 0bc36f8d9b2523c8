/** What several commands read from their arguments: losses by name, an executor, numbers, JSON. */
import { losses } from "../losses/catalogue.ts";
import type { Loss } from "../losses/shared/define-loss.ts";
import { BACKEND_IDS, type BackendChoice, setBackend } from "../run/backends.ts";
import { type Parsed, UsageError } from "./command.ts";

/** What everybody writes. */
const ABBREVIATIONS: Readonly<Record<string, string>> = {
  bce: "binaryCrossEntropyLoss",
  ce: "categoricalCrossEntropyLoss",
};

/** A loss by its name, by the name without its "Loss", or by its abbreviation. */
function lossNamed(name: string): Loss {
  const full = [name, `${name}Loss`, ABBREVIATIONS[name]].find((one) => Object.hasOwn(losses, one ?? ""));
  if (full === undefined) {
    throw new UsageError(
      `no loss ${JSON.stringify(name)}, expected some of ${Object.keys(losses).join(", ")}`,
    );
  }
  return losses[full];
}

/** The losses named, each once, or all; `dice` will do for `diceLoss`. */
export function chosenLosses(names: readonly string[]): Loss[] {
  return names.length === 0 ? Object.values(losses) : [...new Set(names.map(lossNamed))];
}

/** Sets the executor that `--backend` asks for; `--threads` alone asks for wasm. */
export async function chooseBackend(parsed: Parsed): Promise<BackendChoice> {
  const { options } = parsed;
  const threads = options.threads === undefined ? undefined : wholeNumber(parsed, "threads", 1, 1, 256);
  const id = (options.backend as BackendChoice | undefined) ?? (threads === undefined ? "auto" : "wasm");
  const known = ["auto", ...BACKEND_IDS];
  if (!known.includes(id)) {
    throw new UsageError(`--backend is ${JSON.stringify(id)}, expected one of ${known.join(", ")}`);
  }
  await setBackend(id, threads === undefined ? {} : { threads });
  return id;
}

/** A whole number given as text, or the fallback. */
export function wholeNumber(
  { options }: Parsed,
  name: string,
  fallback: number,
  least: number,
  most = Infinity,
): number {
  const text = options[name];
  if (text === undefined) return fallback;
  const value = Number(text);
  if (text === "" || !Number.isInteger(value) || value < least || value > most) {
    const range = most === Infinity ? `from ${least}` : `from ${least} to ${most}`;
    throw new UsageError(`--${name} is ${JSON.stringify(text)}, expected a whole number ${range}`);
  }
  return value;
}

/** Refuses options that another one makes meaningless. */
export function refuseBeside({ options }: Parsed, what: string, names: readonly string[]): void {
  const idle = names.find((name) => options[name] !== undefined);
  if (idle !== undefined) throw new UsageError(`--${idle} has no meaning beside ${what}`);
}

const isObject = (x: unknown): x is Record<string, unknown> =>
  typeof x === "object" && x !== null && !Array.isArray(x);

/** Options of the chosen losses given as JSON: `{"diceLoss": {"smooth": 0}}`. */
export function lossOptions(
  { options }: Parsed,
  chosen: readonly Loss[],
  option = "options",
): Record<string, Record<string, unknown>> {
  const text = options[option];
  if (text === undefined) return {};
  const example = 'expected JSON such as {"diceLoss": {"smooth": 0}}';
  let value: unknown;
  try {
    value = JSON.parse(text as string);
  } catch {
    throw new UsageError(`--${option} is ${JSON.stringify(text)}, ${example}`);
  }
  if (!isObject(value)) throw new UsageError(`--${option} is ${text}, ${example}`);
  const found: Record<string, Record<string, unknown>> = {};
  for (const [name, own] of Object.entries(value)) {
    const loss = lossNamed(name);
    if (!isObject(own))
      throw new UsageError(
        `--${option} has ${JSON.stringify(own)} for ${name}, expected an object of options`,
      );
    if (!chosen.includes(loss)) throw new UsageError(`--${option} is for ${loss.name}, which is not chosen`);
    if (loss.name in found) throw new UsageError(`--${option} names ${loss.name} twice`);
    found[loss.name] = own;
  }
  return found;
}
