/** The frame of a report: one HTML file with style and script inside, that fetches nothing. */
import { escapeText } from "../svg.ts";
import { reportScript } from "./script.ts";
import { reportStyle } from "./style.ts";

/** Nothing may be fetched from anywhere: what the page shows is in the page. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

/** The ISO time to the minute, as everyone reads it. */
function dateOf(created: string): string {
  const date = new Date(created);
  if (Number.isNaN(date.getTime())) return created;
  return `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** What a page is made of; `head` and `main` are HTML, the rest is text. */
export interface Page {
  readonly kind: string;
  readonly title: string;
  /** ISO 8601. */
  readonly created: string;
  readonly version: string;
  /** Below the title. */
  readonly head: string;
  readonly main: string;
  /** CSS beside that of every report. */
  readonly style?: string;
}

/** The whole file. */
export function htmlPage({ kind, title, created, version, head, main, style = "" }: Page): string {
  return [
    '<!doctype html><html lang="en" data-theme="auto"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>${escapeText(title)}</title><meta name="generator" content="segtape ${escapeText(version)}">`,
    `<style>\n${reportStyle}${style}\n</style></head><body>`,
    `<header class="top"><div class="bar-top"><span><b>segtape</b> · ${escapeText(kind)}</span>`,
    '<button type="button" id="theme" hidden>Theme: auto</button></div>',
    `<h1>${escapeText(title)}</h1>`,
    `<p class="lead">${escapeText(dateOf(created))} · segtape ${escapeText(version)}</p>`,
    head,
    `</header><main>${main}</main>`,
    `<footer class="end">Written by segtape ${escapeText(version)}. `,
    "This file is complete in itself.</footer>",
    '<dialog id="enlarged"><div class="stage"></div><p></p></dialog>',
    `<script>\n${reportScript}\n</script></body></html>\n`,
  ].join("");
}
