/** A map drawn pixel by pixel, its outline of the mask above it, and the pixel under the pointer. */
import { useId, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { Point } from "../subject/brush.ts";
import { type MapKeys, useMapKeys } from "./map-keys.ts";

/** What a pointer does on a map. Where strokes are listened to, keys paint as well. */
export interface MapPointer {
  /** The pixel under the pointer, `null` when it has left. */
  readonly onHover?: (point: Point | null) => void;
  readonly onStrokeStart?: (point: Point) => void;
  readonly onStrokeMove?: (points: readonly Point[]) => void;
  readonly onStrokeEnd?: () => void;
}

function pointOf(event: PointerEvent, canvas: HTMLCanvasElement): Point {
  const box = canvas.getBoundingClientRect();
  return {
    x: ((event.clientX - box.left) / box.width) * canvas.width,
    y: ((event.clientY - box.top) / box.height) * canvas.height,
  };
}

/** The border between inside and outside of a mask, as one path in pixels. */
export function outlineOf(mask: Uint8Array, width: number, height: number): string {
  const inside = (x: number, y: number) =>
    x >= 0 && x < width && y >= 0 && y < height && mask[y * width + x] > 127;
  let path = "";
  for (let y = 0; y <= height; y++) {
    // Runs of border are drawn as one line each.
    for (let x = 0, from = -1; x <= width; x++) {
      const edge = x < width && inside(x, y) !== inside(x, y - 1);
      if (edge && from < 0) from = x;
      if (!edge && from >= 0) {
        path += `M${from} ${y}H${x}`;
        from = -1;
      }
    }
  }
  for (let x = 0; x <= width; x++) {
    for (let y = 0, from = -1; y <= height; y++) {
      const edge = y < height && inside(x, y) !== inside(x - 1, y);
      if (edge && from < 0) from = y;
      if (!edge && from >= 0) {
        path += `M${x} ${from}V${y}`;
        from = -1;
      }
    }
  }
  return path;
}

/** Pixels of a map in its canvas, in the frame that they came in. */
function useCanvas(image: ImageData | null) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const target = canvas.current;
    if (target === null || image === null) return;
    if (target.width !== image.width || target.height !== image.height) {
      target.width = image.width;
      target.height = image.height;
    }
    target.getContext("2d")?.putImageData(image, 0, 0);
  }, [image]);
  return canvas;
}

/** With a rim of the other tone, to be seen on every colour; a layer of its own, that painting below does not redraw. */
function Outline({
  path,
  tone,
  width,
  height,
}: {
  readonly path: string;
  readonly tone: "light" | "dark";
  readonly width: number;
  readonly height: number;
}) {
  return useMemo(
    () => (
      <svg class={`outlines ${tone}`} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
        <path class="outline rim" d={path} />
        <path class="outline" d={path} />
      </svg>
    ),
    [path, tone, width, height],
  );
}

export function MapView({
  label,
  image,
  outline,
  outlineTone = "light",
  cursor,
  brush,
  onHover,
  onStrokeStart,
  onStrokeMove,
  onStrokeEnd,
}: {
  /** What it shows, for those who do not see it. */
  readonly label: string;
  readonly image: ImageData | null;
  /** A path in pixels, drawn over the map. */
  readonly outline?: string;
  /** Dark for maps that are white where nothing is. */
  readonly outlineTone?: "light" | "dark";
  /** A pixel marked on this map, since the pointer is on it here or on another map. */
  readonly cursor?: Point | null;
  /** Radius of the brush around the cursor. */
  readonly brush?: number;
} & MapPointer) {
  const canvas = useCanvas(image);
  const hint = useId();
  const paints = onStrokeStart !== undefined;
  const [width, height] = [image?.width ?? 1, image?.height ?? 1];
  const keys = useMapKeys({ width, height, cursor, onHover, onStrokeStart, onStrokeMove, onStrokeEnd });
  const forPainting: MapKeys | object = paints
    ? { ...keys, tabIndex: 0, role: "application", "aria-roledescription": "map", "aria-describedby": hint }
    : {};
  return (
    <div class={`map ${paints ? "paintable" : ""}`} style={{ aspectRatio: `${width} / ${height}` }}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={label}
        {...forPainting}
        onPointerMove={(event) => {
          const target = event.currentTarget;
          onHover?.(pointOf(event, target));
          if (!paints || !target.hasPointerCapture(event.pointerId)) return;
          // Between two frames the pointer has been in several places.
          const all = event.getCoalescedEvents?.() ?? [];
          onStrokeMove?.((all.length > 0 ? all : [event]).map((one) => pointOf(one, target)));
        }}
        onPointerDown={(event) => {
          const point = pointOf(event, event.currentTarget);
          onHover?.(point);
          if (!paints || event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          onStrokeStart(point);
        }}
        onPointerUp={(event) => {
          if (paints && event.currentTarget.hasPointerCapture(event.pointerId)) onStrokeEnd?.();
        }}
        onPointerCancel={() => onStrokeEnd?.()}
        onPointerLeave={(event) => {
          // A finger leaves whenever it is lifted; what it pointed at stays.
          if (event.pointerType !== "touch") onHover?.(null);
        }}
      />
      {outline === undefined ? null : (
        <Outline path={outline} tone={outlineTone} width={width} height={height} />
      )}
      {cursor == null ? null : (
        <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
          {brush === undefined ? (
            <rect class="pixel" x={Math.floor(cursor.x)} y={Math.floor(cursor.y)} width="1" height="1" />
          ) : (
            <circle class="brush" cx={cursor.x} cy={cursor.y} r={brush} />
          )}
        </svg>
      )}
      {paints ? (
        <span id={hint} class="map-hint">
          Arrows move the brush, with Shift further. Space or Enter paints.
        </span>
      ) : null}
    </div>
  );
}
