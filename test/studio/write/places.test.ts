/** From errors to lines, from text to modules. */
import { describe, expect, test } from "vitest";
import { unknownImport, withLibraryAt } from "../../../src/studio/sandbox/imports.ts";
import { lineOfSite, placeInStack } from "../../../src/studio/sandbox/place.ts";

const SCRIPT = "blob:null/0f6c";

describe("a place in a stack", () => {
  test.each([
    [
      "Chromium",
      `TypeError: x\n    at f (blob:null/11aa:1:9)\n    at loss (${SCRIPT}:3:7)\n    at ${SCRIPT}:9:1`,
    ],
    ["Firefox", `f@blob:null/11aa:1:9\nloss@${SCRIPT}:3:7\n@${SCRIPT}:9:1`],
  ])("is the innermost of the script, as %s writes it", (_browser, stack) => {
    expect(placeInStack(stack, SCRIPT)).toEqual({ line: 3, column: 7 });
  });

  test("is none where the script has no part in it, also if a message names it", () => {
    expect(placeInStack("Error: x\n    at f (blob:null/11aa:1:9)", SCRIPT)).toBe(null);
    expect(placeInStack(`Error: ${SCRIPT} failed\n    at f (blob:null/11aa:1:9)`, SCRIPT)).toBe(null);
    expect(placeInStack(`Error: ${SCRIPT} failed\n    at f (${SCRIPT}:4:2)`, SCRIPT)?.line).toBe(4);
  });

  test("of an operation is its line", () => {
    expect(lineOfSite(`${SCRIPT}:12`, SCRIPT)).toBe(12);
    expect(lineOfSite(`loss@${SCRIPT}:12`, SCRIPT)).toBe(12);
    expect(lineOfSite("blob:null/11aa:12", SCRIPT)).toBe(null);
    expect(lineOfSite(undefined, SCRIPT)).toBe(null);
  });
});

describe("imports", () => {
  const code = [
    'import { a } from "segtape";',
    "import {",
    "  b,",
    "} from 'segtape';",
    'import "segtape";',
    'const text = "import c from \\"other\\"";',
    '// import d from "other";',
    'export * from "segtape";',
  ].join("\n");

  test("of the library lead to its script, and every line keeps its number", () => {
    const lines = withLibraryAt(code, SCRIPT).split("\n");
    expect(lines).toHaveLength(8);
    expect([lines[0], lines[3], lines[4], lines[7]]).toEqual([
      `import { a } from "${SCRIPT}";`,
      `} from "${SCRIPT}";`,
      `import "${SCRIPT}";`,
      `export * from "${SCRIPT}";`,
    ]);
    expect(lines.slice(5, 7)).toEqual(code.split("\n").slice(5, 7));
  });

  test("of anything else are told by name and place", () => {
    expect(unknownImport(code)).toBe(null);
    expect(unknownImport(`${code}\n  import {\n x } from "lodash";`)).toEqual({
      name: "lodash",
      place: { line: 10, column: 11 },
    });
    expect(unknownImport("const important = 'x'")).toBe(null);
  });
});
