/** Compare: one picture, several losses side by side. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { engine } from "../../state/engine.ts";
import { chosenLosses, variable } from "../../state/losses.ts";
import { picture } from "../../state/picture.ts";
import { shortNumber } from "../../widgets/chart.tsx";
import { levelImage, limitOf, signedImage } from "../../widgets/colors.ts";
import { MapView, outlineOf } from "../../widgets/map.tsx";
import type { Evaluation, LossReading } from "../../worker/engine-methods.ts";
import { newest } from "../../worker/start.ts";

const evaluate = newest(async (asked: Evaluation) => (await engine()).call("evaluate", asked));

export function View() {
  const readings = useSignal<readonly LossReading[]>([]);
  useSignalEffect(() => {
    const { width, height, mask, prediction } = picture.value;
    void evaluate({ width, height, mask, prediction, losses: chosenLosses.value, by: variable.value }).then(
      (all) => {
        if (all !== null) readings.value = all;
      },
    );
  });
  const { width, height, mask, prediction } = picture.value;
  const outline = useMemo(() => outlineOf(mask, width, height), [mask, width, height]);
  const image = useMemo(() => levelImage(prediction, width), [prediction, width]);
  return (
    <div class="compare">
      <MapView label="Prediction" image={image} outline={outline} />
      {readings.value.map((reading, i) => (
        <div key={chosenLosses.value[i]?.name}>
          {"error" in reading ? (
            <p class="trouble">{reading.error.message}</p>
          ) : (
            <>
              <output>{shortNumber(reading.value)}</output>
              <MapView
                label="Gradient"
                image={signedImage(reading.gradient, width, limitOf(reading.gradient))}
                outline={outline}
              />
            </>
          )}
        </div>
      ))}
    </div>
  );
}
