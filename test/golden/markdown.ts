/** Tables of Markdown, for the documents that tests write. */

const cell = (x: string | number) => String(x).replaceAll("|", "\\|");

/** One row. */
export const row = (...cells: readonly (string | number)[]): string => `| ${cells.map(cell).join(" | ")} |`;
