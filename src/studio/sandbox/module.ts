/** From the text of a loss to a function: a module of its own, whose lines are the author's. */
import type { Tensor } from "../../tensor.ts";
import type { Place, Trouble, TroubleKind } from "./findings.ts";
import { LIBRARY_NAME, unknownImport, withLibraryAt } from "./imports.ts";
import { segtape } from "./library.ts";
import { placeOf } from "./place.ts";

/** An error that knows what sort of trouble it is. */
export class LossError extends Error {
  readonly kind: TroubleKind;
  readonly place: Place | null;

  constructor(kind: TroubleKind, message: string, place: Place | null = null) {
    super(message);
    this.name = "LossError";
    this.kind = kind;
    this.place = place;
  }
}

/** A loss as its author exports it. */
export type WrittenLoss = (prediction: Tensor, target: Tensor) => unknown;

/** A loss that was read, and the address of its script, by which stacks name it. */
export interface LoadedLoss {
  readonly loss: WrittenLoss;
  readonly script: string;
}

const scriptOf = (text: string): string => URL.createObjectURL(new Blob([text], { type: "text/javascript" }));

/** The library as a module: a script of a few lines that hands out what this one holds. */
let libraryScript = "";

function libraryAddress(): string {
  if (libraryScript === "") {
    const key = Symbol.for(LIBRARY_NAME);
    Object.defineProperty(globalThis, key, { value: segtape });
    const names = Object.keys(segtape).join(", ");
    libraryScript = scriptOf(`export const { ${names} } = globalThis[Symbol.for("${LIBRARY_NAME}")];`);
  }
  return libraryScript;
}

/** An error as the page shows it. */
export function troubleOf(thrown: unknown, script: string): Trouble {
  if (thrown instanceof LossError)
    return { kind: thrown.kind, name: "", message: thrown.message, place: thrown.place };
  const error = thrown instanceof Error ? thrown : new Error(`the code threw ${String(thrown)}`);
  const message = error.message.replaceAll(libraryAddress(), LIBRARY_NAME);
  return { kind: "code", name: error.name, message, place: script === "" ? null : placeOf(error, script) };
}

/** Reads a loss: on failure, gives the trouble. */
export async function loadLoss(code: string): Promise<LoadedLoss | { readonly trouble: Trouble }> {
  let script = "";
  try {
    const unknown = unknownImport(code);
    if (unknown !== null) {
      const message = `There is no ${JSON.stringify(unknown.name)} here: only "${LIBRARY_NAME}" can be imported.`;
      throw new LossError("code", message, unknown.place);
    }
    script = scriptOf(withLibraryAt(code, libraryAddress()));
    const module: { readonly default?: unknown } = await import(/* @vite-ignore */ script);
    if (typeof module.default !== "function")
      throw new LossError(
        "code",
        "The code exports no loss. It has to say: export default function (prediction, target) { … }",
      );
    return { loss: module.default as WrittenLoss, script };
  } catch (error) {
    return { trouble: troubleOf(error, script) };
  }
}
