/** Doc comments as markdown, and their parts. */
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { type Comment, commentOf } from "../../scripts/docs/read/comment.ts";
import { partsOf } from "../../scripts/docs/read/losses.ts";

function read(comment: string): Comment {
  const text = `${comment}\nexport const thing = 1;`;
  const tree = ts.createSourceFile("thing.ts", text, ts.ScriptTarget.ES2022, true);
  return commentOf(tree.statements[0]) as Comment;
}

const dice = read(`/**
 * Dice loss: one minus the overlap of
 * prediction and target.
 *
 * \`L = 1 - D\`
 *
 * Symbols: p predicted, s \`smooth\`. See {@link jaccardLoss} and {@link tverskyLoss | its kin}.
 *
 * - one
 * - two
 *
 * Every pixel counts. One-class images: an empty mask costs
 * little.
 *
 * Kin: {@link jaccardLoss} without smoothing.
 *
 * @throws {@link OptionError} in mode "multiclass"
 * @see Milletari et al. 2016
 * @example
 * \`\`\`ts
 * if (p) {
 *   f(p); // 1
 * }
 * \`\`\`
 */`);

describe("a doc comment", () => {
  test("has paragraphs without line breaks, and lists with them", () => {
    expect(dice.paragraphs[0]).toBe("Dice loss: one minus the overlap of prediction and target.");
    expect(dice.paragraphs).toContain("- one\n- two");
  });

  test("has links as markdown, each name once", () => {
    expect(dice.paragraphs[2]).toBe(
      "Symbols: p predicted, s `smooth`. See [`jaccardLoss`](ref:jaccardLoss) and [its kin](ref:tverskyLoss).",
    );
    expect(dice.links).toEqual(["jaccardLoss", "tverskyLoss", "OptionError"]);
  });

  test("has tags whole: names, braces and indentation stay", () => {
    expect(dice.tags.get("see")).toEqual(["Milletari et al. 2016"]);
    expect(dice.tags.get("throws")).toEqual(['[`OptionError`](ref:OptionError) in mode "multiclass"']);
    expect(dice.tags.get("example")).toEqual(["if (p) {\n  f(p); // 1\n}"]);
  });

  test("on one line has its default", () => {
    const { paragraphs, tags } = read("/** Weight of misses, above 0. @defaultValue 0.7 */");
    expect(paragraphs).toEqual(["Weight of misses, above 0."]);
    expect(tags.get("defaultValue")).toEqual(["0.7"]);
  });

  test("is none where there is none", () => {
    const tree = ts.createSourceFile("bare.ts", "export const x = 1;", ts.ScriptTarget.ES2022, true);
    expect(commentOf(tree.statements[0])).toBeNull();
  });
});

describe("the parts of a loss's comment", () => {
  const parts = partsOf(dice);

  test("are told by their first words", () => {
    expect(parts.sentence).toBe("Dice loss: one minus the overlap of prediction and target.");
    expect(parts.symbols).toMatch(/^Symbols: p predicted/);
    expect(parts.kin).toEqual(["Kin: [`jaccardLoss`](ref:jaccardLoss) without smoothing."]);
  });

  test("take the policy out of the middle of a paragraph, and leave the rest", () => {
    expect(parts.oneClass).toBe("One-class images: an empty mask costs little.");
    expect(parts.definition).toEqual(["`L = 1 - D`", parts.symbols, "- one\n- two", "Every pixel counts."]);
  });
});
