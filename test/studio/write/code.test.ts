/** What the editor knows of the code: names to complete, imports to add, places to mark. */
import { CompletionContext } from "@codemirror/autocomplete";
import { javascript } from "@codemirror/lang-javascript";
import { EditorState, Text } from "@codemirror/state";
import { describe, expect, test } from "vitest";
import { readApi } from "../../../scripts/studio/api.mjs";
import * as segtape from "../../../src/index.ts";
import { completionsOf, importOf } from "../../../src/studio/views/write/editor/completions.ts";
import { rangeAt, returnPlace } from "../../../src/studio/views/write/editor/marks.ts";

const api = readApi();
const stateOf = (doc: string) => EditorState.create({ doc, extensions: [javascript()] });

describe("the names that are offered", () => {
  test("are those that the library exports, each with a sentence", () => {
    expect(api.exports.map(({ name }) => name).sort()).toEqual(Object.keys(segtape).sort());
    expect([...api.exports, ...api.members].filter(({ doc }) => doc.length < 5)).toEqual([]);
  });

  test("are all that a tensor can do", () => {
    const own = Object.getOwnPropertyNames(segtape.Tensor.prototype).filter((name) => name !== "constructor");
    const fields = ["requiresGrad", "grad"];
    expect(api.members.map(({ name }) => name).sort()).toEqual([...own, ...fields].sort());
  });

  test("come with their parameters", () => {
    const named = (name: string) => api.exports.find((entry) => entry.name === name);
    expect(named("diceLoss")).toMatchObject({ kind: "function", detail: "(prediction, target, options?)" });
    expect(named("losses")).toMatchObject({ kind: "constant", detail: "" });
    expect(named("Tensor")?.kind).toBe("class");
  });

  /** What is offered where `|` stands. */
  function offered(code: string, explicit = false): readonly string[] | null {
    const state = stateOf(code.replace("|", ""));
    const found = completionsOf(api)(new CompletionContext(state, code.indexOf("|"), explicit));
    return found === null ? null : found.options.map(({ label }) => label);
  }

  test("are methods after a point, exports elsewhere, none in texts and comments", () => {
    expect(offered("prediction.si|")).toContain("logSigmoid");
    expect(offered("prediction.|")).toContain("sigmoid");
    expect(offered("prediction.si|")).not.toContain("diceLoss");
    expect(offered("const x = di|")).toContain("diceLoss");
    expect(offered("const x = di|")).not.toContain("backward");
    expect(offered("const x = |")).toBe(null);
    expect(offered("const x = |", true)).toContain("diceLoss");
    expect(offered('const x = "di|"')).toBe(null);
    expect(offered("// di|")).toBe(null);
    expect(offered('import { di| } from "segtape"')).toContain("diceLoss");
  });
});

describe("importing a name", () => {
  const after = (code: string, name: string) => {
    const added = importOf(code, name);
    return added === null ? code : code.slice(0, added.at) + added.insert + code.slice(added.at);
  };

  test.each([
    ['import { a } from "segtape";\n', 'import { a, b } from "segtape";\n'],
    ['import { a, } from "segtape";\n', 'import { a, b } from "segtape";\n'],
    ["import {a} from 'segtape';\n", "import {a, b } from 'segtape';\n"],
    ['import { } from "segtape";\n', 'import { b } from "segtape";\n'],
    ['import {\n  a,\n} from "segtape";\n', 'import {\n  a, b\n} from "segtape";\n'],
    ['import { b } from "segtape";\n', 'import { b } from "segtape";\n'],
    ["f();\n", 'import { b } from "segtape";\n\nf();\n'],
  ])("%j becomes %j", (code, expected) => {
    expect(after(code, "b")).toBe(expected);
  });
});

describe("the place of a wrong result", () => {
  test.each([
    ["the return of the exported function", "export default function f(p) {\n  return p;\n}\n", 2],
    [
      "not that of a function within it",
      "export default (p) => {\n  const g = () => {\n    return 1;\n  };\n  return g();\n};",
      5,
    ],
    ["nor of one after it", "export default (p) => {\n  return p;\n};\nfunction g() {\n  return 1;\n}", 2],
    ["the export itself where nothing is returned", "const a = 1;\nexport default (p) => p;\n", 2],
  ])("is %s", (_title, code, line) => {
    expect(returnPlace(stateOf(code))?.line).toBe(line);
  });

  test("is unknown where nothing is exported", () => {
    expect(returnPlace(stateOf("const a = 1;"))).toBe(null);
  });
});

test("a mark covers the word at its place, and the line where there is none", () => {
  const doc = Text.of(["  prediction.sigmod()", "", "  x"]);
  const marked = (line: number, column: number) => {
    const { from, to } = rangeAt(doc, { line, column });
    return doc.sliceString(from, to);
  };
  expect(marked(1, 14)).toBe("sigmod");
  expect(marked(1, 13)).toBe(".");
  expect(marked(1, 99)).toBe("prediction.sigmod()");
  expect(marked(2, 1)).toBe("");
  expect(marked(9, 3)).toBe("x");
});
