/** Marks in the code: the place of a trouble, and the line that something else on the page points at. */
import { syntaxTree } from "@codemirror/language";
import { type Diagnostic, setDiagnostics } from "@codemirror/lint";
import { type EditorState, StateEffect, StateField, type Text } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";
import type { Place, Trouble } from "../../../sandbox/findings.ts";

/** The part of a line to underline: from the place to the end of the word there, or the whole line. */
export function rangeAt(doc: Text, { line, column }: Place): { readonly from: number; readonly to: number } {
  const { from, to, text } = doc.line(Math.min(Math.max(1, line), doc.lines));
  const at = Math.min(Math.max(0, column - 1), text.length);
  const word = /^[\w$]+|^\S/.exec(text.slice(at))?.[0] ?? "";
  if (word !== "") return { from: from + at, to: from + at + word.length };
  return { from: from + (text.length - text.trimStart().length), to };
}

const isFunction = (name: string): boolean =>
  /Function(Declaration|Expression)?$|^MethodDeclaration$/.test(name);

/** Where the exported function says what it returns; a wrong result has no other place. */
export function returnPlace(state: EditorState): Place | null {
  const tree = syntaxTree(state);
  const exported = tree.topNode
    .getChildren("ExportDeclaration")
    .find(({ from }) => /^export\s+default\b/.test(state.sliceDoc(from, from + 40)));
  if (exported === undefined) return null;
  let depth = 0;
  let at = exported.from;
  tree.iterate({
    from: exported.from,
    to: exported.to,
    enter({ name, from }) {
      if (isFunction(name)) depth++;
      // Functions within it return something else.
      if (name === "ReturnStatement" && depth === 1) at = from;
    },
    leave({ name }) {
      if (isFunction(name)) depth--;
    },
  });
  const line = state.doc.lineAt(at);
  return { line: line.number, column: at - line.from + 1 };
}

/** The place to mark for a trouble. */
export const placeOfTrouble = (state: EditorState, { kind, place }: Trouble): Place | null =>
  place ?? (kind === "result" ? returnPlace(state) : null);

/** Marks the place of a trouble, or takes the mark away. */
export function markTrouble(view: EditorView, trouble: Trouble | null): void {
  const place = trouble === null ? null : placeOfTrouble(view.state, trouble);
  const diagnostics: Diagnostic[] =
    trouble === null || place === null
      ? []
      : [{ ...rangeAt(view.state.doc, place), severity: "error", message: trouble.message }];
  view.dispatch(setDiagnostics(view.state, diagnostics));
  view.dispatch({ effects: setLines.of({ trouble: place?.line ?? null }) });
}

/** Shows which line something else comes from. */
export const pointAtLine = (view: EditorView, line: number | null): void =>
  view.dispatch({ effects: setLines.of({ pointed: line }) });

const setLines = StateEffect.define<{ readonly trouble?: number | null; readonly pointed?: number | null }>();

const troubleLine = Decoration.line({ class: "cm-trouble-line" });
const pointedLine = Decoration.line({ class: "cm-pointed-line" });

interface Lines {
  readonly trouble: number | null;
  readonly pointed: number | null;
}

function decorationsOf(doc: Text, { trouble, pointed }: Lines): DecorationSet {
  const marks = [
    { line: trouble, mark: troubleLine },
    { line: pointed, mark: pointedLine },
  ].flatMap(({ line, mark }) => (line === null || line > doc.lines ? [] : [mark.range(doc.line(line).from)]));
  return Decoration.set(marks, true);
}

/** Keeps the marked lines. Any change of the code takes the marks away: they speak of what was run. */
export const lineMarks = StateField.define<Lines>({
  create: () => ({ trouble: null, pointed: null }),
  update(lines, transaction) {
    let next = transaction.docChanged ? { trouble: null, pointed: null } : lines;
    for (const effect of transaction.effects) if (effect.is(setLines)) next = { ...next, ...effect.value };
    return next;
  },
  provide: (field) =>
    EditorView.decorations.compute([field, "doc"], (state) => decorationsOf(state.doc, state.field(field))),
});
