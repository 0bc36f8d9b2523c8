/** Options of a loss as controls, made from what the catalogue says of them. */
import { losses as catalogue } from "../../losses/catalogue.ts";
import type { OptionSpec } from "../../losses/shared/options.ts";
import { type LossChoice, withOption } from "../state/choices.ts";
import { CheckField, NumberField, SelectField } from "./fields.tsx";

/**
 * Options that have no say on one picture of one class: what the prediction holds is the page's matter, and there is
 * one image, one class.
 */
const FIXED = new Set([
  "input",
  "mode",
  "reduction",
  "aggregate",
  "classWeights",
  "includeBackground",
  "pixelWeights",
  "ignoreIndex",
]);

/** How far a slider goes where the option has no end; larger numbers can be typed. */
const REACH = 10;

interface ControlProps {
  readonly name: string;
  readonly spec: OptionSpec;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}

/** A number of a slider; where the range is open, far enough to be useful. What the loss excludes, it refuses itself. */
function NumberControl({ name, spec, value, onChange }: ControlProps) {
  const shown = typeof value === "number" ? value : undefined;
  const max = spec.max ?? Math.max(REACH, 4 * Math.abs(Number(spec.default) || 0), shown ?? 0);
  const step = spec.integer ? 1 : max - (spec.min ?? 0) > 2 ? 0.1 : 0.01;
  const least = spec.exclusiveMin ? (spec.min ?? 0) + step / 10 : (spec.min ?? -max);
  return (
    <NumberField
      label={name}
      value={shown}
      min={least}
      max={max}
      step={step}
      limits={{ min: spec.min ?? Number.NEGATIVE_INFINITY, max: spec.max ?? Number.POSITIVE_INFINITY }}
      hint={spec.doc}
      onChange={onChange}
      onClear={spec.default === undefined ? () => onChange(undefined) : undefined}
    />
  );
}

/** Whatever JSON can say: lists of numbers, options of parts. */
function JsonControl({ name, spec, value, onChange }: ControlProps) {
  return (
    <label class="field" title={spec.doc}>
      <span>{name}</span>
      <input
        type="text"
        value={value === undefined ? "" : JSON.stringify(value)}
        placeholder="JSON"
        onChange={(event) => {
          const input = event.currentTarget;
          try {
            onChange(input.value.trim() === "" ? undefined : JSON.parse(input.value));
            input.setCustomValidity("");
          } catch {
            input.setCustomValidity('This is not JSON: numbers, [lists], {"names": values}.');
            input.reportValidity();
          }
        }}
      />
    </label>
  );
}

function Control(props: ControlProps) {
  const { name, spec, value, onChange } = props;
  const numeric = typeof spec.default === "number" || spec.min !== undefined || spec.max !== undefined;
  if (spec.choices !== undefined) {
    const choices = spec.choices.map((word) => ({ value: word, title: word }));
    const unset = spec.default === undefined ? [{ value: "", title: "default" }] : [];
    const own = numeric ? [{ value: "number", title: "a number" }] : [];
    const kind = typeof value === "number" ? "number" : String(value ?? "");
    return (
      <>
        <SelectField
          label={name}
          hint={spec.doc}
          value={kind}
          choices={[...unset, ...choices, ...own]}
          onChange={(word) => onChange(word === "" ? undefined : word === "number" ? (spec.min ?? 1) : word)}
        />
        {kind === "number" ? <NumberControl {...props} /> : null}
      </>
    );
  }
  if (typeof spec.default === "boolean") {
    return <CheckField label={name} hint={spec.doc} checked={value === true} onChange={onChange} />;
  }
  if (numeric && (spec.default === undefined || typeof spec.default === "number"))
    return <NumberControl {...props} />;
  return <JsonControl {...props} />;
}

/** The controls of one loss. */
export function OptionControls({
  choice,
  onChange,
}: {
  readonly choice: LossChoice;
  readonly onChange: (choice: LossChoice) => void;
}) {
  const specs = Object.entries(catalogue[choice.name].options).filter(([name]) => !FIXED.has(name));
  if (specs.length === 0) return <p class="soft">This loss has no options of its own.</p>;
  return (
    <div class="options">
      {specs.map(([name, spec]) => (
        <Control
          key={name}
          name={name}
          spec={spec}
          value={Object.hasOwn(choice.options, name) ? choice.options[name] : spec.default}
          onChange={(value) => onChange(withOption(choice, name, value, spec))}
        />
      ))}
    </div>
  );
}
