/** The project's own source files and what they import, as TypeScript parses them. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** The repository. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

export interface Import {
  /** As written. */
  readonly specifier: string;
  /** Path from the repository's root, for relative imports. */
  readonly target: string | null;
  readonly typeOnly: boolean;
  readonly dynamic: boolean;
}

export interface Source {
  /** Path from the repository's root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
  readonly imports: readonly Import[];
}

function importsOf(path: string, tree: ts.SourceFile): Import[] {
  const found: Import[] = [];
  const enter = (literal: ts.Node | undefined, typeOnly: boolean, dynamic = false) => {
    if (literal === undefined || !ts.isStringLiteral(literal)) return;
    const specifier = literal.text;
    const target = specifier.startsWith(".") ? posix.join(posix.dirname(path), specifier) : null;
    found.push({ specifier, target, typeOnly, dynamic });
  };
  const everyType = (elements: readonly { isTypeOnly: boolean }[]) =>
    elements.length > 0 && elements.every((element) => element.isTypeOnly);
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const clause = node.importClause;
      const names = clause?.namedBindings;
      const named =
        names !== undefined &&
        ts.isNamedImports(names) &&
        clause?.name === undefined &&
        everyType(names.elements);
      enter(node.moduleSpecifier, clause?.phaseModifier === ts.SyntaxKind.TypeKeyword || named);
    } else if (ts.isExportDeclaration(node)) {
      const names = node.exportClause;
      enter(
        node.moduleSpecifier,
        node.isTypeOnly || (names !== undefined && ts.isNamedExports(names) && everyType(names.elements)),
      );
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      enter(node.arguments[0], false, true);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      enter(node.argument.literal, true);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/** Every TypeScript file under these folders. */
export function sourcesOf(...folders: readonly string[]): Source[] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.tsx?$/.test(name))
      .sort()
      .map((name): Source => {
        const path = posix.join(folder, name.replaceAll("\\", "/"));
        const text = readFileSync(join(ROOT, path), "utf8");
        const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
        return { path, text, tree, imports: importsOf(path, tree) };
      }),
  );
}
