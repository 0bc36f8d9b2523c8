/** A doc comment, as markdown: its paragraphs and its tags. */
import ts from "typescript";

/** Links to names are written `[text](ref:name)`; what makes HTML of the markdown finds the page. */
export const REFERENCE = "ref:";

export interface Comment {
  /** Paragraphs, one string each, line breaks within them taken out. */
  readonly paragraphs: readonly string[];
  /** Text of the tags, by their names. */
  readonly tags: ReadonlyMap<string, readonly string[]>;
  /** Names that links lead to, in order, each once. */
  readonly links: readonly string[];
}

/** `{@link name}`, `{@link name text}` or `{@link name | text}`. */
const LINK = /\{@link(?:code|plain)?\s+([\w.$]+)(?:\s*\|\s*|\s+)?([^}]*)\}/g;

function markdownOf(text: string, links: Set<string>): string {
  return text.replace(LINK, (_, name: string, said: string) => {
    links.add(name);
    return `[${said.trim() === "" ? `\`${name}\`` : said.trim()}](${REFERENCE}${name})`;
  });
}

/** Without the stars at the beginnings of lines. */
const unstarred = (text: string) => text.replace(/^[ \t]*\*(?!\/) ?/gm, "");
const oneLine = (text: string) => text.replace(/\s*\n\s*/g, " ").trim();

/** Blank lines part paragraphs; a list, a table or a code block keeps its lines. */
function paragraphsOf(markdown: string): string[] {
  return markdown
    .split(/\n[ \t]*\n/)
    .map((paragraph) => (/^\s*([-*|] ?|```)/m.test(paragraph) ? paragraph.trim() : oneLine(paragraph)))
    .filter((paragraph) => paragraph !== "");
}

/** The code of an `@example`, with its indentation. */
const codeOf = (text: string) => (/```ts\n([\s\S]*?)```/.exec(text)?.[1] ?? "").trimEnd();

/** The comment above a declaration; of several the last, as TypeScript counts it. */
export function commentOf(declaration: ts.Node): Comment | null {
  const docs = ts.getJSDocCommentsAndTags(declaration).filter(ts.isJSDoc);
  const doc = docs[docs.length - 1];
  if (doc === undefined) return null;
  const links = new Set<string>();
  // The compiler's own tags are cut for types: it takes names and braces away from prose.
  const [body, ...blocks] = unstarred(doc.getText().replace(/^\/\*\*|\s*\*\/$/g, "")).split(/^@(?=\w)/m);
  const paragraphs = paragraphsOf(markdownOf(body.replace(/(?<=\s)@(?=defaultValue\b)[\s\S]*/, ""), links));
  const tags = new Map<string, string[]>();
  const enter = (name: string, text: string) => tags.set(name, [...(tags.get(name) ?? []), text]);
  const inline = /\s@defaultValue\s+([\s\S]*)/.exec(body);
  if (inline !== null) enter("defaultValue", oneLine(markdownOf(inline[1], links)));
  for (const block of blocks) {
    const [, name, text] = /^(\w+)\s*([\s\S]*)$/.exec(block) as RegExpExecArray;
    enter(name, name === "example" ? codeOf(text) : oneLine(markdownOf(text, links)));
  }
  return { paragraphs, tags, links: [...links] };
}
