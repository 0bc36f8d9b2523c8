/** Choosing a loss by name, grouped by what it is about. */
import { losses as catalogue } from "../../losses/catalogue.ts";
import type { Family } from "../../losses/shared/define-loss.ts";

const FAMILIES: readonly { readonly family: Family; readonly title: string }[] = [
  { family: "pixel", title: "Pixel by pixel" },
  { family: "region", title: "Regions and overlap" },
  { family: "boundary", title: "Boundaries" },
  { family: "structure", title: "Structure" },
  { family: "compound", title: "Compound" },
];

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
          {Object.values(catalogue)
            .filter((loss) => loss.family === family)
            .sort((a, b) => a.title.localeCompare(b.title))
            .map((loss) => (
              <option key={loss.name} value={loss.name}>
                {loss.title}
              </option>
            ))}
        </optgroup>
      ))}
    </select>
  );
}
