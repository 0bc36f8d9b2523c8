/** The tools of the picture: which map is painted on, and with what. */
import { signal } from "@preact/signals";
import type { Layer } from "../../subject/picture.ts";

/** What is shown where one paints. */
export type Shown = "prediction" | "mask" | "image";

export const layer = signal<Layer>("prediction");
/** Radius of the brush in pixels. */
export const radius = signal(6);
/** Probability painted, 0 to 1. A mask is painted with 1 and erased with 0. */
export const paintValue = signal(0.9);
/** Share of the radius over which the brush fades out. */
export const softness = signal(0.5);
/** Whether the brush erases. */
export const erasing = signal(false);
