import type { Family } from "../format.ts";

export const shapeAware: Family = {
  file: "shape-aware",
  counts: { matched: 0, listed: 7 },
  rules: [
    {
      peer: "anon-survey",
      fn: "ShapeAwareLoss",
      listed:
        "weighs by the norm of p - g over 256, not by the distance between contours that the paper defines",
    },
    {
      peer: "segwithdistmap",
      fn: "AAAI_sdf_loss",
      listed: "regresses a signed distance map: another loss of a similar name (Xue et al. 2020)",
    },
  ],
};
