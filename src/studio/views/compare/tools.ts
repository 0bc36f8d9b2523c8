/** The tools of the picture: which map is looked at and painted on, and with what. */
import { computed, signal } from "@preact/signals";
import type { Layer } from "../../subject/picture.ts";

/** What is shown where one paints. The image is looked at only. */
export type Shown = Layer | "image";

export const shown = signal<Shown>("prediction");

/** The map that brush and edits change, if the one shown is one. */
export const layer = computed<Layer | null>(() => (shown.value === "image" ? null : shown.value));

/** Radius of the brush in pixels. */
export const radius = signal(6);
/** Probability painted, 0 to 1. A mask is painted with 1. */
export const paintValue = signal(0.9);
/** Share of the radius over which the brush fades out. Masks have no soft edges. */
export const softness = signal(0.5);
/** Whether the brush paints 0. */
export const erasing = signal(false);
