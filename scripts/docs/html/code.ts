/** Code with its words told apart, by TypeScript's own scanner. */
import ts from "typescript";
import { escapeText } from "../../../src/study/svg.ts";

const span = (kind: string, text: string) => `<span class="${kind}">${escapeText(text)}</span>`;

function kindOf(token: ts.SyntaxKind): string {
  const { SyntaxKind } = ts;
  if (token === SyntaxKind.SingleLineCommentTrivia || token === SyntaxKind.MultiLineCommentTrivia) return "c";
  if (token === SyntaxKind.StringLiteral || token === SyntaxKind.NoSubstitutionTemplateLiteral) return "s";
  if (token >= SyntaxKind.TemplateHead && token <= SyntaxKind.TemplateTail) return "s";
  if (token === SyntaxKind.NumericLiteral || token === SyntaxKind.BigIntLiteral) return "n";
  return token >= SyntaxKind.FirstKeyword && token <= SyntaxKind.LastKeyword ? "k" : "";
}

/** Words that TypeScript counts as keywords and that are mostly names. */
const NAMES = new Set(["type", "get", "set", "out", "module", "string", "number"]);

function typescript(code: string): string {
  const scanner = ts.createScanner(ts.ScriptTarget.ES2022, false, ts.LanguageVariant.Standard, code);
  const parts: string[] = [];
  /** Depth of braces in each open `${`. */
  const templates: number[] = [];
  for (let token = scanner.scan(); token !== ts.SyntaxKind.EndOfFileToken; token = scanner.scan()) {
    const depth = templates.length - 1;
    if (token === ts.SyntaxKind.OpenBraceToken && depth >= 0) templates[depth]++;
    if (token === ts.SyntaxKind.CloseBraceToken && depth >= 0) {
      if (templates[depth] > 0) templates[depth]--;
      else {
        token = scanner.reScanTemplateToken(false);
        if (token === ts.SyntaxKind.TemplateTail) templates.pop();
      }
    }
    if (token === ts.SyntaxKind.TemplateHead) templates.push(0);
    const text = scanner.getTokenText();
    const kind = NAMES.has(text) ? "" : kindOf(token);
    parts.push(kind === "" ? escapeText(text) : span(kind, text));
  }
  return parts.join("");
}

/** Comments, and the program that a line runs. */
function shell(code: string): string {
  return code
    .split("\n")
    .map((line) => {
      const [, words, comment] = /^(.*?)(\s#.*|#.*)?$/.exec(line) as RegExpExecArray;
      const marked = escapeText(words).replace(
        /^(\s*)(npx|npm|apt|git|bash|xvfb-run)\b/,
        '$1<span class="k">$2</span>',
      );
      return marked + (comment === undefined ? "" : span("c", comment));
    })
    .join("\n");
}

/** The inside of a `<code>`, by the language that a fence names. */
export function highlight(code: string, language: string): string {
  if (/^(ts|js|typescript|javascript|mjs)$/.test(language)) return typescript(code);
  if (/^(sh|bash|shell)$/.test(language)) return shell(code);
  return escapeText(code);
}

/** A block of code. */
export const codeBlock = (code: string, language: string): string =>
  `<pre class="code"><code>${highlight(code, language)}</code></pre>`;
