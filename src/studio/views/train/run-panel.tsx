/** Starting and stopping, where it stands, and the weights as a file. */

import { textOfChoice } from "../../state/choices.ts";
import { backend } from "../../state/engine.ts";
import { duration } from "../../subject/training/curves.ts";
import { signatureOf } from "../../subject/training/settings.ts";
import { shortNumber } from "../../widgets/chart.tsx";
import { Panel } from "../../widgets/fields.tsx";
import { loss, settings } from "./choices.ts";
import { FileButton } from "./file-button.tsx";
import { progress, seen } from "./record.ts";
import { running, shown, start, stop, takeWeights, trouble, weights, weightsFile } from "./session.ts";

/** What going on with the weights at hand means for the settings, and whether it is possible. */
function onward(): { readonly possible: boolean; readonly words: string } {
  const held = weights.value;
  if (held === null) return { possible: false, words: "" };
  const { depth, channels } = settings.value;
  if (held.depth !== depth || (held.channels !== null && held.channels !== channels)) {
    const width = held.channels === null ? "" : ` and ${held.channels} channels`;
    return {
      possible: false,
      words: `The weights at hand are of a network of ${held.depth} levels${width}: Go on needs the same.`,
    };
  }
  const same = held.signature.startsWith(`${signatureOf(settings.value, textOfChoice(loss.value))} `);
  return {
    possible: true,
    words: same
      ? ""
      : "Settings are others than before: Go on keeps the weights, steps and curves begin anew.",
  };
}

async function download(): Promise<void> {
  const file = await weightsFile();
  if (file === null) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  // The browser has taken hold of it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function stateWords(): string {
  const at = progress.value;
  const held = weights.value;
  if (running.value) return at === null || at.pace === null ? "Getting ready..." : "Training";
  if (held === null) return "Ready to start.";
  const from = held.file === "" ? "" : `, from ${held.file}`;
  return `Weights of ${held.step} steps${from}.`;
}

function Facts() {
  const at = progress.value;
  const dice = seen.value?.dice;
  const facts: readonly (readonly [string, string])[] = [
    ["Step", at === null ? "–" : `${at.step} of ${at.total}`],
    ["Dice, validation", dice === undefined ? "–" : dice.toFixed(3)],
    ["A step takes", at?.pace == null ? "–" : `${Math.round(1000 * at.pace)} ms`],
    ["Time left", at?.left == null ? "–" : duration(at.left)],
    ["Learning rate", at?.rate == null ? "–" : shortNumber(at.rate)],
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function RunPanel() {
  const held = weights.value;
  const busy = running.value;
  const at = progress.value;
  const { possible, words } = onward();
  return (
    <Panel
      title="Training"
      class="run"
      tools={
        <span class="soft" role="status" data-state={busy ? "running" : "idle"}>
          {stateWords()}
        </span>
      }
    >
      <div class="stack">
        <div class="toolbar">
          {busy ? (
            <button type="button" class="primary" onClick={stop}>
              Stop
            </button>
          ) : (
            <>
              <button
                type="button"
                class={held === null ? "primary" : ""}
                disabled={shown.value === null}
                onClick={() => void start(false)}
              >
                {held === null ? "Start" : "Start anew"}
              </button>
              {held === null ? null : (
                <button
                  type="button"
                  class="primary"
                  disabled={!possible || shown.value === null}
                  onClick={() => void start(true)}
                >
                  Go on
                </button>
              )}
            </>
          )}
          <span class="gap" />
          <button type="button" disabled={busy || held === null} onClick={() => void download()}>
            Save weights
          </button>
          <FileButton accept=".safetensors" disabled={busy} onChoose={([file]) => takeWeights(file)}>
            Load weights
          </FileButton>
        </div>
        <progress aria-label="Steps done" value={at?.step ?? 0} max={at?.total ?? 1} />
        <Facts />
        {trouble.value === "" ? null : (
          <p class="trouble" role="alert">
            {trouble.value}
          </p>
        )}
        {words === "" || busy ? null : <p class="soft">{words}</p>}
        <p class="soft">
          Runs on {backend.value} in a worker of its own, and goes on while you look at other views.
        </p>
      </div>
    </Panel>
  );
}
