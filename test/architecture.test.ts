/** The rules that keep the source readable: who may import whom, what shared code may know, how long a file gets. */
import { posix } from "node:path";
import ts from "typescript";
import { describe, expect, test, vi } from "vitest";
import { type Source, sourcesOf } from "./support/sources.ts";

/** From the ground up: a layer imports itself and what stands before it. Files of `src/` itself go by their name. */
const LAYERS: readonly (readonly string[])[] = [
  ["errors"],
  ["shape", "axes", "array", "random"],
  ["scalar"],
  ["graph"],
  ["ops"],
  ["autodiff"],
  ["run"],
  ["tensor"],
  ["create", "functions"],
  ["transform"],
  ["losses"],
  ["nn", "optim", "metrics"],
  ["train", "study", "io"],
  ["cli", "studio"],
];

/** Layers below that a layer must not know all the same. */
const FORBIDDEN: Readonly<Record<string, readonly string[]>> = { run: ["autodiff"] };

/** Entry points gather everything. */
const ENTRIES = ["index"];

/** Who hands the whole library on: to losses that are written in the studio. */
const TAKES_ALL = ["src/studio/sandbox/library.ts"];

/** Files that may be longer than 300 lines, and why. */
const LONG: Readonly<Record<string, string>> = {
  "src/tensor.ts": "the class of every method; each is one line of code and one of documentation",
};

/** Folders that may hold more than 12 files, and why. */
const WIDE: Readonly<Record<string, string>> = {
  "src/losses/pixel": "one file a loss",
  "src/losses/region": "one file a loss",
  "src/losses/boundary": "one file a loss",
  "src/losses/shared": "one file a concern that several losses share",
  "src/study": "one file a part of the report",
  "src/study/tools": "one file a tool",
  "kernels/wasm/order": "one file a kernel, and one a part that is long",
};

/** Who may use Node's own modules: the rest runs in a browser. */
const MAY_USE_NODE = /^src\/(io\/disk|cli)\//;

const src = sourcesOf("src");
const kernels = sourcesOf("kernels");

/** The layer's name: a folder of `src/`, or a file in it. */
const unitOf = (path: string) => path.split("/")[1].replace(/\.ts$/, "");
const rankOf = (unit: string) => LAYERS.findIndex((layer) => layer.includes(unit));

/** All complaints at once, so that a failing run shows every place to mend. */
const complaints = (sources: readonly Source[], check: (source: Source) => readonly string[]) =>
  sources.flatMap((source) => check(source).map((complaint) => `${source.path}: ${complaint}`));

describe("imports", () => {
  test("every file of src belongs to a layer", () => {
    const units = new Set(src.map((source) => unitOf(source.path)));
    expect([...units].filter((unit) => rankOf(unit) < 0 && !ENTRIES.includes(unit))).toEqual([]);
  });

  test("point one way only", () => {
    const found = complaints(src, ({ path, imports }) => {
      const [unit, rank] = [unitOf(path), rankOf(unitOf(path))];
      if (ENTRIES.includes(unit)) return [];
      return imports.flatMap(({ target }) => {
        if (target === null || !target.startsWith("src/")) return [];
        const other = unitOf(target);
        if (ENTRIES.includes(other) && TAKES_ALL.includes(path)) return [];
        const allowed = rankOf(other) >= 0 && rankOf(other) <= rank && !FORBIDDEN[unit]?.includes(other);
        return allowed ? [] : [`${unit} must not import ${other} (${target})`];
      });
    });
    expect(found).toEqual([]);
  });

  test("kernels know scalar expressions, and types; only run knows kernels", () => {
    const outward = complaints(kernels, ({ imports }) =>
      imports.flatMap(({ specifier, target, typeOnly }) =>
        typeOnly || target?.startsWith("kernels/") || target?.startsWith("src/scalar/")
          ? []
          : [`imports ${specifier}`],
      ),
    );
    const inward = complaints(src, ({ path, imports }) =>
      imports.flatMap(({ target }) =>
        target?.startsWith("kernels/") && !path.startsWith("src/run/") ? [`imports ${target}`] : [],
      ),
    );
    expect([...outward, ...inward]).toEqual([]);
  });

  test("have no cycle between folders", () => {
    const edges = new Map<string, Set<string>>();
    for (const { path, imports } of src) {
      for (const { target } of imports) {
        if (target === null || !target.startsWith("src/") || ENTRIES.includes(unitOf(path))) continue;
        const [from, to] = [unitOf(path), unitOf(target)];
        if (from !== to) edges.set(from, (edges.get(from) ?? new Set()).add(to));
      }
    }
    const cycles: string[] = [];
    const done = new Set<string>();
    const walk = (unit: string, trail: readonly string[]): void => {
      if (trail.includes(unit)) cycles.push([...trail.slice(trail.indexOf(unit)), unit].join(" -> "));
      if (trail.includes(unit) || done.has(unit)) return;
      for (const next of edges.get(unit) ?? []) walk(next, [...trail, unit]);
      done.add(unit);
    };
    for (const unit of edges.keys()) walk(unit, []);
    expect(cycles).toEqual([]);
  });

  test("of Node's modules stay where no browser comes", () => {
    const found = complaints(src, ({ path, imports }) =>
      imports
        .filter(({ specifier }) => specifier.startsWith("node:"))
        .filter(() => !MAY_USE_NODE.test(path))
        .map(({ specifier }) => `imports ${specifier}`),
    );
    expect(found).toEqual([]);
  });

  test("of gpu.js are dynamic, and in src/run/gpu only: who does not ask for it does not load it", () => {
    const found = complaints([...src, ...kernels], ({ path, imports }) =>
      imports
        .filter(({ specifier }) => specifier === "gpu.js")
        .filter(({ dynamic, typeOnly }) => !path.startsWith("src/run/gpu/") || !(dynamic || typeOnly))
        .map(() => "imports gpu.js"),
    );
    expect(found).toEqual([]);
    expect(src.some(({ imports }) => imports.some(({ specifier }) => specifier === "gpu.js"))).toBe(true);
  });

  test("name the file with its ending, and one that exists", () => {
    const paths = new Set([...src, ...kernels].map((source) => source.path));
    const found = complaints([...src, ...kernels], ({ imports }) =>
      imports.flatMap(({ target }) =>
        target === null || paths.has(target) ? [] : [`no such file: ${target}`],
      ),
    );
    expect(found).toEqual([]);
  });

  // A module that is evaluated first must not read what a cycle has not made yet.
  test.each(
    src.filter(({ path }) => /^src\/(scalar|graph|ops|autodiff)\//.test(path)).map(({ path }) => [path]),
  )("%s may be the first to be loaded", async (path) => {
    vi.resetModules();
    await expect(import(/* @vite-ignore */ `../${path}`)).resolves.toBeDefined();
  });
});

describe("shared code", () => {
  /** `node.op.name` compared or switched on: what an op is stands in its row. */
  function asksForNames(tree: ts.SourceFile): string[] {
    const found: string[] = [];
    const isOpName = (node: ts.Node) =>
      ts.isPropertyAccessExpression(node) &&
      node.name.text === "name" &&
      /(^|\.)op$/.test(node.expression.getText(tree));
    const visit = (node: ts.Node): void => {
      const compared = ts.isBinaryExpression(node) && /^[!=]==?$/.test(node.operatorToken.getText(tree));
      const asked =
        (compared && (isOpName(node.left) || isOpName(node.right))) ||
        (ts.isSwitchStatement(node) && isOpName(node.expression));
      if (asked) found.push(node.getText(tree).split("\n")[0]);
      ts.forEachChild(node, visit);
    };
    visit(tree);
    return found;
  }

  test("never asks for an op's name", () => {
    const shared = [...src, ...kernels].filter(({ path }) => !path.startsWith("src/ops/"));
    expect(complaints(shared, ({ tree }) => asksForNames(tree))).toEqual([]);
    // The check itself sees one where there is one.
    const bad = 'if (node.op.name === "add") f(); switch (node.op.name) { case "mul": }';
    expect(asksForNames(ts.createSourceFile("bad.ts", bad, ts.ScriptTarget.ES2022, true))).toHaveLength(2);
  });

  test("never prints: that is for the command line", () => {
    const found = complaints([...src, ...kernels], ({ path, text }) =>
      path.startsWith("src/cli/")
        ? []
        : [...text.matchAll(/^(?!\s*(\*|\/\/)).*\b(console\.\w+|process\.std(out|err))\b/gm)].map((m) =>
            m[0].trim(),
          ),
    );
    expect(found).toEqual([]);
  });
});

describe("size", () => {
  const all = [...src, ...kernels];

  test("no file is longer than 300 lines without a reason", () => {
    const long = all.filter(({ text }) => text.split("\n").length > 301).map(({ path }) => path);
    expect(long.filter((path) => LONG[path] === undefined)).toEqual([]);
    expect(Object.keys(LONG).filter((path) => !long.includes(path))).toEqual([]);
  });

  test("no folder of code holds more than 12 files without a reason", () => {
    const counts = new Map<string, number>();
    for (const { path } of all) counts.set(posix.dirname(path), (counts.get(posix.dirname(path)) ?? 0) + 1);
    const wide = [...counts].filter(([, count]) => count > 12).map(([folder]) => folder);
    expect(wide.filter((folder) => WIDE[folder] === undefined)).toEqual([]);
    expect(Object.keys(WIDE).filter((folder) => !wide.includes(folder))).toEqual([]);
  });
});
