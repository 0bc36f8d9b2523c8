/** The editor: CodeMirror with our names to complete, and the keyboard free to leave. */

import { api } from "studio:api";
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { javascript, javascriptLanguage } from "@codemirror/lang-javascript";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { lintGutter } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import type { ReadonlySignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Place, Trouble } from "../../../sandbox/findings.ts";
import { completionsOf } from "./completions.ts";
import { lineMarks, markTrouble, placeOfTrouble, pointAtLine, rangeAt } from "./marks.ts";
import { editorTheme } from "./theme.ts";

/** What the view may do with the editor. */
export interface EditorHandle {
  /** Puts the cursor at a place, in sight. */
  goTo(place: Place): void;
  /** Where a trouble is marked. */
  placeOf(trouble: Trouble): Place | null;
}

const completions = javascriptLanguage.data.of({ autocomplete: completionsOf(api) });

const setup = [
  lineNumbers(),
  lintGutter(),
  history(),
  drawSelection(),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  autocompletion({ icons: false }),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  javascript(),
  completions,
  lineMarks,
  editorTheme,
  EditorState.tabSize.of(2),
  EditorView.lineWrapping,
  EditorView.contentAttributes.of({
    "aria-label": "Code of the loss",
    "aria-describedby": "write-keys",
    autocapitalize: "off",
    autocorrect: "off",
    spellcheck: "false",
  }),
];

export function Editor({
  code,
  trouble,
  pointed,
  onChange,
  onRun,
  onReady,
}: {
  /** Followed where others change it. */
  readonly code: ReadonlySignal<string>;
  readonly trouble: Trouble | null;
  /** A line that something else on the page comes from. */
  readonly pointed: number | null;
  readonly onChange: (code: string) => void;
  readonly onRun: () => void;
  readonly onReady: (handle: EditorHandle) => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  const calls = useRef({ onChange, onRun });
  calls.current = { onChange, onRun };

  useEffect(() => {
    const run = () => {
      calls.current.onRun();
      return true;
    };
    const view = new EditorView({
      parent: place.current as HTMLDivElement,
      doc: code.peek(),
      extensions: [
        keymap.of([
          { key: "Mod-Enter", run, preventDefault: true },
          ...closeBracketsKeymap,
          ...completionKeymap,
          ...defaultKeymap,
          ...historyKeymap,
          indentWithTab,
        ]),
        setup,
        EditorView.updateListener.of((update) => {
          if (update.docChanged) calls.current.onChange(update.state.doc.toString());
        }),
      ],
    });
    editor.current = view;
    onReady({
      goTo(where) {
        const { from } = rangeAt(view.state.doc, where);
        view.dispatch({
          selection: { anchor: from },
          effects: EditorView.scrollIntoView(from, { y: "center" }),
        });
        view.focus();
      },
      placeOf: (what) => placeOfTrouble(view.state, what),
    });
    // At once, not after the next frame: what was typed since would be taken back.
    const follow = code.subscribe((text) => {
      if (view.state.doc.toString() !== text)
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    });
    return () => {
      follow();
      view.destroy();
    };
  }, []);

  useEffect(() => {
    if (editor.current !== null) markTrouble(editor.current, trouble);
  }, [trouble]);

  useEffect(() => {
    if (editor.current !== null) pointAtLine(editor.current, pointed);
  }, [pointed]);

  return <div class="write-editor" ref={place} />;
}
