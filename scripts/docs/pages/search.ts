/** What the search box looks through: a list small enough to travel with every page. */
import type { Loss } from "../../../src/losses/shared/define-loss.ts";
import { lossPage, type Model } from "../model.ts";
import { questionsOf } from "../questions/index.ts";

/** Words that find a loss, lower case. */
export function wordsOf({ peers }: Model, { name, title, family, summary, source }: Loss): string {
  const asked = questionsOf(name).map(({ short }) => short);
  const { calls = [], names = [] } = peers.get(name) ?? {};
  const theirs = new Set([...calls.map((call) => call.theirs), ...names.map((other) => other.name)]);
  return [name, title, family, summary, source, ...asked, ...theirs].join(" ").toLowerCase();
}

/** A script that hands the list over: a page opened from a folder may not fetch it. */
export function searchScript(model: Model): string {
  const list = [...model.losses]
    .sort((a, b) => a.title.localeCompare(b.title, "en"))
    .map((loss) => ({
      title: loss.title,
      name: loss.name,
      family: loss.family,
      page: lossPage(loss.name),
      words: wordsOf(model, loss),
    }));
  return `window.segtapeLosses = ${JSON.stringify(list)};\n`;
}
