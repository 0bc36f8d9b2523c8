/** The picture compared on: where it is from, painting on it, edits of it. */
import { useEffect, useId } from "preact/hooks";
import { losses as catalogue } from "../../../losses/catalogue.ts";
import { chosenLosses } from "../../state/losses.ts";
import {
  beginSample,
  canRedo,
  canUndo,
  linkGap,
  origin,
  picture,
  redoEdit,
  undoEdit,
} from "../../state/picture.ts";
import { DEFAULT_SAMPLE, SAMPLES, type SampleChoice, type SampleName, SIZES } from "../../subject/samples.ts";
import { shortNumber } from "../../widgets/chart.tsx";
import { SERIES } from "../../widgets/colors.ts";
import { Segmented } from "../../widgets/fields.tsx";
import { EditList } from "./edit-list.tsx";
import { Files } from "./files.tsx";
import { overlap, readingOf } from "./live.ts";
import { BrushControls, PaintMap } from "./paint-map.tsx";
import { PixelLine } from "./pixel-words.tsx";
import { layer, type Shown, shown } from "./tools.ts";

/** What the field shows for a picture from files. */
const OWN = "own";

const MOST_SEED = 2 ** 32 - 1;

function SampleFields() {
  const from = origin.value;
  const isOwn = "files" in from;
  const sample = isOwn ? DEFAULT_SAMPLE : from;
  const { name } = sample;
  return (
    <div class="sample">
      <select
        aria-label="Picture"
        value={isOwn ? OWN : name}
        onChange={({ currentTarget: { value } }) => {
          if (value !== OWN) beginSample({ ...sample, name: value as SampleName });
        }}
      >
        {Object.entries(SAMPLES).map(([key, { title, summary }]) => (
          <option key={key} value={key}>
            {title}: {summary}
          </option>
        ))}
        {isOwn ? <option value={OWN}>{from.files}</option> : null}
      </select>
      {isOwn ? null : <SizeAndSeed sample={sample} />}
    </div>
  );
}

function SizeAndSeed({ sample }: { readonly sample: SampleChoice }) {
  const { size, seed } = sample;
  const sizes = SIZES.includes(size) ? SIZES : [...SIZES, size].sort((a, b) => a - b);
  const id = useId();
  return (
    <>
      <select
        aria-label="Size"
        value={String(size)}
        onChange={(event) => beginSample({ ...sample, size: Number(event.currentTarget.value) })}
      >
        {sizes.map((side) => (
          <option key={side} value={String(side)}>
            {side} x {side}
          </option>
        ))}
      </select>
      <label for={id} class="soft">
        Seed
      </label>
      <input
        id={id}
        type="number"
        min={0}
        max={MOST_SEED}
        value={seed}
        onChange={(event) => {
          const { valueAsNumber: next } = event.currentTarget;
          if (Number.isInteger(next) && next >= 0 && next <= MOST_SEED)
            beginSample({ ...sample, seed: next });
          else event.currentTarget.value = String(seed);
        }}
      />
      <button
        type="button"
        title="The next seed: another picture of the same kind"
        onClick={() => beginSample({ ...sample, seed: seed === MOST_SEED ? 0 : seed + 1 })}
      >
        Another
      </button>
    </>
  );
}

/** Where typing has an undo of its own. */
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement && ["text", "number"].includes(target.type);

function useUndoKeys(): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || isTyping(event.target)) return;
      const key = event.key.toLowerCase();
      if (key !== "z" && key !== "y") return;
      event.preventDefault();
      if (key === "y" || event.shiftKey) redoEdit();
      else undoEdit();
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, []);
}

function ShownSwitch() {
  const hasImage = picture.value.image !== undefined;
  const choices: { readonly value: Shown; readonly title: string; readonly hint: string }[] = [
    { value: "prediction", title: "Prediction", hint: "Paint what a network might say" },
    { value: "mask", title: "Mask", hint: "Paint what is true" },
    ...(hasImage ? [{ value: "image" as const, title: "Image", hint: "What was segmented" }] : []),
  ];
  return (
    <Segmented
      label="Show"
      isLabelHidden
      value={shown.value === "image" && !hasImage ? "prediction" : shown.value}
      choices={choices}
      onChange={(value) => {
        shown.value = value;
      }}
    />
  );
}

function History() {
  return (
    <div class="toolbar">
      <button
        type="button"
        class="icon"
        aria-label="Undo"
        title="Undo (Ctrl+Z)"
        disabled={!canUndo.value}
        onClick={undoEdit}
      >
        ↶
      </button>
      <button
        type="button"
        class="icon"
        aria-label="Redo"
        title="Redo (Shift+Ctrl+Z)"
        disabled={!canRedo.value}
        onClick={redoEdit}
      >
        ↷
      </button>
    </div>
  );
}

function Overlap() {
  const { dice, iou } = overlap.value;
  return (
    <p class="overlap" title="Of the prediction cut at 1/2 with the mask">
      <span class="soft">Cut at 1/2:</span> Dice <b data-dice={dice}>{dice.toFixed(3)}</b>, IoU{" "}
      <b data-iou={iou}>{iou.toFixed(3)}</b>
    </p>
  );
}

/** The values beside the map that is painted on, where the losses are further down: on a phone. */
function ValueStrip() {
  return (
    <p class="value-strip" aria-hidden="true">
      {chosenLosses.value.map((choice, index) => {
        const found = readingOf(index, choice);
        const value = found === null || "error" in found.reading ? null : found.reading.value;
        return (
          <span key={index} style={{ "--series": SERIES[index] }}>
            {catalogue[choice.name].title} <b>{value === null ? "…" : shortNumber(value)}</b>
          </span>
        );
      })}
    </p>
  );
}

export function PicturePanel() {
  useUndoKeys();
  const on = layer.value;
  return (
    <section class="panel picture" aria-label="Picture">
      <SampleFields />
      <div class="toolbar spread">
        <ShownSwitch />
        <History />
      </div>
      <PaintMap />
      <PixelLine />
      <Overlap />
      <ValueStrip />
      {linkGap.value === "" ? null : (
        <p class="note" role="status">
          {linkGap.value}
        </p>
      )}
      {on === null ? (
        <p class="soft">Show the prediction or the mask to paint on it.</p>
      ) : (
        <>
          <BrushControls />
          <EditList key={on} on={on} />
        </>
      )}
      <Files />
    </section>
  );
}
