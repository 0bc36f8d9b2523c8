/** What comes out: curves, and predictions of a few validation pictures. */
import { useMemo } from "preact/hooks";
import { losses as catalogue } from "../../../losses/catalogue.ts";
import { cssColor, sequentialMap } from "../../../study/colormap.ts";
import { thinned } from "../../subject/training/curves.ts";
import { Chart } from "../../widgets/chart.tsx";
import { greyImage, levelImage, SERIES } from "../../widgets/colors.ts";
import { Panel } from "../../widgets/fields.tsx";
import { MapView, outlineOf } from "../../widgets/map.tsx";
import type { Preview } from "../../worker/train/data.ts";
import { loss, settings } from "./choices.ts";
import { curves, progress, seen } from "./record.ts";
import { shown } from "./session.ts";

const [LOW, HIGH] = [cssColor(sequentialMap.stops[0]), cssColor(sequentialMap.stops.at(-1)!)];

/** As many points as a chart has room for. */
const MOST_POINTS = 300;

export function CurvesPanels() {
  const { loss: losses, dice } = curves.value;
  const { title } = catalogue[loss.value.name];
  const xRange = [0, progress.value?.total ?? settings.value.steps] as const;
  const line = useMemo(() => thinned(losses, MOST_POINTS), [losses]);
  return (
    <div class="curves">
      <Panel title="Loss of each step">
        <Chart
          label={`${title} at each step`}
          xLabel="step"
          yLabel="loss"
          lines={[{ label: "loss of the step's pictures", color: SERIES[0], ...line }]}
          xRange={xRange}
        />
      </Panel>
      <Panel title="Dice on the validation pictures">
        <Chart
          label="Dice on the validation pictures"
          xLabel="step"
          yLabel="Dice"
          lines={[{ label: "Dice", color: SERIES[2], ...dice }]}
          marks={dice.x.length === 0 ? [] : [{ x: dice.x.at(-1)!, y: dice.y.at(-1)!, color: SERIES[2] }]}
          xRange={xRange}
          yRange={[0, 1]}
        />
      </Panel>
    </div>
  );
}

function Shown({ preview, prediction }: { readonly preview: Preview; readonly prediction?: Uint8Array }) {
  const { name, width, height, image, mask } = preview;
  const outline = useMemo(() => outlineOf(mask, width, height), [mask, width, height]);
  const grey = useMemo(() => greyImage(image, width), [image, width]);
  const levels = useMemo(
    () => (prediction === undefined ? null : levelImage(prediction, width)),
    [prediction, width],
  );
  return (
    <figure>
      <MapView label={`Image of ${name}, its mask outlined`} image={grey} outline={outline} />
      {levels === null ? (
        <p class="nothing soft" style={{ aspectRatio: `${width} / ${height}` }}>
          no prediction yet
        </p>
      ) : (
        <MapView label={`Prediction of ${name}, its mask outlined`} image={levels} outline={outline} />
      )}
      <figcaption>{name}</figcaption>
    </figure>
  );
}

export function PredictionsPanel() {
  const set = shown.value;
  const found = seen.value;
  return (
    <Panel
      title="Predictions"
      class="predictions"
      tools={found === null ? null : <span class="soft">after {found.step} steps</span>}
    >
      {set === null ? (
        <p class="soft">Nothing to show yet: choose pictures.</p>
      ) : (
        <>
          <div class="previews">
            {set.previews.map((preview, at) => (
              <Shown key={`${at} ${preview.name}`} preview={preview} prediction={found?.predictions[at]} />
            ))}
          </div>
          <p class="soft legend">
            Above the image, below what the network predicts, from <i style={{ background: LOW }} /> 0 to{" "}
            <i style={{ background: HIGH }} /> 1; the line is the border of the mask. None of these was learnt
            from.
          </p>
        </>
      )}
    </Panel>
  );
}
