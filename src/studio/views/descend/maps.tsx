/** The two maps of a loss: what it is like at a step, and when each pixel was settled. */
import { useMemo } from "preact/hooks";
import { cssGradient, sequentialMap } from "../../../study/colormap.ts";
import type { LossMaps } from "../../descent/frame.ts";
import { middleStep, OPEN, orderLevels } from "../../descent/order.ts";
import { levelImage, limitOf, signedImage } from "../../widgets/colors.ts";
import { MapView } from "../../widgets/map.tsx";
import { SignedScale } from "../../widgets/scale.tsx";
import { cursor, hover } from "./cursor.ts";
import type { Shown } from "./settings.ts";

const SEQUENTIAL = cssGradient(sequentialMap);

/** What both maps are drawn over and with. */
interface MapFrame {
  readonly title: string;
  readonly width: number;
  readonly outline: string;
}

/** A change of levels as the gradient map has it, blue where the prediction rises. */
function loweredBy(levels: Uint8Array, before: Uint8Array): Float32Array {
  const change = new Float32Array(levels.length);
  for (let i = 0; i < change.length; i++) change[i] = (before[i] - levels[i]) / 255;
  return change;
}

export function NowMap({
  title,
  width,
  outline,
  maps,
  before,
  shown,
}: MapFrame & { readonly maps: LossMaps; readonly before: Uint8Array; readonly shown: Shown }) {
  const { levels, gradient } = maps;
  const limit = useMemo(() => (shown === "gradient" ? limitOf(gradient) : 1), [shown, gradient]);
  const image = useMemo(() => {
    if (shown === "prediction") return levelImage(levels, width);
    return signedImage(shown === "gradient" ? gradient : loweredBy(levels, before), width, limit);
  }, [shown, levels, gradient, before, width, limit]);
  return (
    <figure>
      <MapView
        label={`${LABELS[shown]} of ${title}`}
        image={image}
        outline={outline}
        cursor={cursor.value}
        onHover={hover}
      />
      {shown === "gradient" ? (
        <SignedScale limit={limit} />
      ) : shown === "change" ? (
        <ChangeScale />
      ) : (
        <SequentialScale low="0" high="1" />
      )}
      <figcaption>{CAPTIONS[shown]}</figcaption>
    </figure>
  );
}

const LABELS: Readonly<Record<Shown, string>> = {
  prediction: "Prediction",
  gradient: "Gradient",
  change: "Change of the prediction",
};

const CAPTIONS: Readonly<Record<Shown, string>> = {
  prediction: "Prediction, the mask's border over it",
  gradient: "Gradient: blue is raised next, red lowered",
  change: "Change since the start: blue raised, red lowered",
};

function SequentialScale({ low, high }: { readonly low: string; readonly high: string }) {
  return (
    <div class="scale">
      <span>{low}</span>
      <i style={{ background: SEQUENTIAL }} />
      <span>{high}</span>
    </div>
  );
}

function ChangeScale() {
  return <SignedScale limit={1} />;
}

/** Open pixels have the checks of "nothing here": a pattern that no colour of the scale has, under any eyesight. */
function orderImage(since: Float32Array, width: number, latest: number): ImageData {
  const levels = orderLevels(since, latest);
  const image = levelImage(levels, width);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < levels.length; i++) {
    if (levels[i] !== OPEN) continue;
    const dark = ((i % width) + Math.floor(i / width)) % 2 === 0;
    pixels[i] = dark ? 0xffb4b4b4 : 0xfff4f4f4;
  }
  return image;
}

export function OrderMap({
  title,
  width,
  outline,
  since,
  latest,
}: MapFrame & { readonly since: Float32Array; readonly latest: number }) {
  const image = useMemo(() => orderImage(since, width, latest), [since, width, latest]);
  return (
    <figure>
      <MapView
        label={`When each pixel was settled by ${title}`}
        image={image}
        outline={outline}
        cursor={cursor.value}
        onHover={hover}
      />
      <div class="scale order-scale">
        <span>start</span>
        <i style={{ background: SEQUENTIAL }} />
        <span>{latest > 3 ? middleStep(latest) : ""}</span>
        <span>{`step ${latest}`}</span>
      </div>
      <figcaption>
        When settled for good; <span class="open-mark" aria-hidden="true" /> open
      </figcaption>
    </figure>
  );
}
