/** What is chosen for a training; the address holds it. */
import { computed } from "@preact/signals";
import { address, remember } from "../../state/address.ts";
import { choiceOfText, type LossChoice, textOfChoice } from "../../state/choices.ts";
import { isLoss } from "../../state/losses.ts";
import { settingsOfText, type TrainSettings, textOfSettings } from "../../subject/training/settings.ts";

/** Overlap and pixels together: learns from the first step on, whatever the share of the foreground. */
const DEFAULT_LOSS: LossChoice = { name: "diceCrossEntropyLoss", options: {} };

export const settings = computed<TrainSettings>(() =>
  settingsOfText(address.value.parameters.get("train") ?? ""),
);

export function choose(changes: Partial<TrainSettings>): void {
  const text = textOfSettings({ ...settings.peek(), ...changes });
  remember({ train: text === "" ? null : text });
}

/** The one loss that is trained with. */
export const loss = computed<LossChoice>(
  () => choiceOfText(address.value.parameters.get("trainLoss") ?? "", isLoss) ?? DEFAULT_LOSS,
);

export function chooseLoss(choice: LossChoice): void {
  const text = textOfChoice(choice);
  remember({ trainLoss: text === textOfChoice(DEFAULT_LOSS) ? null : text });
}
