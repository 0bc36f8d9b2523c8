/** Train: a small U-Net learns in this page, with any loss. */
import { useSignalEffect } from "@preact/signals";
import { settings } from "./choices.ts";
import { PicturesPanel } from "./pictures-panel.tsx";
import { CurvesPanels, PredictionsPanel } from "./results.tsx";
import { RunPanel } from "./run-panel.tsx";
import { refresh, running } from "./session.ts";
import { LossPanel, NetworkPanel, StepsPanel } from "./settings-panels.tsx";

export function View() {
  useSignalEffect(() => {
    void settings.value;
    void refresh(undefined);
  });
  return (
    <div class="train">
      <h1 class="hidden">Train</h1>
      <div class="train-main stack">
        <RunPanel />
        <CurvesPanels />
        <PredictionsPanel />
      </div>
      <fieldset class="train-settings" disabled={running.value}>
        <legend class="hidden">Settings</legend>
        <LossPanel />
        <PicturesPanel />
        <NetworkPanel />
        <StepsPanel />
      </fieldset>
    </div>
  );
}
