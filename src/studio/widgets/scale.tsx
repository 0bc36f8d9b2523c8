/** What the colours of a gradient map stand for. */
import { divergingMap } from "../../study/colormap.ts";
import { shortNumber } from "./chart.tsx";

const GRADIENT = `linear-gradient(90deg, ${divergingMap.stops.map((rgb) => `rgb(${rgb.join(",")})`).join(", ")})`;

/** Blue pulls up: a step against the gradient raises the prediction there. */
export function SignedScale({ limit }: { readonly limit: number }) {
  return (
    <figcaption class="scale" title="Blue: descent raises the prediction here. Red: it lowers it.">
      <span>{shortNumber(-limit)}</span>
      <i style={{ background: GRADIENT }} />
      <span>{shortNumber(limit)}</span>
    </figcaption>
  );
}
