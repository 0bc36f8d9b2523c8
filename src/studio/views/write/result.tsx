/** Value and gradient of the written loss on the shared picture. */
import { useMemo, useState } from "preact/hooks";
import { linkTo } from "../../state/address.ts";
import { variable } from "../../state/losses.ts";
import { picture } from "../../state/picture.ts";
import type { Point } from "../../subject/brush.ts";
import { shortNumber } from "../../widgets/chart.tsx";
import { levelImage, limitOf, signedImage } from "../../widgets/colors.ts";
import { Panel } from "../../widgets/fields.tsx";
import { MapView, outlineOf } from "../../widgets/map.tsx";
import { SignedScale } from "../../widgets/scale.tsx";
import { findings, outdated, running } from "./state.ts";

function Birth({ onGoTo }: { readonly onGoTo: (line: number) => void }) {
  const { birth } = findings.value;
  if (birth == null) return null;
  const { message, line } = birth;
  return (
    <p class="trouble">
      Not a number: {message}.{" "}
      {line === null ? null : (
        <button type="button" class="link" onClick={() => onGoTo(line)}>
          Go to line {line}
        </button>
      )}
    </p>
  );
}

export function ResultPanel({ onGoTo }: { readonly onGoTo: (line: number) => void }) {
  const { reading } = findings.value;
  const { width, height, mask, prediction } = picture.value;
  const [cursor, point] = useState<Point | null>(null);
  const outline = useMemo(() => outlineOf(mask, width, height), [mask, width, height]);
  const shown = useMemo(() => levelImage(prediction, width), [prediction, width]);
  // A picture of another size may be there before its gradient is.
  const fits = reading !== undefined && reading.gradient.length === width * height;
  const limit = useMemo(() => (reading === undefined ? 0 : limitOf(reading.gradient)), [reading]);
  const flat = useMemo(() => reading?.gradient.every((x) => x === 0) === true, [reading]);
  const gradient = useMemo(
    () => (fits ? signedImage(reading.gradient, width, limit) : null),
    [fits, reading, width, limit],
  );
  return (
    <Panel
      title="Value and gradient"
      class={`write-result ${outdated.value ? "outdated" : ""}`}
      tools={
        <span class="soft" role="status">
          {running.value ? "Running…" : outdated.value ? "of the last version that ran" : ""}
        </span>
      }
    >
      <div class="stack">
        <p class="write-value">
          <output aria-label="Value of the loss" data-value={outdated.value ? undefined : reading?.value}>
            {reading === undefined ? "–" : shortNumber(reading.value)}
          </output>
          <small class="soft">
            {reading === undefined ? "" : `${reading.milliseconds.toFixed(1)} ms for value and gradient`}
          </small>
        </p>
        <Birth onGoTo={onGoTo} />
        <div class="write-maps">
          <figure>
            <MapView
              label="Prediction, outlined by the mask"
              image={shown}
              outline={outline}
              cursor={cursor}
              onHover={point}
            />
            <figcaption>
              Prediction and outline of the mask. <a href={linkTo("compare")}>Paint another</a>
            </figcaption>
          </figure>
          <figure>
            <MapView
              label={`Gradient of the loss by ${variable.value}`}
              image={gradient}
              outline={outline}
              outlineTone="dark"
              cursor={cursor}
              onHover={point}
            />
            {fits && limit > 0 ? (
              <SignedScale limit={limit} />
            ) : (
              <figcaption>
                {!fits
                  ? ""
                  : flat
                    ? "The gradient is 0 everywhere: nothing would be learned from it."
                    : "No number of the gradient is finite."}
              </figcaption>
            )}
          </figure>
        </div>
      </div>
    </Panel>
  );
}
