/** The losses chosen, which Compare and Descend share. */
import { computed } from "@preact/signals";
import { losses as catalogue } from "../../losses/catalogue.ts";
import { address, remember } from "./address.ts";
import {
  choiceOfText,
  DEFAULT_LOSSES,
  type LossChoice,
  MOST_LOSSES,
  textOfChoice,
  type Variable,
} from "./choices.ts";

/** Whether the catalogue has a loss of that name. */
export const isLoss = (name: string): boolean => Object.hasOwn(catalogue, name);

/** As text, so that other changes of the address do not look like a change of the losses. */
const lossTexts = computed(() => JSON.stringify(address.value.parameters.getAll("loss")));

/** One to {@link MOST_LOSSES} losses, side by side. */
export const chosenLosses = computed<readonly LossChoice[]>(() => {
  const texts: string[] = JSON.parse(lossTexts.value);
  const known = texts.map((text) => choiceOfText(text, isLoss)).filter((choice) => choice !== null);
  return known.length === 0 ? DEFAULT_LOSSES : known.slice(0, MOST_LOSSES);
});

/** Exchanges the losses chosen. */
export const chooseLosses = (choices: readonly LossChoice[]): void =>
  remember({ loss: choices.map(textOfChoice) });

/** What is offered next, each of another kind: those that are there already are passed over. */
const NEXT = ["focalLoss", "lovaszHingeLoss", "boundaryLoss", "tverskyLoss", "diceCrossEntropyLoss"];

/** One loss more beside those chosen, where there is room. */
export function addLoss(): void {
  const chosen = chosenLosses.peek();
  const isNew = (name: string) => chosen.every((choice) => choice.name !== name);
  const name = [...NEXT, ...Object.keys(catalogue)].find(isNew);
  if (name !== undefined && chosen.length < MOST_LOSSES) chooseLosses([...chosen, { name, options: {} }]);
}

/** What gradients are taken with respect to. */
export const variable = computed<Variable>(() =>
  address.value.parameters.get("by") === "probabilities" ? "probabilities" : "logits",
);

export const chooseVariable = (by: Variable): void => remember({ by: by === "logits" ? null : by });
