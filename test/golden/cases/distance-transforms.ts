import type { Tensor } from "../../../src/index.ts";
import { Ruler, type Sides, type Spacing, sidesOf } from "../../../src/losses/shared/distance-maps.ts";
import { contourOf } from "../../../src/losses/shared/neighbours.ts";
import { Pixels, ratio } from "../../../src/losses/shared/pixels.ts";
import { type Family, type GoldenCase, numbers, on, param } from "../format.ts";
import type { Recipe } from "../recipe.ts";
import { SCIPY_WITHOUT_BORDER } from "./reasons.ts";

/** A map made of what our boundary losses measure distances with. */
const map = (
  text: string,
  of: (sides: Sides, ruler: Ruler, pixels: Pixels) => Tensor,
  spacing: Spacing = 1,
): Recipe => ({
  text,
  run: ({ prediction, target }) => {
    const pixels = new Pixels("golden", prediction, target, { input: "probabilities" });
    return of(sidesOf(pixels.g, 0.5, pixels), new Ruler(pixels, spacing), pixels);
  },
});

const spacingOf = (c: GoldenCase): Spacing =>
  param("resolution", [1, 2.5])(c) ? numbers(c, "resolution") : 1;

/** Distances outside, less those inside, which LIVIAETS counts from 0. */
const liviaets = (c: GoldenCase) =>
  map(
    "outside distance - (inside distance - 1)",
    ({ inside, outside }, ruler) => {
      const within = ruler.distanceTo(outside).sub(1).mul(inside);
      return ruler.distanceTo(inside).sub(within);
    },
    spacingOf(c),
  );

const awayFromContour = (signed: Tensor, sides: Sides) => signed.mul(contourOf(sides).neg().add(1));

export const distanceTransforms: Family = {
  file: "distance-transforms",
  counts: { matched: 10, listed: 3 },
  rules: [
    {
      peer: "seglossodyssey",
      fn: "compute_edts_forPenalizedLoss",
      ours: () => map("nearness to the border", (sides, ruler) => ruler.nearness(sides)),
      except: [
        { when: on("mixed16"), why: "0 / 0 is NaN for an image without foreground; ours is 0" },
        {
          when: on("tiny4"),
          why: "a batch of one loses its batch axis to squeeze: each row is taken for an image",
        },
      ],
    },
    {
      peer: "seglossodyssey",
      fn: "compute_edts_forhdloss",
      ours: () => map("distance across the border", (sides, ruler) => ruler.distanceAcross(sides)),
      except: [
        {
          when: on("empty16"),
          why: SCIPY_WITHOUT_BORDER,
        },
      ],
    },
    { peer: "liviaets", fn: ["one_hot2dist", "calc_dist_map"], ours: liviaets },
    {
      peer: "segwithdistmap",
      fn: "compute_sdf",
      ours: () =>
        map("signed distance, 0 on the contour", (sides, ruler) => {
          const signed = ruler.distanceTo(sides.inside).sub(ruler.distanceTo(sides.outside));
          return awayFromContour(signed, sides);
        }),
    },
    {
      peer: "segwithdistmap",
      fn: "compute_sdf1_1",
      ours: () =>
        map("signed distance, each side over its largest, 0 on the contour", (sides, ruler, pixels) => {
          const [out, within] = [sides.inside, sides.outside].map((marks) => {
            const distance = ruler.distanceTo(marks);
            return ratio(distance, pixels.maxOverSpace(distance), 0);
          });
          return awayFromContour(out.sub(within), sides);
        }),
    },
  ],
};
