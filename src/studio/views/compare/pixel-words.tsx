/** The pixel looked at, in words. */
import type { Variable } from "../../state/choices.ts";
import { picture } from "../../state/picture.ts";
import { shortNumber } from "../../widgets/chart.tsx";
import { pixel } from "./live.ts";

/** What is predicted there and what should be. */
export function PixelLine() {
  const { width, mask, prediction } = picture.value;
  const at = pixel.value;
  return (
    <p class="pixel-line" role="status" aria-label="Pixel">
      {at < 0 ? (
        <span class="soft">Point at any map: one pixel is explained.</span>
      ) : (
        <>
          <b>
            x {at % width}, y {Math.floor(at / width)}
          </b>{" "}
          <span>p = {(prediction[at] / 255).toFixed(3)}</span>{" "}
          <span>target {mask[at] > 127 ? "1 (inside)" : "0 (outside)"}</span>
        </>
      )}
    </p>
  );
}

/** Which way a step of descent moves the prediction there. */
export function directionOf(gradient: number, inside: boolean): string {
  if (Number.isNaN(gradient)) return "is not a number here: descent would break";
  if (gradient === 0) return "descent leaves p as it is";
  const raises = gradient < 0;
  return `descent ${raises ? "raises" : "lowers"} p, ${raises === inside ? "towards" : "away from"} the target`;
}

/** Shares of the total: small ones keep their first digit. */
const percentText = (share: number): string =>
  share > 0 && share < 1e-6 ? "below 0.0001 %" : `${shortNumber(Number((100 * share).toPrecision(2)))} %`;

/** What one loss says of the pixel looked at. */
export function PixelPull({
  gradient,
  total,
  by,
}: {
  readonly gradient: Float32Array;
  readonly total: number;
  readonly by: Variable;
}) {
  const at = pixel.value;
  const { mask } = picture.value;
  // After another picture has come, until its reading is there, they do not fit together.
  if (at < 0 || gradient.length !== mask.length) return <p class="pixel-pull soft">&nbsp;</p>;
  const here = gradient[at];
  return (
    <p class="pixel-pull" data-gradient={here}>
      <b>{shortNumber(here)}</b> <span class="soft">by the {by === "logits" ? "logit" : "probability"},</span>{" "}
      {total > 0 ? percentText(Math.abs(here) / total) : "0 %"} <span class="soft">of the whole pull:</span>{" "}
      {directionOf(here, mask[at] > 127)}
    </p>
  );
}
