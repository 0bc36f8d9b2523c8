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

const isLoss = (name: string): boolean => Object.hasOwn(catalogue, name);

/** One to {@link MOST_LOSSES} losses, side by side. */
export const chosenLosses = computed<readonly LossChoice[]>(() => {
  const named = address.value.parameters.getAll("loss").map((text) => choiceOfText(text, isLoss));
  const known = named.filter((choice) => choice !== null).slice(0, MOST_LOSSES);
  return known.length === 0 ? DEFAULT_LOSSES : known;
});

/** Exchanges the losses chosen. */
export const chooseLosses = (choices: readonly LossChoice[]): void =>
  remember({ loss: choices.map(textOfChoice) });

/** What gradients are taken with respect to. */
export const variable = computed<Variable>(() =>
  address.value.parameters.get("by") === "probabilities" ? "probabilities" : "logits",
);

export const chooseVariable = (by: Variable): void => remember({ by: by === "logits" ? null : by });
