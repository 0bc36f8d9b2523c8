/** What the documentation says: every public name has a sentence, and every example runs and gives what it promises. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { beforeAll, describe, expect, test } from "vitest";
import { losses, setBackend } from "../src/index.ts";
import { type Example, examplesOf, expectationOf, runnable } from "./support/examples.ts";
import { ROOT, sourcesOf } from "./support/sources.ts";

const sources = sourcesOf("src");
const AsyncFunction = (async () => undefined).constructor as new (
  ...args: string[]
) => (...args: unknown[]) => Promise<void>;

beforeAll(() => setBackend("reference"));

/** Entry points by the name that users import. */
async function modules(code: string): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const [, name] of code.matchAll(/from "(segtape[^"]*)"/g)) {
    const folder = name.replace(/^segtape\/?/, "");
    found[name] = await import(
      /* @vite-ignore */ folder === "" ? "../src/index.ts" : `../src/${folder}/index.ts`
    );
  }
  return found;
}

/** How many promises were checked, over all examples. */
let kept = 0;

function check(actual: unknown, comment: string): unknown {
  const expectation = expectationOf(comment);
  if (expectation === null) return actual;
  kept++;
  const { value, tolerance } = expectation;
  if (value instanceof RegExp) {
    expect(actual).toMatch(value);
  } else if (typeof value === "object") {
    const numbers = Array.from(actual as ArrayLike<number>);
    expect(numbers, comment).toHaveLength(value.length);
    numbers.forEach((x, i) => {
      expect(Math.abs(x - value[i]), `${x}, promised ${comment}`).toBeLessThanOrEqual(tolerance);
    });
  } else if (typeof value === "number") {
    expect(Math.abs((actual as number) - value), `${actual}, promised ${comment}`).toBeLessThanOrEqual(
      tolerance,
    );
  } else {
    expect(actual, comment).toBe(value);
  }
  return actual;
}

async function run(example: Example, path: string): Promise<void> {
  const own = (await import(/* @vite-ignore */ `../${path}`)) as Record<string, unknown>;
  const body = runnable(example, Object.keys(own));
  await new AsyncFunction("modules", "own", "check", body)(await modules(example.code), own, check);
}

const all = sources.flatMap((source) =>
  examplesOf(source).map((example): [string, Example, string] => [example.name, example, source.path]),
);
/** Those that import what they use stand alone; the others are parts of a program, and may lean on what is around. */
const alone = all.filter(([, { code }]) => /^import /m.test(code));
/** Files that are not there, and values from elsewhere. */
const parts = all.filter(([, { code }, path]) => !/^import /m.test(code) && !path.startsWith("src/io/"));

describe("examples", () => {
  test.each(alone)("%s runs, and gives what it promises", async (_, example, path) => {
    await run(example, path);
  });

  test.each(parts)("%s, a part of a program, runs as far as it goes", async (_, example, path) => {
    await run(example, path).catch((error: unknown) => {
      // A name that the surrounding program would have.
      expect(error).toBeInstanceOf(ReferenceError);
    });
  });

  test("there are some, and their comments are understood", () => {
    expect(alone.length).toBeGreaterThan(25);
    expect(kept).toBeGreaterThan(25);
    expect(expectationOf(" log 3 = 1.0986...")).toEqual({
      value: 1.0986,
      tolerance: expect.closeTo(1e-4, 12),
    });
    expect(expectationOf("(0.01 + 0.04) / 2")?.value).toBeCloseTo(0.025, 12);
    expect(expectationOf("Float64Array or Float32Array [6, 14]")?.value).toEqual([6, 14]);
    expect(expectationOf("[3], not [6]")?.value).toEqual([3]);
    expect(expectationOf('"SHAPE"')?.value).toBe("SHAPE");
    expect(expectationOf("forward: logits, sigmoid")).toBeNull();
    expect(() => check(1, "2")).toThrow();
  });
});

test("README names every loss, and no other", () => {
  const table =
    readFileSync(join(ROOT, "README.md"), "utf8").match(/\| family \| losses \|[\s\S]*?\n\n/)?.[0] ?? "";
  const named = [...table.matchAll(/`(\w+Loss)`/g)].map(([, name]) => name);
  expect(named.sort()).toEqual(Object.keys(losses).sort());
});

describe("public names", () => {
  const program = ts.createProgram([join(ROOT, "src/index.ts")], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    allowImportingTsExtensions: true,
    noEmit: true,
    noLib: true,
    types: [],
  });
  const checker = program.getTypeChecker();
  const entry = checker.getSymbolAtLocation(
    program.getSourceFile(join(ROOT, "src/index.ts")) as ts.SourceFile,
  );
  const exported = checker.getExportsOfModule(entry as ts.Symbol);
  const real = (symbol: ts.Symbol) =>
    (symbol.flags & ts.SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(symbol) : symbol;
  const textOf = (symbol: ts.Symbol) =>
    ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim();

  test("all have a sentence of documentation", () => {
    expect(exported.length).toBeGreaterThan(100);
    const bare = exported
      .filter((symbol) => !/\S\s+\S/.test(textOf(real(symbol))))
      .map((symbol) => symbol.name);
    expect(bare).toEqual([]);
  });

  test("all options and results have one as well", () => {
    const bare = exported.flatMap((symbol) => {
      const declaration = real(symbol).declarations?.[0];
      if (declaration === undefined || !ts.isInterfaceDeclaration(declaration)) return [];
      const named = /Options$|Result$|Report$|Status$/.test(symbol.name);
      const members = declaration.members.filter((member) => named && member.name !== undefined);
      return members
        .filter((member) => ts.getJSDocCommentsAndTags(member).length === 0)
        .map((member) => `${symbol.name}.${(member.name as ts.Identifier).getText()}`);
    });
    expect(bare).toEqual([]);
  });
});
