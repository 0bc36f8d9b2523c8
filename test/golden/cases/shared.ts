/** Recipes that several families share. */
import type { Loss } from "../../../src/losses/shared/define-loss.ts";
import type { SharedOptions } from "../../../src/losses/shared/options.ts";
import { type GoldenCase, numbers } from "../format.ts";
import { ours, type Recipe, scaled, showOptions } from "../recipe.ts";
import { present } from "../views.ts";

/**
 * smp over several classes: each over the whole batch; an absent class costs 0, and the mean still counts it.
 */
export function smpClasses<Own extends SharedOptions>(loss: Loss<Own>, c: GoldenCase, options: Own): Recipe {
  const all = Array.from({ length: c.shape[1] }, (_, k) => k);
  const classes = Array.isArray(c.params.classes) ? numbers(c, "classes") : all;
  const fixed = { aggregate: "batch", reduction: "sum", ...options } as const;
  const recipe = ours(loss, {
    text: `${showOptions(loss, fixed)}, classWeights: 1 where present`,
    options: (sample) => ({
      ...fixed,
      classWeights: present(sample).map((weight, k) => (classes.includes(k) ? weight : 0)),
    }),
  });
  return scaled(recipe, 1 / classes.length, "1/C");
}
