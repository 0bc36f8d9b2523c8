/** One loss of the comparison: value, gradient map, histogram, curve, options. */
import { useMemo } from "preact/hooks";
import { losses as catalogue } from "../../../losses/catalogue.ts";
import type { LossCurves } from "../../../study/types.ts";
import { linkTo } from "../../state/address.ts";
import type { LossChoice, Variable } from "../../state/choices.ts";
import type { Point } from "../../subject/brush.ts";
import { shortNumber } from "../../widgets/chart.tsx";
import { limitOf, SERIES, signedImage } from "../../widgets/colors.ts";
import { Histogram } from "../../widgets/histogram.tsx";
import { LossPicker } from "../../widgets/loss-picker.tsx";
import { MapView } from "../../widgets/map.tsx";
import { OptionControls } from "../../widgets/options.tsx";
import { SignedScale } from "../../widgets/scale.tsx";
import type { LossReading } from "../../worker/engine-methods.ts";
import { CurveChart } from "./curve-chart.tsx";
import type { Quantiles } from "./quantiles.ts";

export interface CardProps {
  readonly index: number;
  readonly choice: LossChoice;
  readonly reading: LossReading | undefined;
  readonly curves: LossCurves | undefined;
  readonly quantiles: Quantiles;
  readonly by: Variable;
  readonly width: number;
  readonly outline: string;
  /** The end of the colour scale where all losses share one. */
  readonly sharedLimit: number | null;
  readonly cursor: Point | null;
  readonly onHover: (point: Point | null) => void;
  readonly onChange: (choice: LossChoice) => void;
  /** Absent where it is the only one. */
  readonly onRemove?: () => void;
}

function Reading(props: CardProps & { readonly reading: Exclude<LossReading, { error: unknown }> }) {
  const { choice, reading, by, width, outline, sharedLimit, cursor, onHover, index } = props;
  const limit = useMemo(() => sharedLimit ?? limitOf(reading.gradient), [sharedLimit, reading]);
  const image = useMemo(() => signedImage(reading.gradient, width, limit), [reading, width, limit]);
  return (
    <>
      <p class="value">
        <output data-loss={choice.name} data-value={reading.value}>
          {shortNumber(reading.value)}
        </output>
        <small class="soft">{reading.milliseconds.toFixed(1)} ms</small>
      </p>
      <figure>
        <MapView
          label={`Gradient of ${catalogue[choice.name].title} by ${by}`}
          image={image}
          outline={outline}
          cursor={cursor}
          onHover={onHover}
        />
        <SignedScale limit={limit} />
      </figure>
      <Histogram values={reading.gradient} color={SERIES[index]} />
    </>
  );
}

export function LossCard(props: CardProps) {
  const { index, choice, reading, onChange, onRemove } = props;
  const { title, summary } = catalogue[choice.name];
  return (
    <section class="panel loss-card" style={{ "--series": SERIES[index] }} aria-label={title}>
      <header>
        <LossPicker
          label={`Loss ${index + 1}`}
          value={choice.name}
          onChange={(name) => onChange({ name, options: {} })}
        />
        {onRemove === undefined ? null : (
          <button type="button" class="quiet" onClick={onRemove} aria-label={`Remove ${title}`}>
            ×
          </button>
        )}
      </header>
      {reading === undefined ? (
        <p class="soft">Computing…</p>
      ) : "error" in reading ? (
        <p class="trouble" role="alert">
          {reading.error.message}
        </p>
      ) : (
        <Reading {...props} reading={reading} />
      )}
      <CurveChart {...props} />
      <details>
        <summary>Options</summary>
        <OptionControls choice={choice} onChange={onChange} />
      </details>
      <p class="soft summary">
        {summary} <a href={linkTo("learn", choice.name)}>About {title}</a>
      </p>
    </section>
  );
}
