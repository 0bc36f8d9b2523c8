/** A GPU that went away: a driver that was reset, a laptop that changed cards, a browser that took it back. */
import { BackendError } from "../../errors.ts";
import type { Gpu, GpuMode } from "./library.ts";

/** Whether a WebGL context is gone, with everything in it. It then answers every call, with zeros. */
export const isLost = (gpu: Gpu): boolean => gpu.context?.isContextLost?.() === true;

/** gpu.js's own words for a WebGPU device that is gone; it takes another one by itself. */
const DEVICE_LOST = /device (was |is )?lost|lost device/i;

/** The error of a run that lost its GPU; `null` where something else went wrong. */
export function lossOf(gpu: Gpu, mode: GpuMode, cause?: unknown): BackendError | null {
  const said = cause instanceof Error ? cause.message : "";
  if (!isLost(gpu) && !DEVICE_LOST.test(said)) return null;
  return new BackendError(`${mode}: the GPU was lost while it ran; the next call starts anew`, {
    op: "run",
    cause,
  });
}
