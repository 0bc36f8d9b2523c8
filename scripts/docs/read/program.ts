/** The sources as the TypeScript compiler sees them: what documentation is read from. */
import { join } from "node:path";
import ts from "typescript";

/** A checked program over one entry point, and what it exports by name. */
export interface SourceProgram {
  readonly root: string;
  readonly checker: ts.TypeChecker;
  readonly exported: ReadonlyMap<string, ts.Symbol>;
}

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2022.d.ts"],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  allowImportingTsExtensions: true,
  noEmit: true,
  strict: true,
  types: [],
};

const known = new Map<string, SourceProgram>();

/** `entry` of the project at `root`, read once: it takes seconds. */
export function readProgram(root: string, entry: string): SourceProgram {
  const path = join(root, entry);
  const program = known.get(path) ?? parseProgram(root, path);
  known.set(path, program);
  return program;
}

function parseProgram(root: string, path: string): SourceProgram {
  const program = ts.createProgram([path], OPTIONS);
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(path);
  const module = file && checker.getSymbolAtLocation(file);
  if (module === undefined) throw new Error(`docs: ${path} is no module`);
  const exported = new Map<string, ts.Symbol>();
  for (const symbol of checker.getExportsOfModule(module)) {
    const alias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
    exported.set(symbol.name, alias ? checker.getAliasedSymbol(symbol) : symbol);
  }
  return { root, checker, exported };
}
