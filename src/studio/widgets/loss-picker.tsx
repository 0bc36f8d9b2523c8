/** Choosing losses: one by name, grouped by what it is about, and one more. */
import { MOST_LOSSES } from "../state/choices.ts";
import { addLoss, chosenLosses } from "../state/losses.ts";
import { FAMILIES, lossesOf } from "./families.ts";

export function LossPicker({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (name: string) => void;
}) {
  return (
    <select
      aria-label={label}
      class="loss-picker"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      {FAMILIES.map(({ family, title }) => (
        <optgroup key={family} label={title}>
          {lossesOf(family).map((loss) => (
            <option key={loss.name} value={loss.name}>
              {loss.title}
            </option>
          ))}
        </optgroup>
      ))}
    </select>
  );
}

/** One loss more, while there is room. */
export function AddLoss() {
  if (chosenLosses.value.length >= MOST_LOSSES) return null;
  return (
    <button type="button" onClick={addLoss}>
      Add a loss
    </button>
  );
}
