// What "segtape" exports and what a tensor can do, each with its sentence: for completion in the studio's editor.
// Read from the sources when the studio is built, so that no list has to be kept.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = fileURLToPath(new URL("../..", import.meta.url));
const ENTRY = join(root, "src/index.ts");

const parsed = new Map();

function parse(file) {
  if (!parsed.has(file))
    parsed.set(file, ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2022, true));
  return parsed.get(file);
}

/** The first sentence of the comment above a declaration. */
function sentenceOf(node) {
  const doc = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).at(-1);
  const text = doc === undefined ? "" : (ts.getTextOfJSDocComment(doc.comment) ?? "");
  const [paragraph] = text.replaceAll(/\{@link (\w+)[^}]*\}/g, "$1").split(/\n\s*\n/);
  const line = paragraph.replaceAll(/\s+/g, " ").trim();
  return /^.*?[.:](?= [A-Z]|$)/.exec(line)?.[0] ?? line;
}

/** `(x, axes?)` */
function parametersOf(node) {
  if (!node?.parameters) return "";
  const names = node.parameters.map((one) => {
    const name = ts.isIdentifier(one.name) ? one.name.text : "options";
    return one.questionToken || one.initializer ? `${name}?` : `${one.dotDotDotToken ? "..." : ""}${name}`;
  });
  return `(${names.join(", ")})`;
}

/** What losses are made by; their parameters are the same for all. */
const isLoss = (initializer) =>
  ts.isCallExpression(initializer) && /^define\w*Loss$/.test(initializer.expression.getText());

function entriesOf(node) {
  if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)) {
    const kind = ts.isClassDeclaration(node) ? "class" : "function";
    return [{ name: node.name.text, kind, detail: parametersOf(node), doc: sentenceOf(node) }];
  }
  if (!ts.isVariableStatement(node)) return [];
  return node.declarationList.declarations.map(({ name, initializer }) => {
    const loss = isLoss(initializer);
    const detail = loss ? "(prediction, target, options?)" : parametersOf(initializer);
    return { name: name.text, kind: detail === "" ? "constant" : "function", detail, doc: sentenceOf(node) };
  });
}

/** Values that a module exports, by name: its own, and those that it passes on. */
function exportsOf(file) {
  const found = new Map();
  for (const node of parse(file).statements) {
    if (ts.isExportDeclaration(node) && !node.isTypeOnly) {
      const inner = exportsOf(join(dirname(file), node.moduleSpecifier.text));
      if (node.exportClause === undefined) for (const [name, entry] of inner) found.set(name, entry);
      else
        for (const { name, propertyName, isTypeOnly } of node.exportClause.elements) {
          const entry = inner.get((propertyName ?? name).text);
          if (!isTypeOnly && entry !== undefined) found.set(name.text, { ...entry, name: name.text });
        }
    } else if (node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) {
      for (const entry of entriesOf(node)) {
        // Of several signatures the first carries the comment.
        const doc = found.get(entry.name)?.doc || entry.doc;
        found.set(entry.name, { ...entry, doc });
      }
    }
  }
  return found;
}

/** Methods and properties of `Tensor` that are for users. */
function membersOf(file) {
  const tensor = parse(file).statements.find(
    (node) => ts.isClassDeclaration(node) && node.name.text === "Tensor",
  );
  return tensor.members
    .filter((node) => node.name !== undefined && ts.isIdentifier(node.name))
    .filter((node) => !/@internal/.test(node.getFullText().slice(0, node.getLeadingTriviaWidth())))
    .map((node) => ({
      name: node.name.text,
      kind: ts.isMethodDeclaration(node) ? "method" : "property",
      detail: ts.isMethodDeclaration(node) ? parametersOf(node) : "",
      doc: sentenceOf(node),
    }));
}

/** Everything that completion offers. */
export function readApi() {
  return { exports: [...exportsOf(ENTRY).values()], members: membersOf(join(root, "src/tensor.ts")) };
}

/** Makes `import { api } from "studio:api"` work. */
export const apiPlugin = {
  name: "studio-api",
  setup(build) {
    build.onResolve({ filter: /^studio:api$/ }, ({ path }) => ({ path, namespace: "studio-api" }));
    build.onLoad({ filter: /.*/, namespace: "studio-api" }, () => ({
      contents: `export const api = ${JSON.stringify(readApi())};`,
      loader: "js",
    }));
  },
};
