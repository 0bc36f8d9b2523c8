/** Painting by keyboard: arrows move the brush, Space or Enter paints, both together draw a line. */
import { useRef } from "preact/hooks";
import type { Point } from "../subject/brush.ts";
import type { MapPointer } from "./map.tsx";

/** What a canvas listens to. */
export interface MapKeys {
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onKeyUp: (event: KeyboardEvent) => void;
  readonly onFocus: (event: FocusEvent) => void;
  readonly onBlur: () => void;
}

const DIRECTIONS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Pixels that Shift and an arrow go at once. */
const STRIDE = 8;

const paintsWith = (event: KeyboardEvent): boolean => event.key === " " || event.key === "Enter";

export function useMapKeys({
  width,
  height,
  cursor,
  onHover,
  onStrokeStart,
  onStrokeMove,
  onStrokeEnd,
}: MapPointer & {
  readonly width: number;
  readonly height: number;
  readonly cursor?: Point | null;
}): MapKeys {
  /** Where the keys have left the brush; a pointer may have been elsewhere since. */
  const place = useRef<Point | null>(null);
  const painting = useRef(false);
  const here = (): Point => cursor ?? place.current ?? { x: width / 2, y: height / 2 };
  const go = (to: Point): void => {
    // The middle of a pixel, so that the pixel explained is the one under the brush.
    const inside = (at: number, end: number) => Math.min(end - 1, Math.max(0, Math.floor(at))) + 0.5;
    const point = { x: inside(to.x, width), y: inside(to.y, height) };
    place.current = point;
    onHover?.(point);
    if (painting.current) onStrokeMove?.([point]);
  };
  const lift = (): void => {
    if (painting.current) onStrokeEnd?.();
    painting.current = false;
  };
  return {
    onKeyDown(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const direction = DIRECTIONS[event.key];
      if (direction !== undefined) {
        event.preventDefault();
        const step = event.shiftKey ? STRIDE : 1;
        const { x, y } = here();
        go({ x: x + step * direction[0], y: y + step * direction[1] });
      } else if (paintsWith(event)) {
        event.preventDefault();
        if (event.repeat || painting.current) return;
        go(here());
        painting.current = true;
        onStrokeStart?.(place.current as Point);
      }
    },
    onKeyUp(event) {
      if (paintsWith(event)) lift();
    },
    onFocus(event) {
      // A pointer that focuses the map says itself where it is.
      if ((event.currentTarget as HTMLElement).matches(":focus-visible")) go(here());
    },
    onBlur() {
      lift();
      place.current = null;
      onHover?.(null);
    },
  };
}
