/** Text as it was before it was made safe for HTML. */
const CHARACTERS: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };

/** All other names that are looked for stand for an apostrophe. */
export const unescapeText = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39|#x27);/g, (_, name: string) => CHARACTERS[name] ?? "'");
