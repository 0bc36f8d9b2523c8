/** Losses of distance and of borders. */

export {
  type DistanceMapCrossEntropyOptions,
  distanceMapCrossEntropyLoss,
} from "./distance-map-cross-entropy.ts";
export { type HausdorffDistanceOptions, hausdorffDistanceLoss } from "./hausdorff-distance.ts";
export { type HausdorffErosionOptions, hausdorffErosionLoss } from "./hausdorff-erosion.ts";
export { type ShapeAwareOptions, shapeAwareLoss } from "./shape-aware.ts";
