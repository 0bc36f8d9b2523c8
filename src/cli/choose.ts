/** What several commands read from their arguments: an executor, numbers, the folder of results. */
import { resolve } from "node:path";
import { BACKEND_IDS, type BackendChoice, setBackend } from "../run/backends.ts";
import { type Parsed, UsageError } from "./command.ts";

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

/** A seed, or the fallback. */
export const seedOf = (parsed: Parsed, fallback: number): number =>
  wholeNumber(parsed, "seed", fallback, 0, 2 ** 32 - 1);

/** The folder that `--out` names. */
export function outOf({ options }: Parsed, fallback?: string): string {
  const out = (options.out as string | undefined) ?? fallback;
  if (out === undefined || out === "")
    throw new UsageError(`--out is ${out === "" ? '""' : "missing"}, expected a folder`);
  return resolve(out);
}

/** Refuses options that another one makes meaningless. */
export function refuseBeside({ options }: Parsed, what: string, names: readonly string[]): void {
  const idle = names.find((name) => options[name] !== undefined);
  if (idle !== undefined) throw new UsageError(`--${idle} has no meaning beside ${what}`);
}
