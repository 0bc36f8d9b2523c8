/** Families of losses, in the order in which they are read. */
import { losses as catalogue } from "../../losses/catalogue.ts";
import type { Family, Loss } from "../../losses/shared/define-loss.ts";

export interface FamilyTitle {
  readonly family: Family;
  readonly title: string;
  /** What they look at, in a sentence. */
  readonly about: string;
}

export const FAMILIES: readonly FamilyTitle[] = [
  {
    family: "pixel",
    title: "Pixel by pixel",
    about: "A value for each pixel, then their mean: every pixel has its say.",
  },
  {
    family: "region",
    title: "Regions and overlap",
    about: "Ratios of sums over whole regions: overlap counts, whatever the size of the object.",
  },
  {
    family: "boundary",
    title: "Boundaries",
    about: "Distances and borders: where a mistake is counts, not only that it is.",
  },
  {
    family: "structure",
    title: "Structure",
    about: "Neighbourhoods, windows and skeletons: what pixels make together.",
  },
  { family: "compound", title: "Compound", about: "Sums of others, as papers published them." },
];

/** Losses of a family, by title. */
export const lossesOf = (family: Family): Loss[] =>
  Object.values(catalogue)
    .filter((loss) => loss.family === family)
    .sort((a, b) => a.title.localeCompare(b.title, "en"));
