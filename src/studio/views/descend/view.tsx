/** Descend: gradient descent on the prediction itself, for several losses from the same start. */
import { useSignalEffect } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { losses as catalogue } from "../../../losses/catalogue.ts";
import { latestStep } from "../../descent/order.ts";
import type { LossChoice } from "../../state/choices.ts";
import { backend } from "../../state/engine.ts";
import { chooseLosses } from "../../state/losses.ts";
import { Panel } from "../../widgets/fields.tsx";
import { AddLoss } from "../../widgets/loss-picker.tsx";
import { outlineOf } from "../../widgets/map.tsx";
import { Settings, ShownField, Transport } from "./controls.tsx";
import { LossCard } from "./loss-card.tsx";
import { DiceChart, RaceTable } from "./race.tsx";
import { begin, leave, lookingAt, mapsOf, playing, progress, readingOf, trouble } from "./session.ts";
import { asked } from "./settings.ts";

function Cards() {
  const now = progress.value;
  const { losses, maps } = asked.value;
  const { width, height, mask, prediction } = maps;
  const outline = useMemo(() => outlineOf(mask, width, height), [mask, width, height]);
  // Until the new descent has begun, what is there belongs to another picture or to other losses.
  const current = now?.asked === asked.value ? now : null;
  const back = lookingAt.value;
  const frame =
    back === null ? current?.frames.items.at(-1) : current?.frames.items.find(({ step }) => step >= back);
  const shownMaps = losses.map((_, i) => mapsOf(frame?.losses[i]));
  const latest = latestStep(shownMaps.flatMap((one) => (one === null ? [] : [one.since])));
  const replace = (index: number, ...by: LossChoice[]) =>
    chooseLosses(losses.flatMap((choice, i) => (i === index ? by : [choice])));
  return (
    <div class="descend-cards" data-count={losses.length}>
      {losses.map((choice, i) => {
        const told = current?.losses[i];
        const reading = readingOf(frame?.losses[i]) ?? told?.recent.at(-1) ?? null;
        return (
          <LossCard
            key={`${i} ${choice.name}`}
            index={i}
            choice={choice}
            told={told}
            maps={shownMaps[i]}
            reading={reading}
            before={prediction}
            latest={latest}
            width={width}
            outline={outline}
            onChange={(changed) => replace(i, changed)}
            onRemove={losses.length > 1 ? () => replace(i) : undefined}
          />
        );
      })}
    </div>
  );
}

function Race() {
  const now = progress.value?.asked === asked.value ? progress.value : null;
  const told = now?.losses ?? [];
  const { losses } = asked.value;
  return (
    <Panel title="Who gets there" tools={<AddLoss />}>
      <div class="race-body">
        <DiceChart losses={losses} told={told} step={now?.step ?? 0} lookingAt={lookingAt.value} />
        <RaceTable losses={losses} told={told} />
      </div>
    </Panel>
  );
}

/** For screen readers: how every loss stands, once it stands still. */
function Spoken() {
  const now = progress.value;
  const told = asked.value.losses.map(({ name }, i) => {
    const { error, verdict } = now?.losses[i] ?? {};
    return `${catalogue[name].title}: ${error?.message ?? verdict?.text ?? ""}`;
  });
  return (
    <p class="hidden" role="status" aria-label="How each loss stands">
      {playing.value || now === null ? "" : `Step ${now.step}. ${told.join(" ")}`}
    </p>
  );
}

export function View() {
  // Whatever changes, the descent begins anew: half of one and half of another would say nothing.
  useSignalEffect(() => {
    void backend.value;
    void begin(asked.value);
  });
  useEffect(() => () => void leave(), []);
  return (
    <div class="descend">
      <div class="intro">
        <h1>Descend</h1>
        <p class="soft">
          Gradient descent on the prediction itself: every pixel's logit is a variable, and each loss pulls it
          where it wants. A pixel is settled once it is predicted rightly with at least 75 %.
        </p>
      </div>
      <div class="descend-top">
        <Panel title="From where, and how">
          <Settings />
        </Panel>
        <Race />
      </div>
      <div class="panel descend-bar">
        <Transport onRestart={() => void begin(asked.peek())} />
        <ShownField />
      </div>
      {trouble.value === "" ? null : (
        <p class="trouble" role="alert">
          {trouble.value}
        </p>
      )}
      <Cards />
      <Spoken />
    </div>
  );
}
