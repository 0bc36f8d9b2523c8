/** How to descend, as the address holds it. */
import { computed } from "@preact/signals";
import type { Descent } from "../../descent/frame.ts";
import { OPTIMIZERS, type OptimizerChoice, type OptimizerName } from "../../descent/optimizers.ts";
import { address, remember } from "../../state/address.ts";
import { choiceOfText, textOfChoice } from "../../state/choices.ts";
import { chosenLosses } from "../../state/losses.ts";
import { picture } from "../../state/picture.ts";
import { STARTS } from "../../subject/samples.ts";

/** Where to start: the picture's prediction, or one of `STARTS`. */
export const PREDICTION = "prediction";

const parameter = (name: string): string => address.value.parameters.get(name) ?? "";

/** A number of the address within a range, or the number that holds where there is none. */
function numberOf(name: string, min: number, max: number, fallback: number): number {
  const text = parameter(name);
  const value = Number(text);
  return text !== "" && value >= min && value <= max ? value : fallback;
}

export const start = computed(() =>
  Object.hasOwn(STARTS, parameter("start")) ? parameter("start") : PREDICTION,
);
export const chooseStart = (name: string): void => remember({ start: name === PREDICTION ? null : name });

/** The prediction to start from, in 8 bits. */
export const startLevels = computed<Uint8Array>(() =>
  start.value === PREDICTION ? picture.value.prediction : STARTS[start.value].of(picture.value),
);

const isOptimizer = (name: string): boolean => Object.hasOwn(OPTIMIZERS, name);

/** The optimiser and its options. Options of the address that are none, or out of range, are refused when it is made. */
export const optimizer = computed<OptimizerChoice>(() => {
  const choice = choiceOfText(parameter("optimizer"), isOptimizer) ?? { name: "sgd", options: {} };
  return { name: choice.name as OptimizerName, options: choice.options };
});

/** Another optimiser has other rates: it begins with its own. */
export const chooseOptimizer = (name: OptimizerName): void =>
  remember({ optimizer: name === "sgd" ? null : name, rate: null });

export function chooseOption(name: string, value: number | boolean): void {
  const { [name]: _, ...others } = optimizer.value.options;
  const isDefault = OPTIMIZERS[optimizer.value.name].options[name].default === value;
  const options = isDefault ? others : { ...others, [name]: value };
  remember({ optimizer: textOfChoice({ name: optimizer.value.name, options }) });
}

export const RATES = { min: 0.001, max: 10 } as const;

/** The learning rate, for a gradient times the number of pixels. */
export const rate = computed(() =>
  numberOf("rate", RATES.min, RATES.max, OPTIMIZERS[optimizer.value.name].rate),
);
export const chooseRate = (value: number): void =>
  remember({ rate: value === OPTIMIZERS[optimizer.value.name].rate ? null : String(value) });

/** Steps a second; 0 for as many as there are. */
export const PACES = [
  { value: "5", title: "5 steps a second" },
  { value: "20", title: "20 steps a second" },
  { value: "60", title: "60 steps a second" },
  { value: "0", title: "as fast as it goes" },
] as const;
const DEFAULT_PACE = "20";

export const pace = computed(
  () => PACES.find(({ value }) => value === parameter("pace"))?.value ?? DEFAULT_PACE,
);
export const choosePace = (value: string): void => remember({ pace: value === DEFAULT_PACE ? null : value });

/** What the left map of each loss shows. */
export const SHOWN = [
  { value: "prediction", title: "prediction", hint: "The prediction at this step, dark 0, bright 1" },
  { value: "gradient", title: "gradient", hint: "Where the loss pulls at this step, and in which direction" },
  { value: "change", title: "change", hint: "The prediction at this step less that of the start" },
] as const;
export type Shown = (typeof SHOWN)[number]["value"];

export const shown = computed<Shown>(
  () => SHOWN.find(({ value }) => value === parameter("map"))?.value ?? "prediction",
);
export const chooseShown = (value: Shown): void => remember({ map: value === "prediction" ? null : value });

/** Everything that changes a descent, as text: the address makes new objects of the same choices. */
const choicesText = computed(() => JSON.stringify([chosenLosses.value, optimizer.value]));

/** The descent that the page asks for. It changes when something in it does. */
export const asked = computed<Descent>(() => {
  const { width, height, mask } = picture.value;
  const [losses, optimizerChoice] = JSON.parse(choicesText.value) as [
    Descent["losses"],
    Descent["optimizer"],
  ];
  return {
    maps: { width, height, mask, prediction: startLevels.value },
    losses,
    optimizer: optimizerChoice,
    rate: rate.value,
  };
});
