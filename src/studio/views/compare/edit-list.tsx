/** Edits of the whole map shown, each with how much of it. */
import { useState } from "preact/hooks";
import { edit, picture } from "../../state/picture.ts";
import { addNoise, blur, dilate, erode, type Grid, shift, threshold } from "../../subject/edits.ts";
import { gridOf, type Layer } from "../../subject/picture.ts";
import { MASK_STARTS, STARTS } from "../../subject/samples.ts";
import { shortNumber } from "../../widgets/chart.tsx";
import { fitting } from "./paint-map.tsx";

interface Amount {
  /** What a screen reader says; the number stands beside it. */
  readonly label: string;
  readonly sign?: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly start: number;
}

interface Edit {
  readonly title: string;
  readonly hint: string;
  readonly amounts: readonly Amount[];
  readonly apply: (grid: Grid, amounts: readonly number[]) => Uint8Array;
}

/** Each noise is another one. */
let noises = 0;

const amount = (label: string, min: number, max: number, step: number, start: number, sign = ""): Amount => ({
  label,
  min,
  max,
  step,
  start,
  sign,
});

const EDITS: readonly Edit[] = [
  {
    title: "Noise",
    hint: "Adds normal noise of this standard deviation",
    amounts: [amount("deviation", 0.01, 0.5, 0.01, 0.1, "±")],
    apply: (grid, [deviation]) => addNoise(grid, 255 * deviation, ++noises),
  },
  {
    title: "Blur",
    hint: "Gaussian blur of this many pixels",
    amounts: [amount("pixels", 0.5, 10, 0.5, 2)],
    apply: (grid, [sigma]) => blur(grid, sigma),
  },
  {
    title: "Shift",
    hint: "Moves right and down by whole pixels",
    amounts: [amount("pixels to the right", -20, 20, 1, 3, "→"), amount("pixels down", -20, 20, 1, 0, "↓")],
    apply: (grid, [right, down]) => shift(grid, right, down),
  },
  {
    title: "Grow",
    hint: "Dilates: the largest value within this radius",
    amounts: [amount("radius in pixels", 1, 10, 1, 2)],
    apply: (grid, [radius]) => dilate(grid, radius),
  },
  {
    title: "Shrink",
    hint: "Erodes: the smallest value within this radius",
    amounts: [amount("radius in pixels", 1, 10, 1, 2)],
    apply: (grid, [radius]) => erode(grid, radius),
  },
  {
    title: "Cut",
    hint: "Threshold: 1 from this probability on, 0 below",
    amounts: [amount("probability", 0.05, 0.95, 0.05, 0.5)],
    apply: (grid, [cut]) => threshold(grid, 255 * cut),
  },
];

function EditRow({ title, hint, amounts, apply, on }: Edit & { readonly on: Layer }) {
  const [values, setValues] = useState<readonly number[]>(() => amounts.map(({ start }) => start));
  const run = () => {
    edit(on, fitting(on, apply(gridOf(picture.peek(), on), values)));
  };
  return (
    <div class="edit" title={hint}>
      <button type="button" onClick={run}>
        {title}
      </button>
      <div class="amounts">
        {amounts.map(({ label, sign, min, max, step }, i) => (
          <label key={label}>
            <span class="hidden">
              {title}: {label}
            </span>
            <input
              type="range"
              min={min}
              max={max}
              step={step}
              value={values[i]}
              onInput={(event) => {
                const value = event.currentTarget.valueAsNumber;
                setValues(values.map((old, j) => (j === i ? value : old)));
              }}
            />
            <span class="soft amount" aria-hidden="true">
              {sign} {shortNumber(values[i])}
            </span>
          </label>
        ))}
      </div>
    </div>
  );
}

/** Fresh starts of the map shown. */
function StartRow({ on }: { readonly on: Layer }) {
  const starts = on === "mask" ? MASK_STARTS : STARTS;
  const [chosen, choose] = useState("");
  const name = Object.hasOwn(starts, chosen) ? chosen : Object.keys(starts)[0];
  return (
    <div class="edit" title="Replaces the whole map">
      <button type="button" onClick={() => edit(on, starts[name].of(picture.peek()))}>
        Fill
      </button>
      <select aria-label="Fill with" value={name} onChange={(event) => choose(event.currentTarget.value)}>
        {Object.entries(starts).map(([key, { title }]) => (
          <option key={key} value={key}>
            {title}
          </option>
        ))}
      </select>
    </div>
  );
}

export function EditList({ on }: { readonly on: Layer }) {
  return (
    <div class="edits">
      {EDITS.map((one) => (
        <EditRow key={one.title} {...one} on={on} />
      ))}
      <StartRow on={on} />
    </div>
  );
}
