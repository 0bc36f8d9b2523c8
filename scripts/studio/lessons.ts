/** What Learn says of each loss: read from the sources, as the documentation is, and made HTML by its renderers. */
import { losses as catalogue } from "../../src/losses/catalogue.ts";
import type { Loss } from "../../src/losses/shared/define-loss.ts";
import type { Lesson, LessonOption, LessonUse, SearchWords } from "../../src/studio/views/learn/lesson.ts";
import { escapeText } from "../../src/study/svg.ts";
import { callText } from "../../test/golden/parity/correspondence.ts";
import { otherNames } from "../../test/golden/parity/names.ts";
import { peers } from "../../test/golden/parity/peers.ts";
import { codeBlock } from "../docs/html/code.ts";
import { renderInline, renderMarkdown, type Surroundings } from "../docs/html/markdown.ts";
import { typeset } from "../docs/html/math.ts";
import { kinOf } from "../docs/model.ts";
import { defaultOf, optionNames, rangeOf } from "../docs/pages/options.ts";
import { type Question, questionsOf } from "../docs/questions/index.ts";
import { REFERENCE } from "../docs/read/comment.ts";
import { type LossDoc, readLossDocs } from "../docs/read/losses.ts";

/** Links lead to other pages of Learn; what has none there stands as text. */
function surroundingsOf(own: string): Surroundings {
  const page = (name: string) => (name !== own && Object.hasOwn(catalogue, name) ? `#/learn/${name}` : null);
  return {
    link: (target) => {
      if (target.startsWith(REFERENCE)) return page(target.slice(REFERENCE.length));
      return target.startsWith("https://") ? target : null;
    },
    named: page,
  };
}

/** Without the word that a paragraph of a doc comment begins with, which a heading says. */
function without(word: string, text: string): string {
  const rest = text.replace(new RegExp(`^${word}:\\s*`), "");
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

/** Functions of other libraries that this loss answers. */
const elsewhereOf = (name: string): Lesson["elsewhere"] =>
  peers.flatMap((peer) =>
    peer.losses
      .filter(({ ours }) => ours?.replace(/\(.*/, "") === name)
      .map((one) => ({ library: peer.name, theirs: one.theirs, ours: callText(one) })),
  );

/** Where a text sends its reader to a column of the documentation's table, which Learn lacks. */
const COLUMN = / \(look at \*[^*]+\*\)|: see (\*[^*]+\*|the measured column)/g;

/** Reasons are written to be read one after the other; here each stands alone. */
function useOf(
  { title, answers, mind = "" }: Question,
  name: string,
  line: (markdown: string) => string,
): LessonUse {
  const place = answers.findIndex((answer) => answer.loss === name);
  const { reason } = answers[place];
  return {
    need: title,
    reasonHtml: line(reason),
    comparedWith: reason.startsWith("The same") ? answers[place - 1].loss : "",
    mindHtml: line(mind.replace(COLUMN, "")),
  };
}

function lessonOf(loss: Loss, doc: LossDoc, docs: ReadonlyMap<string, LossDoc>): Lesson {
  const around = surroundingsOf(loss.name);
  const line = (markdown: string) => renderInline(markdown, around);
  const prose = (markdown: string) => renderMarkdown(markdown, around).html;
  const optionOf = (name: string): LessonOption => {
    const [spec, known] = [loss.options[name], doc.options.get(name)];
    return {
      name,
      docHtml: known?.doc ? line(known.doc) : escapeText(spec.doc),
      defaultHtml: defaultOf(spec, known, line),
      rangeHtml: rangeOf(spec, known),
    };
  };
  const { own, shared, refused } = optionNames(loss, doc.options);
  return {
    name: loss.name,
    formulaHtml: typeset(loss.latex),
    sourcesHtml: (doc.sources.length === 0 ? [loss.source] : doc.sources).map(line),
    definitionHtml: prose(doc.definition.join("\n\n")),
    uses: questionsOf(loss.name).map((question) => useOf(question, loss.name, line)),
    oneClassHtml: prose(without("One-class images", doc.oneClass)),
    constants: loss.constants,
    errorsHtml: doc.throws.map(line),
    options: own.map(optionOf),
    sharedOptions: shared.map(optionOf),
    refused,
    kinHtml: doc.kin.map((text) => prose(without("Kin", text))),
    kin: kinOf({ losses: Object.values(catalogue), docs }, loss.name).map(({ name }) => ({
      name,
      needs: questionsOf(name).map(({ short }) => short),
    })),
    elsewhere: elsewhereOf(loss.name),
    otherNames: otherNames
      .filter((other) => other.loss === loss.name)
      .map(({ name, options, why }) => ({ name, options, whyHtml: line(why) })),
    exampleHtml: codeBlock(doc.example, "ts"),
  };
}

/** A lesson for each loss of the catalogue of the project at `root`. */
export function lessonsOf(root: string): Lesson[] {
  const docs = readLossDocs(root, Object.keys(catalogue));
  return [...docs].map(([name, doc]) => lessonOf(catalogue[name], doc, docs));
}

/** What the search field looks through: what papers and libraries call a loss, and what it is asked for. */
export const searchWords = (): SearchWords =>
  Object.fromEntries(
    Object.values(catalogue).map(({ name, title, family, summary, source }) => {
      const asked = questionsOf(name).flatMap(({ short, title: need }) => [short, need]);
      const theirs = elsewhereOf(name).map((call) => call.theirs);
      const others = otherNames.filter(({ loss }) => loss === name).map((other) => other.name);
      return [
        name,
        [name, title, family, summary, source, ...asked, ...theirs, ...others].join(" ").toLowerCase(),
      ];
    }),
  );
