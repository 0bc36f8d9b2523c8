/** Value and gradient of a loss against the predicted probability, computed here and now. */
import { useEffect, useState } from "preact/hooks";
import type { Loss } from "../../../losses/shared/define-loss.ts";
import type { LossCurves } from "../../../study/types.ts";
import type { LossChoice } from "../../state/choices.ts";
import { engine } from "../../state/engine.ts";
import { Chart, type Line } from "../../widgets/chart.tsx";
import { newest } from "../../worker/start.ts";

/** Whoever leafs through the losses waits for the last one, not for all of them. */
const curvesOf = newest(async (choice: LossChoice) => (await engine()).call("curves", choice));

type Drawn = LossCurves | { readonly reason: string } | null;

function linesOf(x: readonly number[], sides: LossCurves["loss"]): Line[] {
  return [
    { label: "foreground pixels", color: "var(--series-1)", x, y: sides.foreground },
    { label: "background pixels", color: "var(--series-2)", x, y: sides.background, dashed: true },
  ];
}

export function Curves({ loss }: { readonly loss: Loss }) {
  const [drawn, draw] = useState<Drawn>(null);
  useEffect(() => {
    let current = true;
    draw(null);
    curvesOf({ name: loss.name, options: {} }).then(
      (curves) => current && draw(curves),
      (error: Error) => current && draw({ reason: error.message }),
    );
    return () => {
      current = false;
    };
  }, [loss]);
  if (drawn === null) return <p class="curves-pending soft">Computing the curves&hellip;</p>;
  if ("reason" in drawn) return <p class="soft">No curves: {drawn.reason}</p>;
  const { probability: x, loss: values, gradient } = drawn;
  const slopes = [...gradient.foreground, ...gradient.background];
  if (slopes.every((slope) => slope === 0))
    return (
      <p class="soft">
        No curves: they are drawn on a disc on plain ground, where this loss is the same at every probability.
      </p>
    );
  return (
    <figure>
      <div class="lesson-curves">
        <Chart
          label={`${loss.title}: value against the predicted probability`}
          xLabel="predicted probability p"
          yLabel="loss"
          lines={linesOf(x, values)}
          xRange={[0, 1]}
        />
        <Chart
          label={`${loss.title}: gradient against the predicted probability`}
          xLabel="predicted probability p"
          yLabel="d loss / d logit"
          lines={linesOf(x, gradient)}
          xRange={[0, 1]}
        />
      </div>
      <figcaption>
        <i class="key solid" /> foreground and <i class="key dashed" /> background pixels of a disc, moved
        together while the others stay close to their label. All options at their defaults.
      </figcaption>
    </figure>
  );
}
