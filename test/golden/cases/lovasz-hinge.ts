import { lovaszHingeLoss } from "../../../src/losses/region/lovasz-hinge.ts";
import { type Family, type GoldenCase, on } from "../format.ts";
import { ours } from "../recipe.ts";

/** The authors' code and smp take the batch for one image unless told otherwise; kornia never does. */
const hinge = (c: GoldenCase) =>
  ours(lovaszHingeLoss, {
    aggregate: c.params.per_image === false ? "batch" : "image",
    ...("ignore" in c.params || "ignore_index" in c.params ? { ignoreIndex: 255 } : {}),
  });

export const lovaszHinge: Family = {
  file: "lovasz-hinge",
  counts: { matched: 16, listed: 1 },
  rules: [
    { peer: "berman", fn: "lovasz_hinge", ours: hinge },
    { peer: "smp", fn: "LovaszLoss(binary)", ours: hinge },
    {
      peer: "kornia",
      fn: "lovasz_hinge_loss",
      ours: hinge,
      except: [
        {
          when: on("wrong16"),
          why: "all errors tie: the value is the same, the gradient that of another order (both are subgradients)",
        },
      ],
    },
  ],
};
