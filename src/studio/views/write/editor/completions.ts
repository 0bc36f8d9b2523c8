/** Completion of the library's names: exports where a name begins, methods of a tensor after a point. */
import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";

/** A name of the library and its sentence. */
export interface ApiEntry {
  readonly name: string;
  readonly kind: "function" | "class" | "constant" | "method" | "property";
  /** Its parameters. */
  readonly detail: string;
  readonly doc: string;
}

/** All names there are. */
export interface Api {
  readonly exports: readonly ApiEntry[];
  readonly members: readonly ApiEntry[];
}

const IMPORT = /import\s*\{([^}]*)\}\s*from\s*(["'])segtape\2/;

/** How the code has to change so that it imports a name; `null` where it does already. */
export function importOf(
  code: string,
  name: string,
): { readonly at: number; readonly insert: string } | null {
  const found = IMPORT.exec(code);
  if (found === null) return { at: 0, insert: `import { ${name} } from "segtape";\n\n` };
  const names = found[1].split(",").map((one) => one.trim());
  if (names.includes(name)) return null;
  const kept = found[1].trimEnd();
  const at = found.index + found[0].indexOf("{") + 1 + kept.length;
  const comma = kept.trim() === "" || kept.endsWith(",") ? "" : ",";
  return { at, insert: `${comma} ${name}${found[1].length === kept.length ? " " : ""}` };
}

/** Puts the name in, and imports it where it is not yet. */
function applyExport(view: EditorView, { label }: Completion, from: number, to: number): void {
  const added = importOf(view.state.doc.toString(), label);
  const changes = [{ from, to, insert: label }];
  if (added !== null) changes.push({ from: added.at, to: added.at, insert: added.insert });
  const shift = added !== null && added.at <= from ? added.insert.length : 0;
  view.dispatch({
    changes,
    selection: { anchor: from + shift + label.length },
    userEvent: "input.complete",
  });
}

const completionOf = ({ name, kind, detail, doc }: ApiEntry): Completion => ({
  label: name,
  type: kind,
  detail,
  info: doc,
});

const inside = (state: EditorState, position: number, ...names: readonly string[]): boolean => {
  for (let node = syntaxTree(state).resolveInner(position, -1); ; ) {
    if (names.includes(node.name)) return true;
    if (node.parent === null) return false;
    node = node.parent;
  }
};

/** The source for an editor. */
export function completionsOf({
  exports,
  members,
}: Api): (context: CompletionContext) => CompletionResult | null {
  const named = exports.map(completionOf);
  const imported = named.map((one) => ({ ...one, apply: applyExport }));
  const methods = members.map(completionOf);
  return (context) => {
    if (inside(context.state, context.pos, "String", "TemplateString", "LineComment", "BlockComment"))
      return null;
    const word = context.matchBefore(/[\w$]*/);
    const from = word?.from ?? context.pos;
    const validFor = /^[\w$]*$/;
    const before = context.state.sliceDoc(Math.max(0, from - 1), from);
    if (before === ".") return { from, options: methods, validFor };
    if (from === context.pos && !context.explicit) return null;
    const importing = inside(context.state, context.pos, "ImportGroup", "ImportDeclaration");
    return { from, options: importing ? named : imported, validFor };
  };
}
