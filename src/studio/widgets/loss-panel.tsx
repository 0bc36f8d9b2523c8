/** The frame of a loss beside others: which loss it is, its options, and where to read more. */
import type { ComponentChildren } from "preact";
import { losses as catalogue } from "../../losses/catalogue.ts";
import { linkTo } from "../state/address.ts";
import type { LossChoice } from "../state/choices.ts";
import { SERIES } from "./colors.ts";
import { LossPicker } from "./loss-picker.tsx";
import { OptionControls } from "./options.tsx";

export function LossPanel({
  index,
  choice,
  onChange,
  onRemove,
  class: name,
  children,
}: {
  /** Which of those side by side: it has a colour of its own. */
  readonly index: number;
  readonly choice: LossChoice;
  readonly onChange: (choice: LossChoice) => void;
  /** Absent where it is the only one. */
  readonly onRemove?: () => void;
  readonly class: string;
  /** What the view shows of the loss. */
  readonly children: ComponentChildren;
}) {
  const { title, summary } = catalogue[choice.name];
  return (
    <section class={`panel ${name}`} style={{ "--series": SERIES[index] }} aria-label={title}>
      <header>
        <LossPicker
          label={`Loss ${index + 1}`}
          value={choice.name}
          onChange={(other) => onChange({ name: other, options: {} })}
        />
        {onRemove === undefined ? null : (
          <button type="button" class="quiet" onClick={onRemove} aria-label={`Remove ${title}`}>
            ×
          </button>
        )}
      </header>
      {children}
      <details>
        <summary>Options</summary>
        <OptionControls choice={choice} onChange={onChange} />
      </details>
      <p class="soft summary">
        {summary} <a href={linkTo("learn", choice.name)}>About {title}</a>
      </p>
    </section>
  );
}
