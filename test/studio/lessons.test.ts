/** What Learn shows: a lesson for every loss, with all that its page promises. */
import { describe, expect, test } from "vitest";
import { lessonsOf, searchWords } from "../../scripts/studio/lessons.ts";
import { losses } from "../../src/losses/catalogue.ts";
import type { Lesson } from "../../src/studio/views/learn/lesson.ts";
import { isFound } from "../../src/studio/views/learn/search.ts";
import { ROOT } from "../support/sources.ts";

const names = Object.keys(losses);
const lessons = lessonsOf(ROOT);

/** All HTML of a lesson. */
const htmlOf = (lesson: Lesson): string =>
  JSON.stringify(lesson, (key, value) =>
    typeof value === "string" && !/Html$/.test(key) ? undefined : value,
  );

test("there is a lesson for each loss of the catalogue, and for nothing else", () => {
  expect(lessons.map(({ name }) => name).sort()).toEqual([...names].sort());
  expect(Object.keys(searchWords()).sort()).toEqual([...names].sort());
});

describe.each(lessons.map((lesson) => [lesson.name, lesson] as const))("%s", (name, lesson) => {
  test("has a formula, a source, a definition, a policy and an example", () => {
    expect(lesson.formulaHtml).toContain("<math");
    expect(lesson.formulaHtml).toContain("katex-html");
    expect(lesson.sourcesHtml.join()).toMatch(/\w+/);
    expect(lesson.definitionHtml).toMatch(/^<p>/);
    expect(lesson.oneClassHtml).toMatch(/^<p>\S/);
    expect(lesson.oneClassHtml).not.toMatch(/^<p>One-class images:/);
    expect(lesson.exampleHtml).toContain(name);
  });

  test("has every option once, each with a sentence, a default and a range", () => {
    const all = [...lesson.options, ...lesson.sharedOptions];
    expect(all.map((option) => option.name).sort()).toEqual(Object.keys(losses[name].options).sort());
    for (const { docHtml, defaultHtml, rangeHtml } of all)
      for (const html of [docHtml, defaultHtml, rangeHtml]) expect(html).toMatch(/\w/);
    expect(lesson.refused.filter((option) => option in losses[name].options)).toEqual([]);
  });

  test("is HTML of a few plain kinds, whose links lead to other lessons or to papers", () => {
    const html = [...htmlOf(lesson).matchAll(/<(?!\/)([\w-]+)/g)].map(([, tag]) => tag);
    expect(html.filter((tag) => /^(script|style|iframe|img|link|object|form|input)$/.test(tag))).toEqual([]);
    expect(htmlOf(lesson)).not.toMatch(/<[^>]*\son\w+=|javascript:/);
    const links = [...JSON.stringify(lesson).matchAll(/href=\\"([^\\]*)\\"/g)].map(([, href]) => href);
    const known = new Set(names.map((other) => `#/learn/${other}`));
    expect(links.filter((href) => !known.has(href) && !href.startsWith("https://"))).toEqual([]);
    expect(links).not.toContain(`#/learn/${name}`);
    for (const { name: other } of lesson.kin) expect(names).toContain(other);
  });

  test("says no word about columns that are in the documentation only", () => {
    for (const { mindHtml, reasonHtml, comparedWith } of lesson.uses) {
      expect(mindHtml).not.toMatch(/look at <em>|see <em>|column/);
      expect(reasonHtml.startsWith("The same") === names.includes(comparedWith)).toBe(true);
    }
  });
});

describe("search", () => {
  const words = searchWords();
  const found = (asked: string) => names.filter((name) => isFound(losses[name], asked, words));

  test("finds by name, by title without accents, by need, and by what libraries call it", () => {
    expect(found("diceLoss")).toContain("diceLoss");
    expect(found("lovasz")).toEqual(["lovaszHingeLoss", "lovaszSoftmaxLoss"]);
    expect(found("LOVÁSZ soft")).toEqual(["lovaszSoftmaxLoss"]);
    expect(found("tiny objects")).toContain("focalTverskyLoss");
    expect(found("FocalTversky_loss")).toContain("focalTverskyLoss");
    expect(found("Abraham")).toContain("focalTverskyLoss");
  });

  test("every word must be there; nothing asked finds all", () => {
    expect(found("  ")).toEqual(names);
    expect(found("focal nonsense")).toEqual([]);
  });
});
