/** Questions of place and form: where a mistake is. */
import type { Question } from "./question.ts";

export const shape: readonly Question[] = [
  {
    id: "boundaries",
    short: "boundaries",
    title: "Boundaries matter",
    why: "A border one pixel off is a small share of an area: overlap hardly sees it, and a blob far away costs no more than one nearby. These losses measure where a mistake is.",
    evidence: ["shift", "far"],
    study: "shift",
    answers: [
      {
        loss: "distanceMapCrossEntropyLoss",
        reason:
          "Cross entropy with up to twice the weight beside the target's border: the gentlest step, and always safe.",
      },
      {
        loss: "boundaryLoss",
        reason:
          "Linear in the prediction: what is outside pays its distance to the border. Made to be joined with an overlap loss, whose weight it takes over during training.",
      },
      {
        loss: "hausdorffDistanceLoss",
        reason:
          "Mistakes cost by the square of their distance: far outliers go first. Near the border it is weak, so join it with an overlap loss.",
      },
      {
        loss: "logHausdorffDistanceLoss",
        reason: "The same behind a logarithm: far mistakes lead without drowning what it is joined with.",
      },
      {
        loss: "boundaryDouLoss",
        reason:
          "Overlap in which the rims of large objects weigh more: no distance maps, cheap, no second loss needed.",
      },
      {
        loss: "activeBoundaryLoss",
        reason:
          "Teaches predicted boundaries the direction in which the true ones lie: for the last pixels, beside another loss.",
      },
      {
        loss: "laplaceEdgeLoss",
        reason:
          "Compares edges alone, as images of lines: the dearest of all for a border one pixel off. Needs another loss for the insides.",
      },
      {
        loss: "ssimLoss",
        reason: "Compares local patterns: a shift of one pixel is dear, since edges must coincide.",
      },
    ],
    mind: "Most of these are blind where there is no border yet. Train with an overlap loss or a cross entropy first, or beside them.",
  },
  {
    id: "topology",
    short: "thin tubes, topology",
    title: "Vessels, roads, membranes: nothing may break",
    why: "A gap of a few pixels in a vessel is nothing to an overlap, and everything to what comes after. A loss that sees skeletons or neighbourhoods charges a gap more than as many pixels along the rim.",
    evidence: ["gap", "share1"],
    answers: [
      {
        loss: "clDiceLoss",
        reason:
          "How well each mask covers the other's skeleton: a gap is a missing piece of the line, a thin rim is nothing.",
      },
      {
        loss: "diceClDiceLoss",
        reason: "The same joined with Dice, as its paper trains it: the overlap holds the widths.",
      },
      {
        loss: "msSsimLoss",
        reason: "Structure at several resolutions: at the coarser ones a gap is a missing piece of a line.",
      },
    ],
    mind: "A soft skeleton needs as many `iterations` as half the width of what it thins: with fewer, a thick object has no skeleton at all, and the loss does not see it. Where the tube is most of the image, name the rare class the foreground.",
  },
  {
    id: "anisotropic",
    short: "3-D, anisotropic voxels",
    title: "My volumes have anisotropic voxels",
    why: "Every loss here takes volumes as it takes images. Where distances count, a step between slices must not count as a step within one: `spacing` says how far apart neighbours are along each axis.",
    evidence: ["far", "shift"],
    answers: [
      {
        loss: "hausdorffDistanceLoss",
        reason: "`spacing: [5, 1, 1]` measures distances in millimetres, not in voxels.",
      },
      { loss: "boundaryLoss", reason: "What is outside pays its distance in real units." },
      { loss: "distanceMapCrossEntropyLoss", reason: "Nearness to a border in real units." },
    ],
    option: "spacing",
  },
  {
    id: "smooth",
    short: "smooth outlines",
    title: "Outlines should be smooth, or there are few labels",
    why: "A term that does not look at the labels, but at the prediction alone or at the image, tidies up where labels say little. It is added to another loss with a small weight.",
    evidence: ["kept"],
    answers: [
      { loss: "totalVariationLoss", reason: "The length of the borders: ragged ones cost more." },
      { loss: "activeContourLoss", reason: "Length of the border, and the area of the errors beside it." },
      {
        loss: "mumfordShahLoss",
        reason:
          "Wants each predicted class to have one grey value in the image: the image itself is the teacher.",
      },
    ],
  },
];
