/** Markdown, of doc comments and of the guides, as HTML. */
import { Marked, type Tokens } from "marked";
import { escapeText } from "../../../src/study/svg.ts";
import { codeBlock } from "./code.ts";

/** Where the text stands, and what it may lead to. Paths are those of the site. */
export interface Surroundings {
  /** Where a link or picture leads from here; `null` where there is no such page, and its text stands alone. */
  readonly link: (target: string) => string | null;
  /** Page of something that is named in code; `null` for most. */
  readonly named: (name: string) => string | null;
}

/** As on code forges: lower case, hyphens for spaces, nothing but letters, digits, hyphens. */
const slugOf = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");

const ARXIV = /\barXiv[ :](\d{4}\.\d{4,5})\b/g;

function rendererFor({ link, named }: Surroundings, headings: string[] = []): Marked {
  const taken = new Map<string, number>();
  const idFor = (text: string) => {
    const slug = slugOf(text);
    const count = taken.get(slug) ?? 0;
    taken.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  };
  const linked = (href: string | null, inside: string) =>
    href === null ? inside : `<a href="${escapeText(href)}">${inside}</a>`;
  /** A link in a link is none. */
  let inLink = false;
  return new Marked({
    renderer: {
      heading({ tokens, depth, text }: Tokens.Heading) {
        const inside = this.parser.parseInline(tokens);
        const id = idFor(text.replaceAll("`", ""));
        headings.push(inside);
        return `<h${depth} id="${id}">${inside}</h${depth}>\n`;
      },
      link({ href, tokens }: Tokens.Link) {
        inLink = true;
        const inside = this.parser.parseInline(tokens);
        inLink = false;
        return linked(link(href), inside);
      },
      image({ href, text }: Tokens.Image) {
        const source = link(href);
        if (source === null) return escapeText(text);
        return `<img src="${escapeText(source)}" alt="${escapeText(text)}" loading="lazy"/>`;
      },
      codespan({ text }: Tokens.Codespan) {
        const inside = `<code>${escapeText(text)}</code>`;
        return inLink ? inside : linked(named(text), inside);
      },
      code({ text, lang }: Tokens.Code) {
        return codeBlock(text, lang ?? "");
      },
      table(token: Tokens.Table) {
        const cell = (tag: string, index: number, tokens: Tokens.TableCell["tokens"]) => {
          const align = token.align[index];
          const style = align === null || align === "left" ? "" : ` class="${align}"`;
          return `<${tag}${style}>${this.parser.parseInline(tokens)}</${tag}>`;
        };
        const head = token.header.map((h, i) => cell("th", i, h.tokens)).join("");
        const rows = token.rows.map(
          (row) => `<tr>${row.map((d, i) => cell("td", i, d.tokens)).join("")}</tr>`,
        );
        return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table></div>\n`;
      },
      // Whatever looks like HTML in our texts is text.
      html({ text }: Tokens.HTML | Tokens.Tag) {
        return escapeText(text);
      },
      text(token: Tokens.Text | Tokens.Escape) {
        if ("tokens" in token && token.tokens !== undefined) return this.parser.parseInline(token.tokens);
        const inside = escapeText(token.text);
        if (inLink) return inside;
        return inside.replace(ARXIV, '<a href="https://arxiv.org/abs/$1">arXiv $1</a>');
      },
      hr: () => "<hr/>\n",
      br: () => "<br/>",
    },
  });
}

/** A whole text, and its headings as HTML. */
export function renderMarkdown(markdown: string, surroundings: Surroundings) {
  const headings: string[] = [];
  const html = rendererFor(surroundings, headings).parse(markdown, { async: false });
  return { html, headings };
}

/** A sentence or two, without a paragraph around them. */
export const renderInline = (markdown: string, surroundings: Surroundings): string =>
  rendererFor(surroundings).parseInline(markdown, { async: false }) as string;
