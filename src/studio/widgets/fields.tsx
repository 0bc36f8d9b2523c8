/** Labelled controls. */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

/** A number by slider and by typing. */
export function NumberField({
  label,
  value,
  min,
  max,
  step,
  unit = "",
  hint,
  logarithmic = false,
  limits,
  onChange,
  onClear,
}: {
  readonly label: string;
  /** Without a number the field is empty: what is not set has a default of its own. */
  readonly value: number | undefined;
  /** Ends of the slider. */
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly unit?: string;
  readonly hint?: string;
  /** Whether equal ways of the slider are equal factors. */
  readonly logarithmic?: boolean;
  /** What may be typed. @defaultValue what the slider reaches */
  readonly limits?: { readonly min: number; readonly max: number };
  readonly onChange: (value: number) => void;
  /** Takes the number away again, where there may be none. */
  readonly onClear?: () => void;
}) {
  const id = useId();
  const accept = (given: number, within = { min, max }) => {
    if (Number.isFinite(given)) onChange(Math.min(within.max, Math.max(within.min, given)));
  };
  const at = value ?? min;
  const position = logarithmic ? Math.log10(at / min) / Math.log10(max / min) : at;
  return (
    <div class="field" title={hint}>
      <label for={id}>{label}</label>
      <input
        type="range"
        aria-label={`${label}, slider`}
        min={logarithmic ? 0 : min}
        max={logarithmic ? 1 : max}
        step={logarithmic ? 0.01 : step}
        value={position}
        onInput={(event) => {
          const at = event.currentTarget.valueAsNumber;
          accept(logarithmic ? Number((min * (max / min) ** at).toPrecision(2)) : at);
        }}
      />
      <span class="number">
        <input
          id={id}
          type="number"
          min={limits?.min ?? min}
          max={limits?.max ?? max}
          step={logarithmic || limits !== undefined ? "any" : step}
          value={value ?? ""}
          placeholder={onClear === undefined ? undefined : "default"}
          onChange={(event) => {
            if (event.currentTarget.value === "" && onClear !== undefined) onClear();
            else accept(event.currentTarget.valueAsNumber, limits);
          }}
        />
        {unit === "" ? null : <span class="soft">{unit}</span>}
      </span>
    </div>
  );
}

/** One of several words. */
export function SelectField<T extends string>({
  label,
  value,
  choices,
  hint,
  onChange,
}: {
  readonly label: string;
  readonly value: T;
  readonly choices: readonly { readonly value: T; readonly title: string }[];
  readonly hint?: string;
  readonly onChange: (value: T) => void;
}) {
  const id = useId();
  return (
    <div class="field" title={hint}>
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value as T)}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.title}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Yes or no. */
export function CheckField({
  label,
  checked,
  hint,
  onChange,
}: {
  readonly label: string;
  readonly checked: boolean;
  readonly hint?: string;
  readonly onChange: (checked: boolean) => void;
}) {
  return (
    <label class="check" title={hint}>
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} />{" "}
      {label}
    </label>
  );
}

/** A few choices side by side, of which one holds. */
export function Segmented<T extends string>({
  label,
  isLabelHidden = false,
  value,
  choices,
  onChange,
}: {
  readonly label: string;
  /** Where the choices say themselves what they are about. */
  readonly isLabelHidden?: boolean;
  readonly value: T;
  readonly choices: readonly { readonly value: T; readonly title: string; readonly hint?: string }[];
  readonly onChange: (value: T) => void;
}) {
  const name = useId();
  return (
    <fieldset class="segmented">
      <legend class={isLabelHidden ? "hidden" : undefined}>{label}</legend>
      {choices.map((choice) => (
        <label key={choice.value} title={choice.hint}>
          <input
            type="radio"
            name={name}
            value={choice.value}
            checked={choice.value === value}
            onChange={() => onChange(choice.value)}
          />
          <span>{choice.title}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** A part of a view with a heading of its own. */
export function Panel({
  title,
  tools,
  children,
  class: name = "",
}: {
  readonly title: string;
  readonly tools?: ComponentChildren;
  readonly children: ComponentChildren;
  readonly class?: string;
}) {
  const id = useId();
  return (
    <section class={`panel ${name}`} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {tools}
      </header>
      {children}
    </section>
  );
}
