/** LaTeX typeset at build time: HTML for the eye, MathML inside it for screen readers and for copying. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import katex from "katex";

/** A formula on a line of its own. Throws where the LaTeX does not parse. */
export function typeset(latex: string): string {
  return katex.renderToString(latex, { displayMode: true, output: "htmlAndMathml", strict: "error" });
}

/** Faces that formulas of losses use; what a style sheet names must be there, so the others are taken out of it. */
const FACES =
  /KaTeX_(Main-(Regular|Bold|Italic)|Math-Italic|AMS-Regular|Caligraphic-Regular|Size[1-4]-Regular)\b/;

/** KaTeX's style sheet, and its fonts by their names: WOFF2 alone, which every browser of the last years reads. */
export function mathAssets(): { css: string; fonts: ReadonlyMap<string, Uint8Array> } {
  const folder = join(dirname(createRequire(import.meta.url).resolve("katex/package.json")), "dist");
  const fonts = new Map<string, Uint8Array>();
  const css = readFileSync(join(folder, "katex.min.css"), "utf8").replace(/@font-face\{[^}]*\}/g, (face) => {
    const name = /fonts\/(KaTeX_[\w-]+)\.woff2/.exec(face)?.[1] ?? "";
    if (!FACES.test(name)) return "";
    fonts.set(`${name}.woff2`, readFileSync(join(folder, "fonts", `${name}.woff2`)));
    return face.replace(/src:[^;}]*/, `src:url(fonts/${name}.woff2) format("woff2")`);
  });
  return { css, fonts };
}
