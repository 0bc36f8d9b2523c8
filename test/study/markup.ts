/** Reads markup the strict way, so that a missing end tag or an unescaped character fails a test. */

const VOID = new Set(["meta", "br", "hr", "img", "input", "link"]);

/** Throws unless all tags are closed in order and all text is escaped; returns the tag names. */
export function checkMarkup(markup: string): string[] {
  // What these two hold is not markup.
  const text = markup.replace(/<(style|script)>[\s\S]*?<\/\1>/g, "<$1></$1>").replace("<!doctype html>", "");
  const open: string[] = [];
  const names: string[] = [];
  const tag = /<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+(?:="[^"<]*")?)*)\s*(\/?)>/g;
  let end = 0;
  const checkText = (part: string) => {
    if (/[<>]|&(?!amp;|lt;|gt;|quot;|#39;)/.test(part)) throw new Error(`unescaped: ${part.slice(0, 80)}`);
  };
  for (let match = tag.exec(text); match !== null; match = tag.exec(text)) {
    checkText(text.slice(end, match.index));
    end = tag.lastIndex;
    const [, closing, name, attributes, selfClosing] = match;
    for (const [, value] of attributes.matchAll(/="([^"]*)"/g)) checkText(value);
    if (closing) {
      const last = open.pop();
      if (last !== name) throw new Error(`</${name}> closes <${last}>`);
    } else {
      names.push(name);
      if (!selfClosing && !VOID.has(name)) open.push(name);
    }
  }
  checkText(text.slice(end));
  if (open.length > 0) throw new Error(`left open: ${open.join(" ")}`);
  return names;
}
