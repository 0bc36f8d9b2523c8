/** What the pages are made of: the catalogue, the doc comments, what was measured, what peers call it. */
import type { Family, Loss } from "../../src/losses/shared/define-loss.ts";
import type { ToolResult } from "../../src/study/tools/index.ts";
import { renderInline, renderMarkdown, type Surroundings } from "./html/markdown.ts";
import { hrefOf } from "./html/page.ts";
import type { Measured } from "./measure/measured.ts";
import type { Sample } from "./measure/sample.ts";
import type { Peers } from "./peers.ts";
import { REFERENCE } from "./read/comment.ts";
import type { LossDoc } from "./read/losses.ts";

export interface Model {
  readonly version: string;
  readonly losses: readonly Loss[];
  readonly docs: ReadonlyMap<string, LossDoc>;
  readonly measured: ReadonlyMap<string, Measured>;
  readonly peers: ReadonlyMap<string, Peers>;
  readonly sample: Sample;
  /** What the study tools found; empty where they were not asked. */
  readonly studies: readonly ToolResult[];
  /** Pages of the reference by the name that they document; empty where it is not built. */
  readonly api: ReadonlyMap<string, string>;
  /** Pages made of markdown files, by the file's path in the project. */
  readonly guides: ReadonlyMap<string, string>;
}

/** A heading and a sentence for each family, in the order in which they are read. */
export const FAMILIES: Readonly<Record<Exclude<Family, "custom">, { title: string; about: string }>> = {
  pixel: { title: "Pixel", about: "A value for each pixel, then their mean: every pixel has its say." },
  region: {
    title: "Region",
    about: "Ratios of sums over whole regions: overlap counts, whatever the size of the object.",
  },
  boundary: {
    title: "Boundary",
    about: "Distances and borders: where a mistake is counts, not only that it is.",
  },
  structure: {
    title: "Structure",
    about: "Neighbourhoods, windows and skeletons: what pixels make together.",
  },
  compound: { title: "Compound", about: "Sums of others, as papers published them." },
};

export const lossPage = (name: string): string => `losses/${name}.html`;
export const mapPicture = (name: string): string => `losses/${name}.png`;

/** Losses of one family, by title. */
export function familyOf({ losses }: Model, family: string): Loss[] {
  return losses.filter((loss) => loss.family === family).sort((a, b) => a.title.localeCompare(b.title, "en"));
}

/** Families that have a loss. */
export const familiesOf = (model: Model) =>
  Object.entries(FAMILIES).filter(([family]) => familyOf(model, family).length > 0);

/** What text on a page may lead to. */
export function surroundings({ losses, api }: Model, page: string): Surroundings {
  const known = new Set(losses.map(({ name }) => name));
  const pageOf = (name: string) => (known.has(name) ? lossPage(name) : (api.get(name) ?? null));
  const from = (target: string | null) => (target === null || target === page ? null : hrefOf(page, target));
  return {
    link: (target) => {
      if (target.startsWith(REFERENCE)) return from(pageOf(target.slice(REFERENCE.length)));
      return /^https?:/.test(target) ? target : null;
    },
    named: (name) => (known.has(name) ? from(lossPage(name)) : null),
  };
}

/** Markdown of a doc comment as paragraphs of a page. */
export const prose = (model: Model, page: string, markdown: string): string =>
  renderMarkdown(markdown, surroundings(model, page)).html;

/** The same within a line. */
export const inline = (model: Model, page: string, markdown: string): string =>
  renderInline(markdown, surroundings(model, page));

/** Losses that a loss's comment names, and losses whose comments name it. */
export function kinOf({ losses, docs }: Pick<Model, "losses" | "docs">, name: string): Loss[] {
  const linksOf = (from: string) => docs.get(from)?.links ?? [];
  const named = new Set(linksOf(name));
  return losses.filter(
    (loss) => loss.name !== name && (named.has(loss.name) || linksOf(loss.name).includes(name)),
  );
}
