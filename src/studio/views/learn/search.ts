/** Finding losses by what is typed. */
import type { Loss } from "../../../losses/shared/define-loss.ts";
import type { SearchWords } from "./lesson.ts";

/** Lower case, without accents: Lovász is found by lovasz. */
const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Whether a loss has every word that is asked for. */
export function isFound(loss: Loss, asked: string, words: SearchWords): boolean {
  const text = plain(`${loss.name} ${loss.title} ${loss.summary} ${words[loss.name] ?? ""}`);
  return plain(asked)
    .split(/\s+/)
    .every((word) => text.includes(word));
}
