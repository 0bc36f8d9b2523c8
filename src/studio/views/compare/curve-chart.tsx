/** The loss against the predicted probability, with the pixels of the picture marked where they are. */
import { useMemo } from "preact/hooks";
import { losses as catalogue } from "../../../losses/catalogue.ts";
import type { LossCurves } from "../../../study/types.ts";
import type { LossChoice } from "../../state/choices.ts";
import { picture } from "../../state/picture.ts";
import { probabilityOf } from "../../subject/picture.ts";
import { Chart, type Line, type Mark } from "../../widgets/chart.tsx";
import { SERIES } from "../../widgets/colors.ts";
import { curvesOf, pixel, quantiles } from "./live.ts";
import { valueAt } from "./quantiles.ts";

const SIDES = ["foreground", "background"] as const;

function linesOf({ probability: x, loss }: LossCurves, color: string): Line[] {
  return [
    { label: "foreground pixels", color, x, y: loss.foreground },
    { label: "background pixels", color, x, y: loss.background, dashed: true },
  ];
}

/** A tenth, half and nine tenths of the pixels of each class, and the one looked at. */
function useMarks(curves: LossCurves | null, color: string): Mark[] {
  if (curves === null) return [];
  const { probability: x, loss } = curves;
  const marks: Mark[] = SIDES.flatMap((side) =>
    quantiles.value[side].map(({ share, p }) => ({
      x: p,
      y: valueAt(p, x, loss[side]),
      color,
      label: `${share} % of the ${side} is predicted below ${p.toFixed(2)}`,
    })),
  );
  const at = pixel.value;
  if (at < 0) return marks;
  const { mask, prediction } = picture.value;
  const p = probabilityOf(prediction[at]);
  const side = mask[at] > 127 ? "foreground" : "background";
  return [...marks, { x: p, y: valueAt(p, x, loss[side]), color, label: "this pixel", ring: true }];
}

export function CurveChart({ index, choice }: { readonly index: number; readonly choice: LossChoice }) {
  const color = SERIES[index];
  const found = curvesOf(choice);
  const curves = found === undefined || found instanceof Error ? null : found;
  const lines = useMemo(() => (curves === null ? [] : linesOf(curves, color)), [curves, color]);
  const marks = useMarks(curves, color);
  if (found instanceof Error) return <p class="soft">No curve: {found.message}</p>;
  if (curves === null) return <p class="soft chart-place">Drawing the curve&hellip;</p>;
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
