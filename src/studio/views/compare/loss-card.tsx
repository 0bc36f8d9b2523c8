/** One loss of the comparison: value, gradient map, histogram, curve, options. */
import { useMemo, useRef } from "preact/hooks";
import { losses as catalogue } from "../../../losses/catalogue.ts";
import type { LossChoice } from "../../state/choices.ts";
import { variable } from "../../state/losses.ts";
import { shortNumber } from "../../widgets/chart.tsx";
import { SERIES, signedImage } from "../../widgets/colors.ts";
import { Histogram } from "../../widgets/histogram.tsx";
import { LossPanel } from "../../widgets/loss-panel.tsx";
import { MapView } from "../../widgets/map.tsx";
import { SignedScale } from "../../widgets/scale.tsx";
import { CurveChart } from "./curve-chart.tsx";
import { hover, outline, pixelPoint, readingOf, sharedLimit, totals } from "./live.ts";
import { PixelPull } from "./pixel-words.tsx";

interface Place {
  readonly index: number;
  readonly choice: LossChoice;
}

/** The gradient of every pixel. Drawn again for another reading only, not for another pixel looked at. */
function GradientMap(props: {
  readonly label: string;
  readonly gradient: Float32Array;
  readonly width: number;
  readonly limit: number;
}) {
  const { label, gradient, width, limit } = props;
  const last = useRef<ImageData | null>(null);
  const image = useMemo(() => signedImage(gradient, width, limit, last.current), [gradient, width, limit]);
  last.current = image;
  return (
    <figure>
      <MapView
        label={label}
        image={image}
        outline={outline.value}
        outlineTone="dark"
        cursor={pixelPoint.value}
        onHover={hover}
      />
      <SignedScale limit={limit} />
    </figure>
  );
}

/** What changes with the picture. */
function Reading({ index, choice }: Place) {
  const found = readingOf(index, choice);
  if (found === null) return <p class="soft">Computing&hellip;</p>;
  const { reading, limit, width, at } = found;
  if ("error" in reading) {
    return (
      <p class="trouble" role="alert">
        {reading.error.message}
      </p>
    );
  }
  const by = variable.value;
  return (
    <>
      <p class="value">
        <output aria-live="off" data-loss={choice.name} data-value={reading.value}>
          {shortNumber(reading.value)}
        </output>
        <small class="soft" title={`Value and gradient, on ${reading.executor}`}>
          {reading.milliseconds.toFixed(1)} ms on {reading.executor.split(" ", 1)}
        </small>
      </p>
      <GradientMap
        label={`Gradient of ${catalogue[choice.name].title} by ${by}`}
        gradient={reading.gradient}
        width={width}
        limit={sharedLimit.value ?? limit}
      />
      <PixelPull gradient={reading.gradient} total={totals.value[at]} by={by} />
      <Histogram values={reading.gradient} color={SERIES[index]} />
    </>
  );
}

export function LossCard({
  index,
  choice,
  onChange,
  onRemove,
}: Place & {
  readonly onChange: (choice: LossChoice) => void;
  /** Absent where it is the only one. */
  readonly onRemove?: () => void;
}) {
  return (
    <LossPanel class="loss-card" index={index} choice={choice} onChange={onChange} onRemove={onRemove}>
      <Reading index={index} choice={choice} />
      <CurveChart index={index} choice={choice} />
    </LossPanel>
  );
}
