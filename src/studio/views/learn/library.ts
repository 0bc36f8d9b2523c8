/** Lessons and search words, fetched once each from beside the page's script. */
import type { Lesson, SearchWords } from "./lesson.ts";

const known = new Map<string, Promise<unknown>>();

async function fetched(file: string): Promise<unknown> {
  const response = await fetch(new URL(`learn/${file}`, import.meta.url));
  if (!response.ok) throw new Error(`${file} is not there (${response.status})`);
  return response.json();
}

function once(file: string): Promise<unknown> {
  const asked = known.get(file) ?? fetched(file);
  known.set(file, asked);
  // What failed may be asked for again.
  asked.catch(() => known.delete(file));
  return asked;
}

export const lessonOf = (name: string): Promise<Lesson> => once(`${name}.json`) as Promise<Lesson>;

export const searchWords = (): Promise<SearchWords> => once("words.json") as Promise<SearchWords>;

/** The style sheet of formulas, with its fonts beside it. */
export const FORMULA_STYLE = new URL("learn/formulas.css", import.meta.url).href;
