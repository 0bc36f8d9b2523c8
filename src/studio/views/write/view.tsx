/** Write: a loss of one's own, run in a sandbox. */
import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { dismiss, prepare } from "../../sandbox/box.ts";
import { chooseVariable, variable } from "../../state/losses.ts";
import { picture } from "../../state/picture.ts";
import { NumberField, Panel, Segmented } from "../../widgets/fields.tsx";
import { ChecksPanel } from "./checks.tsx";
import { Editor, type EditorHandle } from "./editor/editor.tsx";
import { EXAMPLES } from "./examples/index.ts";
import { GraphPanel } from "./graph/graph.tsx";
import { KernelsPanel } from "./kernels.tsx";
import { ResultPanel } from "./result.tsx";
import {
  begin,
  chooseLimit,
  code,
  halt,
  LIMITS,
  limit,
  linkGap,
  pointed,
  run,
  running,
  trouble,
  unpacked,
  write,
} from "./state.ts";

/** How long a pause in typing is until the loss is run. */
const PAUSE = 400;

function ExamplePicker() {
  const chosen = EXAMPLES.find((example) => example.code === code.value);
  return (
    <select
      aria-label="Start from an example"
      class="example-picker"
      value={chosen?.name ?? ""}
      onChange={(event) => {
        const example = EXAMPLES.find(({ name }) => name === event.currentTarget.value);
        if (example !== undefined) begin(example, chooseVariable);
      }}
    >
      {chosen === undefined ? <option value="">Your own loss</option> : null}
      {EXAMPLES.map(({ name, title }) => (
        <option key={name} value={name}>
          {title}
        </option>
      ))}
    </select>
  );
}

function TroubleNote({ editor }: { readonly editor: EditorHandle | null }) {
  const found = trouble.value;
  const place = found === null ? null : (editor?.placeOf(found) ?? found.place);
  return (
    <div role="alert">
      {found === null ? null : (
        <p class="trouble write-trouble" data-kind={found.kind} data-line={place?.line}>
          <span>
            {place === null ? "" : `Line ${place.line}: `}
            {found.name === "" ? "" : `${found.name}: `}
            {found.message}
          </span>
          {place === null ? null : (
            <button type="button" onClick={() => editor?.goTo(place)}>
              Go to line {place.line}
            </button>
          )}
        </p>
      )}
    </div>
  );
}

export function View() {
  const editor = useRef<EditorHandle | null>(null);
  const goToLine = (line: number) => editor.current?.goTo({ line, column: 1 });
  useEffect(() => {
    prepare();
    return () => {
      halt();
      dismiss();
    };
  }, []);
  useSignalEffect(() => {
    // All that a run depends on; the first follows at once, the others when nothing has changed for a while.
    void [code.value, picture.value, variable.value];
    if (!unpacked.value) return;
    const timer = setTimeout(() => void run(), PAUSE);
    return () => clearTimeout(timer);
  });
  return (
    <div class="write">
      <div class="write-head">
        <h1>Write a loss</h1>
        <p class="soft">
          A function of prediction and target that returns one number. It runs in a sandbox of this page: it
          reaches neither the network nor anything else of yours.
        </p>
      </div>
      <div class="write-columns">
        <Panel
          title="Your loss"
          class="write-code"
          tools={
            <div class="toolbar">
              <ExamplePicker />
              <button type="button" class="primary" title="Ctrl+Enter" onClick={() => void run()}>
                Run
              </button>
              <button type="button" disabled={!running.value} onClick={halt}>
                Stop
              </button>
            </div>
          }
        >
          <div class="stack">
            {unpacked.value ? (
              <Editor
                code={code}
                trouble={trouble.value}
                pointed={pointed.value}
                onChange={write}
                onRun={() => void run()}
                onReady={(handle) => {
                  editor.current = handle;
                }}
              />
            ) : (
              <p class="soft">Reading the link…</p>
            )}
            <TroubleNote editor={editor.current} />
            <div class="write-settings">
              <Segmented
                label="The prediction is"
                value={variable.value}
                choices={[
                  { value: "logits", title: "logits" },
                  { value: "probabilities", title: "probabilities" },
                ]}
                onChange={chooseVariable}
              />
              <NumberField
                label="Time limit"
                value={limit.value}
                {...LIMITS}
                step={1}
                unit="s"
                onChange={chooseLimit}
              />
            </div>
            <p class="soft keys" id="write-keys">
              It runs when you stop typing, or with Ctrl+Enter. Ctrl+Space completes names; Escape, then Tab,
              leaves the editor.
            </p>
            {linkGap.value === "" ? (
              <p class="soft keys">The link in the address bar holds the loss: pass it on as it is.</p>
            ) : (
              <p class="trouble">{linkGap.value}</p>
            )}
          </div>
        </Panel>
        <div class="stack">
          <ResultPanel onGoTo={goToLine} />
          <ChecksPanel />
        </div>
      </div>
      <GraphPanel onGoTo={goToLine} />
      <KernelsPanel />
    </div>
  );
}
