/** Compare: one picture, several losses side by side. */
import { useSignalEffect } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { losses as catalogue } from "../../../losses/catalogue.ts";
import type { LossChoice } from "../../state/choices.ts";
import { backendInUse } from "../../state/engine.ts";
import { chooseLosses, chooseVariable, chosenLosses, variable } from "../../state/losses.ts";
import { picture } from "../../state/picture.ts";
import { shortNumber } from "../../widgets/chart.tsx";
import { Segmented } from "../../widgets/fields.tsx";
import { AddLoss } from "../../widgets/loss-picker.tsx";
import { ask, engineTrouble, isScaleShared, readingOf, shareScale } from "./live.ts";
import { LossCard } from "./loss-card.tsx";
import { PicturePanel } from "./picture-panel.tsx";

function Toolbar() {
  return (
    <div class="toolbar spread">
      <Segmented
        label="Gradient by"
        value={variable.value}
        choices={[
          { value: "logits", title: "logits", hint: "As a network learns" },
          { value: "probabilities", title: "probabilities", hint: "As formulas are written" },
        ]}
        onChange={chooseVariable}
      />
      <Segmented
        label="Colours"
        value={isScaleShared.value ? "shared" : "own"}
        choices={[
          { value: "own", title: "own scale", hint: "Each map from its own smallest to its largest" },
          { value: "shared", title: "shared scale", hint: "The same colour is the same gradient on all" },
        ]}
        onChange={(value) => shareScale(value === "shared")}
      />
      <AddLoss />
    </div>
  );
}

/** How long values must stand still before they are read out. */
const SETTLED = 900;

/** The values for screen readers: not each one of a stroke, but those that it ends with. */
function Spoken() {
  const text = chosenLosses.value
    .map((choice, index) => {
      const found = readingOf(index, choice);
      if (found === null) return "";
      const said = "error" in found.reading ? "refuses this picture" : shortNumber(found.reading.value);
      return `${catalogue[choice.name].title}: ${said}`;
    })
    .join(", ");
  const [spoken, speak] = useState("");
  useEffect(() => {
    const waiting = setTimeout(() => speak(text), SETTLED);
    return () => clearTimeout(waiting);
  }, [text]);
  return (
    <p class="hidden" role="status" aria-label="Values">
      {spoken}
    </p>
  );
}

export function View() {
  useSignalEffect(() => {
    // Another executor may say something else.
    void backendInUse.value;
    const { width, height, mask, prediction } = picture.value;
    void ask({ width, height, mask, prediction, losses: chosenLosses.value, by: variable.value });
  });
  const choices = chosenLosses.value;
  const change = (index: number, next: LossChoice) =>
    chooseLosses(choices.map((choice, i) => (i === index ? next : choice)));
  return (
    <div class="compare">
      <h1 class="hidden">Compare losses</h1>
      <PicturePanel />
      <div class="stack">
        <Toolbar />
        {engineTrouble.value === "" ? null : (
          <p class="trouble" role="alert">
            The engine does not answer: {engineTrouble.value}
          </p>
        )}
        <div class="cards" data-count={choices.length}>
          {choices.map((choice, index) => (
            <LossCard
              key={index}
              index={index}
              choice={choice}
              onChange={(next) => change(index, next)}
              onRemove={
                choices.length === 1 ? undefined : () => chooseLosses(choices.filter((_, i) => i !== index))
              }
            />
          ))}
        </div>
        <Spoken />
      </div>
    </div>
  );
}
