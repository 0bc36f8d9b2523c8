/** The markdown files of the project as pages: every one that the README, or a page it leads to, links to. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { escapeText } from "../../../src/study/svg.ts";
import { unescapeText } from "../html/entities.ts";
import { renderMarkdown, type Surroundings } from "../html/markdown.ts";
import { hrefOf, type Page, type SideGroup } from "../html/page.ts";
import { type Model, surroundings } from "../model.ts";

const LINK = /\]\(([^)\s]+\.md)(?:#[^)]*)?\)/g;

/** Page of a markdown file: `docs/` is the guide's own root, a README is its folder's index. */
export function guidePage(file: string): string {
  const path = file.replace(/^docs\//, "").toLowerCase();
  return `guide/${path.replace(/readme\.md$/, "index.md").replace(/\.md$/, ".html")}`;
}

/** All markdown files that belong to the site, with their pages. README.md is the front page. */
export function findGuides(root: string): Map<string, string> {
  const found = new Map<string, string>([["README.md", "index.html"]]);
  const docs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .map((name) => posix.join("docs", name.replaceAll("\\", "/")))
    .filter((name) => name.endsWith(".md") && !/^docs\/(site|api)\//.test(name))
    .sort();
  const queue = ["README.md", ...docs];
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    if (!found.has(file)) found.set(file, guidePage(file));
    for (const [, target] of readFileSync(join(root, file), "utf8").matchAll(LINK)) {
      const path = posix.join(posix.dirname(file), target);
      const outside = /^[a-z]+:/.test(target) || path.startsWith("..");
      if (!outside && !found.has(path) && !queue.includes(path) && existsSync(join(root, path)))
        queue.push(path);
    }
  }
  return found;
}

/** Pictures that a text shows, by their path in the project; they stand under `assets/`. */
export const pictureOf = (file: string): string => `assets/${posix.basename(file)}`;

export interface GuideText {
  /** Plain text. */
  readonly title: string;
  readonly html: string;
  /** Pictures that it shows, by their path in the project. */
  readonly pictures: readonly string[];
}

/** A markdown file of the project as it stands on `page`. */
export function guideText(model: Model, root: string, file: string, page: string): GuideText {
  const base = surroundings(model, page);
  const pictures: string[] = [];
  const around: Surroundings = {
    ...base,
    link: (target) => {
      if (/^(https?|mailto):/.test(target)) return target;
      if (target.startsWith("#")) return target;
      const [relative, place] = target.split("#");
      const path = posix.join(posix.dirname(file), relative).replace(/\/$/, "");
      const guide = model.guides.get(path) ?? model.guides.get(`${path}/README.md`);
      if (guide !== undefined) return hrefOf(page, place === undefined ? guide : `${guide}#${place}`);
      if (
        !/\.(png|svg|jpg)$/.test(path) ||
        !existsSync(join(root, path)) ||
        !statSync(join(root, path)).isFile()
      )
        return base.link(target);
      pictures.push(path);
      return hrefOf(page, pictureOf(path));
    },
  };
  const { html, headings } = renderMarkdown(readFileSync(join(root, file), "utf8"), around);
  const title = unescapeText(headings[0]?.replace(/<[^>]*>/g, "") ?? posix.basename(file));
  return { title, html, pictures };
}

/** The groups at the side: guides, decisions, and what stands elsewhere in the project. */
function groupsOf(titles: ReadonlyMap<string, string>, pages: ReadonlyMap<string, string>): SideGroup[] {
  const groupOf = (file: string) =>
    file.startsWith("docs/decisions/") ? "Decisions" : file.startsWith("docs/") ? "Guide" : "The project";
  return ["Guide", "The project", "Decisions"].map((title) => ({
    title,
    links: [...pages]
      .filter(([file]) => file !== "README.md" && groupOf(file) === title)
      .map(([file, page]) => ({ page, text: titles.get(file) ?? file })),
  }));
}

/** Every guide page and their index, and the pictures they show. */
export function renderGuides(model: Model, root: string): { pages: Page[]; pictures: string[] } {
  const texts = new Map(
    [...model.guides]
      .filter(([file]) => file !== "README.md")
      .map(([file, page]) => [file, guideText(model, root, file, page)] as const),
  );
  const titles = new Map([...texts].map(([file, { title }]) => [file, title]));
  const side = [
    { title: "", links: [{ page: "guide/index.html", text: "Overview" }] },
    ...groupsOf(titles, model.guides),
  ];
  const pages = [...texts].map(([file, { html, title }]): Page => {
    const path = model.guides.get(file) ?? guidePage(file);
    return { path, title, description: title, side, main: html, className: "guide" };
  });
  const lists = side.slice(1).map(({ title, links }) => {
    const items = links.map(
      ({ page, text }) => `<li><a href="${hrefOf("guide/index.html", page)}">${escapeText(text)}</a></li>`,
    );
    return `<h2>${title}</h2><ul>${items.join("")}</ul>`;
  });
  pages.push({
    path: "guide/index.html",
    title: "Guide",
    description: "How to train, what was measured, why things are as they are.",
    side,
    className: "guide",
    main: `<h1>Guide</h1><p class="lead">How to train, what was measured, why things are as they are.</p>${lists.join("")}`,
  });
  return { pages, pictures: [...texts.values()].flatMap((text) => text.pictures) };
}
