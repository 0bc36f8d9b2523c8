/** Every loss has what its page is made of. */
import { describe, expect, test } from "vitest";
import { typeset } from "../../scripts/docs/html/math.ts";
import { COLUMNS } from "../../scripts/docs/measure/columns.ts";
import { FAMILIES } from "../../scripts/docs/model.ts";
import { QUESTIONS } from "../../scripts/docs/questions/index.ts";
import { readLossDocs } from "../../scripts/docs/read/losses.ts";
import { losses } from "../../src/losses/catalogue.ts";
import { SHARED } from "../../src/losses/shared/options.ts";
import { toolList } from "../../src/study/tools/index.ts";
import { ROOT } from "../support/sources.ts";

const names = Object.keys(losses);
const docs = readLossDocs(ROOT, names);

describe.each(names)("%s", (name) => {
  const loss = losses[name];
  const doc = docs.get(name);

  test("has a formula that can be typeset", () => {
    expect(loss.latex).not.toBe("");
    const html = typeset(loss.latex);
    expect(html).toContain("<math");
    // Letters whose fonts are not part of the site.
    expect(html).not.toMatch(/class="[^"]*\b(mathsf|texttt|mathfrak|mathscr|boldsymbol)\b/);
  });

  test("has a family, a sentence, a plain formula and a source in the catalogue", () => {
    expect(Object.keys(FAMILIES)).toContain(loss.family);
    for (const text of [loss.title, loss.summary, loss.formula, loss.source]) expect(text).not.toBe("");
  });

  test("has a sentence, symbols, a policy for one-class images, a source and an example in its doc comment", () => {
    expect(doc?.sentence).toMatch(/\S\s\S/);
    expect(doc?.symbols, 'a paragraph that begins with "Symbols"').not.toBe("");
    expect(doc?.oneClass, 'a sentence that begins with "One-class images"').not.toBe("");
    expect(doc?.sources.join(), "@see").not.toBe("");
    expect(doc?.example, "@example").toMatch(new RegExp(`\\b${name}\\b`));
  });

  test("documents every option that it takes, and takes every option that it documents", () => {
    const documented = [...(doc?.options.values() ?? [])];
    const bare = documented.filter((option) => option.doc === "").map((option) => option.name);
    expect(bare).toEqual([]);
    const own = Object.keys(loss.options);
    expect(own.filter((option) => !doc?.options.has(option))).toEqual([]);
    // A type may know shared options that the loss refuses: the catalogue tells them apart.
    const unknown = documented.map((option) => option.name).filter((option) => !own.includes(option));
    expect(unknown.filter((option) => !Object.hasOwn(SHARED, option))).toEqual([]);
  });
});

describe("questions", () => {
  test("are answered by losses that are there, each with a reason", () => {
    const answers = QUESTIONS.flatMap((question) => question.answers);
    expect(answers.filter(({ loss }) => losses[loss] === undefined)).toEqual([]);
    expect(answers.filter(({ reason }) => !/\S\s+\S/.test(reason))).toEqual([]);
    const twice = QUESTIONS.filter(
      ({ answers: all }) => new Set(all.map(({ loss }) => loss)).size < all.length,
    );
    expect(twice).toEqual([]);
  });

  test("have measured evidence, and places of their own", () => {
    const columns = COLUMNS.map(({ id }) => id);
    expect(QUESTIONS.flatMap(({ evidence }) => evidence).filter((id) => !columns.includes(id))).toEqual([]);
    expect(new Set(QUESTIONS.map(({ id }) => id)).size).toBe(QUESTIONS.length);
  });

  test("and columns name study tools that are there", () => {
    const tools = toolList.map(({ name }) => name);
    const named = [...QUESTIONS, ...COLUMNS].flatMap(({ study }) => study ?? []);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((study) => !tools.includes(study))).toEqual([]);
  });

  test("about an option are answered by losses that have it", () => {
    for (const { answers, option } of QUESTIONS) {
      if (option !== undefined)
        for (const { loss } of answers) expect(losses[loss].options).toHaveProperty(option);
    }
  });
});

test("LaTeX that does not parse is refused", () => {
  expect(() => typeset("L = \\frac{1}{")).toThrow();
  expect(() => typeset("L = \\noSuchCommand")).toThrow();
});
