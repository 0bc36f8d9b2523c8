/** What is descended from, and how; playing, stepping, looking back. */
import { OPTIMIZERS, type OptimizerName } from "../../descent/optimizers.ts";
import { linkTo } from "../../state/address.ts";
import { beginSample, origin } from "../../state/picture.ts";
import { DEFAULT_SAMPLE, SAMPLES, type SampleName, STARTS } from "../../subject/samples.ts";
import { CheckField, NumberField, Segmented, SelectField } from "../../widgets/fields.tsx";
import { lookingAt, pause, play, playing, progress, takeSteps } from "./session.ts";
import {
  chooseOptimizer,
  chooseOption,
  choosePace,
  chooseRate,
  chooseShown,
  chooseStart,
  optimizer,
  PACES,
  PREDICTION,
  pace,
  RATES,
  rate,
  SHOWN,
  shown,
  start,
} from "./settings.ts";

const RATE_HINT =
  "How far a step goes. The gradient is taken times the number of pixels first, as if losses were sums over pixels instead of means: one rate then fits pictures of all sizes.";

const playNow = () => play(pace.value === "0" ? null : Number(pace.value));

/** Play, steps, and the slider that looks back. */
export function Transport({ onRestart }: { readonly onRestart: () => void }) {
  const now = progress.value;
  const busy = playing.value;
  return (
    <div class="toolbar transport">
      <button
        type="button"
        class="primary"
        disabled={now === null}
        onClick={() => void (busy ? pause() : playNow())}
      >
        {busy ? "Pause" : "Play"}
      </button>
      <button type="button" disabled={busy || now === null} onClick={() => void takeSteps(1)}>
        Step
      </button>
      <button type="button" disabled={busy || now === null} onClick={() => void takeSteps(10)}>
        10 steps
      </button>
      <button type="button" disabled={now === null} onClick={onRestart}>
        Start again
      </button>
      <LookBack />
    </div>
  );
}

function LookBack() {
  const items = progress.value?.frames.items ?? [];
  const newest = progress.value?.step ?? 0;
  const step = lookingAt.value ?? newest;
  const found = items.findIndex((frame) => frame.step >= step);
  const last = items.length - 1;
  return (
    <label class="look-back">
      <output aria-live="off" class="step" data-step={newest}>
        {lookingAt.value === null ? `Step ${newest}` : `Step ${step} of ${newest}`}
      </output>
      <input
        type="range"
        aria-label="Look back at an earlier step"
        aria-valuetext={`step ${step}`}
        min={0}
        max={Math.max(0, last)}
        step={1}
        value={found < 0 ? last : found}
        disabled={last < 1}
        onInput={(event) => {
          const at = event.currentTarget.valueAsNumber;
          void pause();
          lookingAt.value = at >= last ? null : (items[at]?.step ?? null);
        }}
      />
    </label>
  );
}

function OptimizerOptions() {
  const { name, options } = optimizer.value;
  return (
    <details>
      <summary>More options of the optimiser</summary>
      <div class="options">
        {Object.entries(OPTIMIZERS[name].options).map(([key, option]) => {
          const { label, hint } = option;
          const given = Object.hasOwn(options, key) ? options[key] : option.default;
          return typeof option.default === "boolean" ? (
            <CheckField
              key={key}
              label={label}
              hint={hint}
              checked={given === true}
              onChange={(checked) => chooseOption(key, checked)}
            />
          ) : (
            <NumberField
              key={key}
              label={label}
              hint={hint}
              value={Number(given)}
              min={0}
              max={"max" in option ? option.max : 1}
              step={0.001}
              onChange={(value) => chooseOption(key, value)}
            />
          );
        })}
      </div>
    </details>
  );
}

/** A sample by name, at the size of the present one; a picture of the user's files is changed in Compare. */
function PictureField() {
  const from = origin.value;
  const isSample = "name" in from;
  const samples = Object.entries(SAMPLES).map(([value, { title }]) => ({ value, title }));
  return (
    <SelectField
      label="Picture"
      value={isSample ? from.name : ""}
      choices={isSample ? samples : [{ value: "", title: from.files }, ...samples]}
      onChange={(name) => {
        if (name !== "") beginSample({ ...(isSample ? from : DEFAULT_SAMPLE), name: name as SampleName });
      }}
    />
  );
}

export function Settings() {
  const { name } = optimizer.value;
  const starts = Object.entries(STARTS).map(([value, { title }]) => ({ value, title }));
  return (
    <div class="stack">
      <PictureField />
      <SelectField
        label="Start from"
        value={start.value}
        hint="The prediction before the first step"
        choices={[{ value: PREDICTION, title: "the picture's prediction" }, ...starts]}
        onChange={chooseStart}
      />
      <SelectField
        label="Optimiser"
        value={name}
        hint={OPTIMIZERS[name].summary}
        choices={Object.entries(OPTIMIZERS).map(([value, { title }]) => ({
          value: value as OptimizerName,
          title,
        }))}
        onChange={chooseOptimizer}
      />
      <NumberField
        label="Learning rate"
        hint={RATE_HINT}
        value={rate.value}
        min={RATES.min}
        max={RATES.max}
        step={0.01}
        logarithmic
        onChange={chooseRate}
      />
      <SelectField
        label="Speed"
        value={pace.value}
        choices={PACES}
        onChange={(value) => {
          choosePace(value);
          if (playing.value) void playNow();
        }}
      />
      <OptimizerOptions />
      <p class="soft descend-note">
        {OPTIMIZERS[name].summary} The gradient counts times the number of pixels, so one rate fits all sizes.{" "}
        <a href={linkTo("compare")}>Paint another prediction in Compare</a>
      </p>
    </div>
  );
}

export function ShownField() {
  return <Segmented label="Left maps show" value={shown.value} choices={SHOWN} onChange={chooseShown} />;
}
