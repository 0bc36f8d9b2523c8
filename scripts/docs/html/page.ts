/** The frame of every page: head, bar at the top, a list at the side, what the page has to say. */
import { posix } from "node:path";
import { escapeText } from "../../../src/study/svg.ts";

/** One link of a list at the side. */
export interface SideLink {
  readonly page: string;
  readonly text: string;
}

export interface SideGroup {
  readonly title: string;
  readonly links: readonly SideLink[];
}

/** A page before it has a frame. Texts are plain, `main` is HTML. */
export interface Page {
  /** Path within the site. */
  readonly path: string;
  readonly title: string;
  /** One sentence, for those who find the page elsewhere. */
  readonly description: string;
  readonly main: string;
  readonly side?: readonly SideGroup[];
  /** For pages with a look of their own. */
  readonly className?: string;
}

/** What all pages share. */
export interface Frame {
  readonly version: string;
  /** Folders whose pages are not part of this site. */
  readonly without: readonly string[];
}

/** From one page of the site to another, or to a place on it. */
export function hrefOf(from: string, to: string): string {
  const [path, place] = to.split("#");
  const relative = path === from && place !== undefined ? "" : posix.relative(posix.dirname(from), path);
  return place === undefined ? relative : `${relative}#${place}`;
}

/** Nothing is fetched from anywhere else. */
const POLICY =
  "default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; font-src 'self'; script-src 'self'";

/** The parts of the site. */
const BAR: readonly SideLink[] = [
  { page: "losses/index.html", text: "Losses" },
  { page: "choose.html", text: "Which one?" },
  { page: "compare.html", text: "Compare" },
  { page: "studies/index.html", text: "Studies" },
  { page: "guide/index.html", text: "Guide" },
  { page: "api/index.html", text: "API" },
];

/** Links to the parts of a site that lacks some folders. */
export const partLinks = (without: readonly string[]): SideLink[] =>
  BAR.filter(({ page }) => !without.some((folder) => page.startsWith(`${folder}/`)));

function barOf({ path }: Page, { without }: Frame): string {
  const section = (page: string) => (page.includes("/") ? `${posix.dirname(page)}/` : page);
  const links = partLinks(without).map(({ page, text }) => {
    const here = path.startsWith(section(page));
    return `<a href="${hrefOf(path, page)}"${here ? ' class="here"' : ""}>${text}</a>`;
  });
  return (
    `<header class="top"><div class="in"><a class="brand" href="${hrefOf(path, "index.html")}">segtape</a>` +
    `<nav aria-label="Main">${links.join("")}</nav>` +
    '<div class="search"><input type="search" id="search" placeholder="Find a loss" aria-label="Find a loss" ' +
    'autocomplete="off" spellcheck="false" hidden=""/><ul id="found" hidden=""></ul></div></div></header>'
  );
}

function sideOf({ path, side }: Page): string {
  if (side === undefined) return "";
  const groups = side.map(({ title, links }) => {
    const items = links.map(({ page, text }) => {
      const here = page === path ? ' aria-current="page"' : "";
      return `<li><a href="${hrefOf(path, page)}"${here}>${escapeText(text)}</a></li>`;
    });
    return `<h2>${escapeText(title)}</h2><ul>${items.join("")}</ul>`;
  });
  return (
    // A box to tick instead of a script: on a phone the list is folded away.
    '<aside class="side"><input type="checkbox" id="unfold"/><label for="unfold">All pages of this part</label>' +
    `<nav aria-label="Pages of this part">${groups.join("")}</nav></aside>`
  );
}

/** The whole file. */
export function framed(page: Page, frame: Frame): string {
  const { path, title, description, main, side, className = "" } = page;
  const asset = (name: string) => hrefOf(path, `assets/${name}`);
  const root = posix.relative(posix.dirname(path), ".");
  return [
    `<!doctype html>\n<html lang="en" data-root="${root === "" ? "" : `${root}/`}"><head><meta charset="utf-8"/>`,
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}"/>`,
    '<meta name="viewport" content="width=device-width,initial-scale=1"/>',
    '<meta name="color-scheme" content="light dark"/>',
    `<title>${escapeText(path === "index.html" ? title : `${title} · segtape`)}</title>`,
    `<meta name="description" content="${escapeText(description)}"/>`,
    `<link rel="stylesheet" href="${asset("site.css")}"/>`,
    `<script defer="" src="${asset("losses.js")}"></script><script defer="" src="${asset("site.js")}"></script>`,
    `</head><body class="${className}">`,
    '<a class="skip" href="#main">Skip to the text</a>',
    barOf(page, frame),
    `<div class="in columns${side === undefined ? "" : " with-side"}">`,
    sideOf(page),
    `<main id="main">${main}</main></div>`,
    `<footer class="in end">segtape ${escapeText(frame.version)} · MIT licence · `,
    "made from the sources and their doc comments by <code>npm run docs</code></footer>",
    "</body></html>\n",
  ].join("");
}
