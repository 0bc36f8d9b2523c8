/** One loss of the descent: where it stands, its maps, its curves, its options. */
import { losses as catalogue } from "../../../losses/catalogue.ts";
import type { LossMaps, Reading } from "../../descent/frame.ts";
import { firstCare } from "../../descent/summary.ts";
import type { LossChoice } from "../../state/choices.ts";
import { Chart, shortNumber } from "../../widgets/chart.tsx";
import { SERIES } from "../../widgets/colors.ts";
import { LossPanel } from "../../widgets/loss-panel.tsx";
import { cursor } from "./cursor.ts";
import { NowMap, OrderMap } from "./maps.tsx";
import type { Told } from "./session.ts";
import { shown } from "./settings.ts";

interface CardProps {
  readonly index: number;
  readonly choice: LossChoice;
  readonly told: Told | undefined;
  /** At the step looked at; the newest where that is no other. */
  readonly maps: LossMaps | null;
  readonly reading: Reading | null;
  /** The prediction before the first step. */
  readonly before: Uint8Array;
  /** The end of the colour scale that all order maps share. */
  readonly latest: number;
  readonly width: number;
  readonly outline: string;
  readonly onChange: (choice: LossChoice) => void;
  /** Absent where it is the only one. */
  readonly onRemove?: () => void;
}

const percent = (share: number): string => `${Math.floor(1000 * share) / 10} %`;

/** The figures of one step. */
function Figures({ reading, name }: { readonly reading: Reading; readonly name: string }) {
  return (
    <dl class="figures">
      <div>
        <dt>Loss</dt>
        <dd>
          <output aria-live="off" data-loss={name} data-value={reading.value}>
            {shortNumber(reading.value)}
          </output>
        </dd>
      </div>
      <div>
        <dt>Dice</dt>
        <dd>
          <output aria-live="off" data-dice={reading.dice}>
            {reading.dice.toFixed(3)}
          </output>
        </dd>
      </div>
      <div title="Share of the foreground that is settled: predicted rightly with at least 75 %">
        <dt>Foreground</dt>
        <dd>{percent(reading.foreground)}</dd>
      </div>
      <div title="Share of the background that is settled: predicted rightly with at least 75 %">
        <dt>Background</dt>
        <dd>{percent(reading.background)}</dd>
      </div>
      <div title="How hard the loss pulls at a typical pixel: root mean square of the gradient times the number of pixels. Cross entropy pulls with 0.5 at an undecided pixel.">
        <dt>Pull</dt>
        <dd>{shortNumber(Number(reading.pull.toPrecision(3)))}</dd>
      </div>
    </dl>
  );
}

/** A loss that falls by less than this share of itself is drawn as what it is: all but level. */
const LEAST_RANGE = 0.02;

function rangeOf(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const short = LEAST_RANGE * Math.max(Math.abs(low), Math.abs(high)) - (high - low);
  return short > 0 ? [low - short / 2, high + short / 2] : [low, high];
}

function Curves({
  index,
  title,
  told,
}: {
  readonly index: number;
  readonly title: string;
  readonly told: Told;
}) {
  const { items } = told.curve;
  const color = SERIES[index];
  const x = items.map(({ step }) => step);
  const values = items.map(({ value }) => value);
  // A loss that is 0 throughout has no range at all: the chart then finds one.
  const yRange = values.every((value) => value === 0) ? undefined : rangeOf(values);
  const xRange: [number, number] = [0, Math.max(10, items.at(-1)?.step ?? 0)];
  return (
    <div class="pair curves">
      <figure>
        <Chart
          label={`${title} by step`}
          xLabel="step"
          yLabel="loss"
          xRange={xRange}
          yRange={yRange}
          lines={[{ label: "loss", color, x, y: values }]}
        />
      </figure>
      <figure>
        <Chart
          label={`Share of foreground and background settled by ${title}, by step`}
          xLabel="step"
          yLabel="share settled"
          xRange={xRange}
          yRange={[0, 1]}
          lines={[
            { label: "foreground", color, x, y: items.map(({ foreground }) => foreground) },
            { label: "background", color, x, y: items.map(({ background }) => background), dashed: true },
          ]}
        />
        <figcaption>Foreground solid, background dashed</figcaption>
      </figure>
    </div>
  );
}

function Verdict({ told }: { readonly told: Told }) {
  if (told.error !== null)
    return (
      <p class="trouble" role="alert">
        {told.error.message}
      </p>
    );
  if (told.verdict === null || told.summary === null) return null;
  const { kind, text, reason } = told.verdict;
  return (
    <div class="standing">
      <p data-verdict={kind}>{text}</p>
      {reason === "" ? null : <p>{reason}</p>}
      <p class="soft">{firstCare(told.summary)}</p>
    </div>
  );
}

/** The pixel under the pointer: its probability, its pull, since when it is settled. */
function PixelWords({ maps, width }: { readonly maps: LossMaps; readonly width: number }) {
  const { levels, gradient, since } = maps;
  const at = cursor.value;
  const [x, y] = at === null ? [-1, -1] : [Math.floor(at.x), Math.floor(at.y)];
  const i = y * width + x;
  if (x < 0 || x >= width || y < 0 || i >= levels.length)
    return <p class="soft pixel-words">Point at a map to look at a pixel.</p>;
  const pull = gradient[i] * levels.length;
  const towards = pull < 0 ? ", raised next" : pull > 0 ? ", lowered next" : "";
  const order =
    since[i] < 0 ? "open" : since[i] === 0 ? "settled from the start" : `settled at step ${since[i]}`;
  return (
    <p class="pixel-words">
      ({x}, {y}): p {(levels[i] / 255).toFixed(3)}, pull {shortNumber(Number(pull.toPrecision(3)))}
      {towards}, {order}
    </p>
  );
}

export function LossCard(props: CardProps) {
  const { index, choice, told, maps, reading, before, latest, width, outline, onChange, onRemove } = props;
  const { title } = catalogue[choice.name];
  const frame = { title, width, outline };
  return (
    <LossPanel class="descend-card" index={index} choice={choice} onChange={onChange} onRemove={onRemove}>
      {told === undefined ? <p class="soft">Computing…</p> : <Verdict told={told} />}
      {reading === null ? null : <Figures reading={reading} name={choice.name} />}
      {maps === null ? null : (
        <div class="measured">
          <div class="pair maps">
            <NowMap {...frame} maps={maps} before={before} shown={shown.value} />
            <OrderMap {...frame} since={maps.since} latest={latest} />
          </div>
          <PixelWords maps={maps} width={width} />
        </div>
      )}
      {told === undefined || told.summary === null ? null : (
        <div class="measured">
          <Curves index={index} title={title} told={told} />
        </div>
      )}
    </LossPanel>
  );
}
