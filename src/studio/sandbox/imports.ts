/** The import statements of written code. */
import type { Place } from "./findings.ts";

/** `import ... from "name"` and `import "name"` at the beginning of a line; the groups: what stands before, the name. */
const STATEMENT = /^([ \t]*(?:import|export)\b[^;"'`]*?(?:\bfrom\b\s*|(?<=\bimport)\s*))(["'])([^"'\n]*)\2/gm;

/** What may be imported. */
export const LIBRARY_NAME = "segtape";

const placeAt = (code: string, index: number): Place => {
  const before = code.slice(0, index).split("\n");
  return { line: before.length, column: before[before.length - 1].length + 1 };
};

/** An import of something that is not there. */
export function unknownImport(code: string): { readonly name: string; readonly place: Place } | null {
  for (const { index, 1: before, 3: name } of code.matchAll(STATEMENT))
    if (name !== LIBRARY_NAME) return { name, place: placeAt(code, index + before.length) };
  return null;
}

/** The code with the library imported from `script`; every line keeps its number. */
export const withLibraryAt = (code: string, script: string): string =>
  code.replace(STATEMENT, (all, before: string, _quote, name: string) =>
    name === LIBRARY_NAME ? `${before}"${script}"` : all,
  );
