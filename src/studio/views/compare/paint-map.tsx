/** The map that is painted on, and the brush. */
import { useMemo, useRef } from "preact/hooks";
import { edit, picture, sketch } from "../../state/picture.ts";
import { type Brush, beginStroke, type Point, type Stroke } from "../../subject/brush.ts";
import { threshold } from "../../subject/edits.ts";
import { gridOf, type Layer, levelOf } from "../../subject/picture.ts";
import { greyImage, levelImage } from "../../widgets/colors.ts";
import { CheckField, NumberField } from "../../widgets/fields.tsx";
import { MapView } from "../../widgets/map.tsx";
import { cursor, hover, outline } from "./live.ts";
import { erasing, layer, paintValue, radius, shown, softness } from "./tools.ts";

/** A mask knows inside and outside only. */
export function fitting(target: Layer, levels: Uint8Array): Uint8Array {
  const { width, height } = picture.peek();
  return target === "mask" ? threshold({ width, height, levels }, 128) : levels;
}

function brushFor(target: Layer): Brush {
  const isMask = target === "mask";
  const full = isMask ? 255 : levelOf(paintValue.value);
  return {
    radius: radius.value,
    value: erasing.value ? 0 : full,
    softness: isMask ? 0 : softness.value,
  };
}

const LABELS = {
  prediction: "Prediction, dark for 0, yellow for 1",
  mask: "Mask, white inside",
  image: "Image",
} as const;

export function PaintMap() {
  const { width, mask, prediction, image } = picture.value;
  const what = shown.value === "image" && image === undefined ? "prediction" : shown.value;
  const levels = { prediction, mask, image }[what] ?? prediction;
  const last = useRef<ImageData | null>(null);
  const drawn = useMemo(
    () => (what === "prediction" ? levelImage : greyImage)(levels, width, last.current),
    [what, levels, width],
  );
  last.current = drawn;
  const stroke = useRef<{ readonly on: Layer; readonly stroke: Stroke; map: Uint8Array } | null>(null);
  const target = layer.value;
  const draw = (points: readonly Point[]) => {
    const now = stroke.current;
    if (now === null) return;
    now.map = fitting(now.on, now.stroke.extend(points));
    sketch(now.on, now.map);
  };
  const begin = (on: Layer, point: Point) => {
    const grid = gridOf(picture.peek(), on);
    stroke.current = { on, stroke: beginStroke(grid, brushFor(on)), map: grid.levels };
    draw([point]);
  };
  const finish = () => {
    if (stroke.current !== null) edit(stroke.current.on, stroke.current.map);
    stroke.current = null;
  };
  return (
    <MapView
      label={LABELS[what]}
      image={drawn}
      outline={outline.value}
      cursor={cursor.value}
      brush={target === null ? undefined : radius.value}
      onHover={hover}
      onStrokeStart={target === null ? undefined : (point) => begin(target, point)}
      onStrokeMove={draw}
      onStrokeEnd={finish}
    />
  );
}

export function BrushControls() {
  const onMask = layer.value === "mask";
  return (
    <div class="options">
      <NumberField
        label="Brush size"
        value={radius.value}
        min={1}
        max={40}
        step={1}
        unit="px"
        onChange={(value) => {
          radius.value = value;
        }}
      />
      {onMask ? null : (
        <>
          <NumberField
            label="Paint with p"
            value={paintValue.value}
            min={0}
            max={1}
            step={0.05}
            hint="The probability that the brush paints"
            onChange={(value) => {
              paintValue.value = value;
            }}
          />
          <NumberField
            label="Softness"
            value={softness.value}
            min={0}
            max={1}
            step={0.05}
            hint="Share of the brush over which it fades out"
            onChange={(value) => {
              softness.value = value;
            }}
          />
        </>
      )}
      <CheckField
        label="Erase"
        checked={erasing.value}
        hint="The brush paints 0"
        onChange={(on) => {
          erasing.value = on;
        }}
      />
    </div>
  );
}
