/** The `@example` blocks of the documentation, as code that runs. */
import ts from "typescript";
import type { Source } from "./sources.ts";

export interface Example {
  readonly name: string;
  readonly code: string;
}

/** Code blocks under `@example`, each named by its file and line. */
export function examplesOf({ path, text }: Source): Example[] {
  const found: Example[] = [];
  for (const comment of text.matchAll(/\/\*\*[\s\S]*?\*\//g)) {
    for (const block of comment[0].matchAll(/@example\s[\s\S]*?```ts\n([\s\S]*?)```/g)) {
      const line = text.slice(0, comment.index + block.index).split("\n").length;
      found.push({ name: `${path}:${line}`, code: block[1].replaceAll(/^[ \t]*\* ?/gm, "") });
    }
  }
  return found;
}

/** What a comment after an expression promises: numbers, a list of them, a string, a truth value. */
export type Promised = number | readonly number[] | string | boolean | RegExp;

export interface Expectation {
  readonly value: Promised;
  /** Digits written out: `0.6931...` is right to its last one. */
  readonly tolerance: number;
}

function numberOf(text: string): Expectation | null {
  const cut = /^(-?\d+\.(\d+))\.\.\.$/.exec(text);
  if (cut !== null) return { value: Number(cut[1]), tolerance: 10 ** -cut[2].length };
  // Arithmetic as people write it; anything else is prose.
  if (!/^[\d\s.e()+*/^-]+$/.test(text) || !/\d/.test(text)) return null;
  const value: unknown = new Function(`return (${text.replaceAll("^", "**")});`)();
  return typeof value === "number" ? { value, tolerance: 1e-9 } : null;
}

/** Reads the comment, or `null` where it is prose. */
export function expectationOf(comment: string): Expectation | null {
  const text = comment.trim();
  if (text === "true" || text === "false") return { value: text === "true", tolerance: 0 };
  const string = /^"([^"]*)"/.exec(text);
  if (string !== null) {
    const pieces = string[1].split("...").map((piece) => piece.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return { value: pieces.length === 1 ? string[1] : new RegExp(`^${pieces.join(".*")}$`), tolerance: 0 };
  }
  const list = /^[\w\s]*\[([^\]]*)\]/.exec(text);
  if (list !== null) {
    const items = list[1].split(",").map((item) => numberOf(item.trim()));
    if (items.includes(null)) return null;
    const known = items as Expectation[];
    return {
      value: known.map((item) => item.value as number),
      tolerance: Math.max(...known.map((item) => item.tolerance)),
    };
  }
  return numberOf(
    text
      .slice(text.lastIndexOf("=") + 1)
      .replace(/,.*$/, "")
      .trim(),
  );
}

/** JavaScript for the body of an async function of `modules`, `own` and `check`; each promise becomes a call of `check`. */
export function runnable({ name, code }: Example, own: readonly string[]): string {
  const tree = ts.createSourceFile(name, code, ts.ScriptTarget.ES2022, true);
  const edits: { start: number; end: number; comment: string }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isExpressionStatement(node)) {
      const [range] = ts.getTrailingCommentRanges(code, node.end) ?? [];
      if (range !== undefined && !code.slice(node.end, range.pos).includes("\n")) {
        const comment = code.slice(range.pos + 2, range.end);
        edits.push({ start: node.expression.getStart(tree), end: node.expression.end, comment });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  let text = code;
  for (const { start, end, comment } of edits.reverse()) {
    text = `${text.slice(0, start)}check(${text.slice(start, end)}, ${JSON.stringify(comment)})${text.slice(end)}`;
  }
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  const imported = outputText.replaceAll(
    /^import \{([^}]*)\} from "([^"]+)";$/gm,
    (_, names: string, from: string) => {
      return `const {${names.replaceAll(" as ", ": ")}} = modules[${JSON.stringify(from)}];`;
    },
  );
  const scope =
    /^const \{/m.test(imported) && imported.includes("= modules[")
      ? ""
      : `const { ${own.join(", ")} } = own;\n`;
  return `${scope}${imported.replace(/^export \{\};$/m, "")}`;
}
