/** What can go wrong with a site: links and pictures that are not there, and anything that is loaded from elsewhere. */
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { unescapeText } from "../html/entities.ts";

const TAG = /<([a-zA-Z][\w-]*)\b([^>]*)>/g;
const ATTRIBUTE = /([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** What an attribute leads to. All but the `href` of an `a` is fetched with the page. */
interface Address {
  readonly tag: string;
  readonly attribute: string;
  readonly value: string;
}

function addressesOf(html: string): { addresses: Address[]; ids: Set<string> } {
  const addresses: Address[] = [];
  const ids = new Set<string>();
  // Scripts hold no tags of the page.
  for (const [, tag, attributes] of html
    .replace(/<script\b[^>]*>[\s\S]*?<\/script>/g, (all) => all.slice(0, all.indexOf(">") + 1))
    .matchAll(TAG)) {
    for (const [, attribute, double, single] of attributes.matchAll(ATTRIBUTE)) {
      const value = unescapeText(double ?? single ?? "");
      if (attribute === "id" || (attribute === "name" && tag === "a")) ids.add(value);
      if (/^(href|src|xlink:href|poster|data|action)$/.test(attribute))
        addresses.push({ tag: tag.toLowerCase(), attribute, value });
      if (attribute === "srcset")
        for (const part of value.split(","))
          addresses.push({ tag, attribute, value: part.trim().split(/\s+/)[0] });
      if (attribute === "style" && /url\(/.test(value))
        addresses.push({ tag: "style", attribute, value: /url\(["']?([^"')]*)/.exec(value)?.[1] ?? "" });
    }
  }
  return { addresses, ids };
}

const styleAddresses = (css: string): Address[] =>
  [...css.matchAll(/url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)/g)].map(([, url, imported]) => ({
    tag: "style",
    attribute: "url",
    value: url ?? imported,
  }));

interface Found {
  /** Pages of HTML. */
  readonly pages: number;
  /** One line each. */
  readonly problems: readonly string[];
}

/** Checks files by their path within the site. */
export function checkFiles(files: ReadonlyMap<string, string | Uint8Array>): Found {
  const textOf = (content: string | Uint8Array) =>
    typeof content === "string" ? content : new TextDecoder().decode(content);
  const pages = [...files].filter(([path]) => path.endsWith(".html"));
  const read = new Map(pages.map(([path, content]) => [path, addressesOf(textOf(content))]));
  const problems: string[] = [];
  const check = (from: string, { tag, attribute, value }: Address): void => {
    if (value === "" || value === "#") return;
    const say = (what: string) => problems.push(`${from}: <${tag} ${attribute}="${value}"> ${what}`);
    if (/^(data|mailto|javascript):/.test(value)) return;
    if (/^([a-z][\w+.-]*:)?\/\//.test(value) || /^[a-z][\w+.-]*:/.test(value)) {
      if (tag !== "a") say("is loaded from elsewhere");
      return;
    }
    if (value.startsWith("/")) return void say("is an absolute path");
    const [path, place] = value.split("#");
    const target = path === "" ? from : posix.join(posix.dirname(from), decodeURI(path.split("?")[0]));
    if (!files.has(target)) return void say("is not there");
    if (place && target.endsWith(".html") && !read.get(target)?.ids.has(decodeURIComponent(place)))
      say("leads to no such place on the page");
  };
  for (const [path, { addresses }] of read) for (const address of addresses) check(path, address);
  for (const [path, content] of files)
    if (path.endsWith(".css")) for (const address of styleAddresses(textOf(content))) check(path, address);
  return { pages: pages.length, problems };
}

/** Checks a site on disk, the reference included. */
export function checkSite(folder: string): Found {
  const files = new Map<string, Uint8Array>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const full = join(entry.parentPath ?? entry.path, entry.name);
    files.set(full.slice(folder.length + 1).replaceAll("\\", "/"), readFileSync(full));
  }
  return checkFiles(files);
}
