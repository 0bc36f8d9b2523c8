/** From an error to the line of the written code that it comes from. */
import type { Place } from "./findings.ts";

/** The innermost frame of a stack that lies in the script, in the notation of any browser: `script:line:column`. */
export function placeInStack(stack: string, script: string): Place | null {
  for (let at = stack.indexOf(script); at >= 0; at = stack.indexOf(script, at + 1)) {
    const found = /^:(\d+):(\d+)/.exec(stack.slice(at + script.length));
    if (found !== null) return { line: Number(found[1]), column: Number(found[2]) };
  }
  return null;
}

/** The line of `script:line`, as the engine notes where an operation was recorded. */
export function lineOfSite(site: string | undefined, script: string): number | null {
  const at = site?.indexOf(`${script}:`) ?? -1;
  const line = Number.parseInt(site?.slice(at + script.length + 1) ?? "", 10);
  return at >= 0 && line > 0 ? line : null;
}

/** Errors of Firefox and Safari carry the place of a mistake in the syntax. */
interface Placed {
  readonly fileName?: string;
  readonly lineNumber?: number;
  readonly columnNumber?: number;
  readonly sourceURL?: string;
  readonly line?: number;
  readonly column?: number;
}

function ownPlace(error: Error & Placed, script: string): Place | null {
  if ((error.fileName ?? error.sourceURL) !== script) return null;
  const line = error.lineNumber ?? error.line ?? 0;
  return line > 0 ? { line, column: error.columnNumber ?? error.column ?? 1 } : null;
}

/** Chromium tells the place of a mistake in the syntax only when an error is reported. */
function reportedPlace(error: Error, script: string): Place | null {
  let place: Place | null = null;
  const listen = (event: ErrorEvent): void => {
    if (event.filename === script) place = { line: event.lineno, column: event.colno };
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  addEventListener("error", listen);
  reportError(error);
  removeEventListener("error", listen);
  return place;
}

/** Where in the script an error comes from; `null` where it does not come from there. */
export const placeOf = (error: Error, script: string): Place | null =>
  placeInStack(error.stack ?? "", script) ?? ownPlace(error, script) ?? reportedPlace(error, script);
