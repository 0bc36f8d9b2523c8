/** The pixel under the pointer, marked on every map and explained in every card. */
import { signal } from "@preact/signals";
import type { Point } from "../../subject/brush.ts";

export const cursor = signal<Point | null>(null);

export const hover = (point: Point | null): void => {
  cursor.value = point;
};
