/** The loss against the predicted probability, with the pixels of the picture marked where they are. */
import { useMemo } from "preact/hooks";
import { losses as catalogue } from "../../../losses/catalogue.ts";
import type { LossCurves } from "../../../study/types.ts";
import type { LossChoice } from "../../state/choices.ts";
import { Chart, type Line, type Mark } from "../../widgets/chart.tsx";
import { SERIES } from "../../widgets/colors.ts";
import { type Quantiles, valueAt } from "./quantiles.ts";

export function CurveChart({
  index,
  choice,
  curves,
  quantiles,
}: {
  readonly index: number;
  readonly choice: LossChoice;
  readonly curves: LossCurves | undefined;
  readonly quantiles: Quantiles;
}) {
  const color = SERIES[index];
  const [lines, marks] = useMemo((): [Line[], Mark[]] => {
    if (curves === undefined) return [[], []];
    const { probability: x, loss } = curves;
    const marksOf = (side: "foreground" | "background"): Mark[] =>
      quantiles[side].map(({ share, p }) => ({
        x: p,
        y: valueAt(p, x, loss[side]),
        color,
        label: `${share} % of the ${side} is predicted below ${p.toFixed(2)}`,
      }));
    return [
      [
        { label: "foreground pixels", color, x, y: loss.foreground },
        { label: "background pixels", color, x, y: loss.background, dashed: true },
      ],
      [...marksOf("foreground"), ...marksOf("background")],
    ];
  }, [curves, quantiles, color]);
  if (curves === undefined) return null;
  return (
    <figure>
      <Chart
        label={`${catalogue[choice.name].title} against the predicted probability`}
        xLabel="predicted probability p"
        yLabel="loss"
        lines={lines}
        marks={marks}
        xRange={[0, 1]}
      />
      <figcaption>
        Foreground solid, background dashed, on a plain disc. Dots: a tenth, half and nine tenths of this
        picture's pixels.
      </figcaption>
    </figure>
  );
}
