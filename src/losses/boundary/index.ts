/** Losses of distance and of borders. */

export { type ActiveBoundaryOptions, activeBoundaryLoss } from "./active-boundary.ts";
export { type ActiveContourOptions, activeContourLoss } from "./active-contour.ts";
export { type BoundaryOptions, boundaryLoss } from "./boundary.ts";
export { type BoundaryDouOptions, boundaryDouLoss } from "./boundary-dou.ts";
export {
  type DistanceMapCrossEntropyOptions,
  distanceMapCrossEntropyLoss,
} from "./distance-map-cross-entropy.ts";
export { type HausdorffDistanceOptions, hausdorffDistanceLoss } from "./hausdorff-distance.ts";
export { type HausdorffErosionOptions, hausdorffErosionLoss } from "./hausdorff-erosion.ts";
export { type LaplaceEdgeOptions, laplaceEdgeLoss } from "./laplace-edge.ts";
export { type LogHausdorffDistanceOptions, logHausdorffDistanceLoss } from "./log-hausdorff-distance.ts";
export { type MumfordShahOptions, mumfordShahLoss } from "./mumford-shah.ts";
export { type ShapeAwareOptions, shapeAwareLoss } from "./shape-aware.ts";
export { type SobelEdgeOptions, sobelEdgeLoss } from "./sobel-edge.ts";
