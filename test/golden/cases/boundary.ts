import { boundaryLoss } from "../../../src/losses/boundary/boundary.ts";
import { diceLoss } from "../../../src/losses/region/dice.ts";
import { type Family, on } from "../format.ts";
import { negativeScore, ours, total } from "../recipe.ts";
import { SCIPY_WITHOUT_BORDER } from "./reasons.ts";

const NO_CLASS =
  "the map is 0 where a class is absent, so that it has no gradient; ours is one step, which pushes p down";

const foreground = () => ours(boundaryLoss, { includeBackground: false });

export const boundary: Family = {
  file: "boundary",
  counts: { matched: 9, listed: 5 },
  rules: [
    {
      peer: "liviaets",
      fn: "SurfaceLoss",
      ours: foreground,
      except: [{ when: on("bin2e8"), why: NO_CLASS }],
    },
    {
      peer: "liviaets",
      fn: "surface_loss_keras",
      ours: () => ours(boundaryLoss),
      except: [
        { when: on("full16"), why: SCIPY_WITHOUT_BORDER },
        { when: on("mixed16"), why: NO_CLASS },
      ],
    },
    { peer: "seglossodyssey", fn: "BDLoss", ours: foreground },
    {
      peer: "seglossodyssey",
      fn: "DC_and_BD_loss",
      ours: () => total(negativeScore(ours(diceLoss, { smooth: 1e-5 })), foreground()),
    },
    {
      peer: "segwithdistmap",
      fn: "boundary_loss",
      ours: foreground,
      listed: "0 on the border's inner pixels, but one more than the distance to them further inside",
    },
    {
      peer: "segwithdistmap",
      fn: "boundary_loss(normalised)",
      listed: "distances stretched to -1 .. 1 in each image: a unit of its own for each",
    },
  ],
};
