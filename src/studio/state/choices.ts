/** Losses as the page chooses them: a name of the catalogue and the options that differ from their defaults. */
import type { OptionSpec } from "../../losses/shared/options.ts";

/** A loss and its options. */
export interface LossChoice {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Losses side by side. */
export const MOST_LOSSES = 4;

/** What gradients are taken with respect to. */
export type Variable = "logits" | "probabilities";

export const DEFAULT_LOSSES: readonly LossChoice[] = [
  { name: "binaryCrossEntropyLoss", options: {} },
  { name: "diceLoss", options: {} },
];

/** `focalLoss` or `focalLoss:{"gamma":3}`, as the address holds it. */
export const textOfChoice = ({ name, options }: LossChoice): string =>
  Object.keys(options).length === 0 ? name : `${name}:${JSON.stringify(options)}`;

/** The choice of {@link textOfChoice}, or `null` where it is none of a known loss. */
export function choiceOfText(text: string, known: (name: string) => boolean): LossChoice | null {
  const colon = text.indexOf(":");
  const name = colon < 0 ? text : text.slice(0, colon);
  if (!known(name)) return null;
  try {
    const options: unknown = colon < 0 ? {} : JSON.parse(text.slice(colon + 1));
    const plain = typeof options === "object" && options !== null && !Array.isArray(options);
    return plain ? { name, options: options as LossChoice["options"] } : null;
  } catch {
    return null;
  }
}

/** The choice with one option set; a value that is its default leaves the record. */
export function withOption(choice: LossChoice, name: string, value: unknown, spec: OptionSpec): LossChoice {
  const { [name]: _, ...others } = choice.options;
  const isDefault = value === undefined || JSON.stringify(value) === JSON.stringify(spec.default);
  return { name: choice.name, options: isDefault ? others : { ...others, [name]: value } };
}
