/** What the sources say of each loss: the parts of its doc comment, and its options with their types. */
import { relative } from "node:path";
import ts from "typescript";
import { type Comment, commentOf } from "./comment.ts";
import { readProgram, type SourceProgram } from "./program.ts";

/** An option as its interface documents it. Texts are markdown. */
export interface OptionDoc {
  readonly name: string;
  /** What it may hold, as TypeScript writes it, `undefined` left out. */
  readonly type: string;
  readonly doc: string;
  /** Of `@defaultValue`; the catalogue knows the values themselves. */
  readonly defaultText: string;
}

/** The doc comment of a loss, by its parts. Texts are markdown. */
export interface LossDoc {
  readonly name: string;
  /** Path from the project's root. */
  readonly file: string;
  readonly sentence: string;
  /** The formula, its symbols, what else there is to know: forms, numerics, sizes. In the order of the comment. */
  readonly definition: readonly string[];
  /** The paragraph of it that says what the symbols mean. */
  readonly symbols: string;
  /** What it does where a mask is all foreground or all background. */
  readonly oneClass: string;
  /** How it follows from others. */
  readonly kin: readonly string[];
  readonly sources: readonly string[];
  readonly throws: readonly string[];
  /** Code that runs, its result in a comment. */
  readonly example: string;
  /** Names that the comment links to. */
  readonly links: readonly string[];
  readonly options: ReadonlyMap<string, OptionDoc>;
}

const ONE_CLASS = /(^|(?<=[.;:)] ))One-class images?\b/;

/** Parts a paragraph where it turns to images of one class: the policy runs to the end of its paragraph. */
function splitOneClass(paragraph: string): { rest: string; policy: string } {
  const match = ONE_CLASS.exec(paragraph);
  if (match === null) return { rest: paragraph, policy: "" };
  return { rest: paragraph.slice(0, match.index).trim(), policy: paragraph.slice(match.index) };
}

/** Where no sentence begins with one-class images, the one that names them among other things. */
const mentionOf = (paragraph: string) =>
  /[^.]*\bone-class images?\b[\s\S]*/i.exec(paragraph)?.[0].trim() ?? "";

const policyOf = (policies: readonly string[]) => policies.filter((policy) => policy !== "").join("\n\n");

/** The parts of the comment of a loss, told by the words that its paragraphs begin with. */
export function partsOf({ paragraphs }: Pick<Comment, "paragraphs">) {
  const [sentence = "", ...others] = paragraphs;
  const split = others.map(splitOneClass);
  const rest = split.map((paragraph) => paragraph.rest).filter((text) => text !== "");
  const isKin = (text: string) => /^Kin\b/.test(text);
  return {
    sentence,
    definition: rest.filter((text) => !isKin(text)),
    symbols: rest.find((text) => /^Symbols\b/.test(text)) ?? "",
    kin: rest.filter(isKin),
    oneClass: policyOf(split.map(({ policy }) => policy)) || policyOf(others.map(mentionOf)),
  };
}

function optionOf(symbol: ts.Symbol, place: ts.Node, checker: ts.TypeChecker): OptionDoc {
  const declaration = symbol.declarations?.[0];
  const comment = declaration && commentOf(declaration);
  const type = checker.getTypeOfSymbolAtLocation(symbol, place);
  const text = checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation);
  return {
    name: symbol.name,
    type: text.replace(/ \| undefined$/, "").replace(/^undefined \| /, ""),
    doc: comment?.paragraphs.join("\n\n") ?? "",
    defaultText: comment?.tags.get("defaultValue")?.[0] ?? "",
  };
}

/** The options that a call of the loss takes, by the type of its third argument. */
function optionsOf(symbol: ts.Symbol, place: ts.Node, checker: ts.TypeChecker): Map<string, OptionDoc> {
  const [call] = checker.getTypeOfSymbolAtLocation(symbol, place).getCallSignatures();
  const argument = call?.parameters[2];
  if (argument === undefined) return new Map();
  const type = checker.getNonNullableType(checker.getTypeOfSymbolAtLocation(argument, place));
  return new Map(type.getProperties().map((option) => [option.name, optionOf(option, place, checker)]));
}

function lossDoc({ root, checker, exported }: SourceProgram, name: string): LossDoc {
  const symbol = exported.get(name);
  const declaration = symbol?.valueDeclaration;
  if (symbol === undefined || declaration === undefined)
    throw new Error(`docs: ${name} is in the catalogue, but src/losses does not export it`);
  const comment = commentOf(declaration);
  if (comment === null) throw new Error(`docs: ${name} has no doc comment`);
  const tag = (tagName: string) => comment.tags.get(tagName) ?? [];
  return {
    name,
    file: relative(root, declaration.getSourceFile().fileName).replaceAll("\\", "/"),
    ...partsOf(comment),
    sources: tag("see"),
    throws: tag("throws"),
    example: tag("example")[0] ?? "",
    links: comment.links,
    options: optionsOf(symbol, declaration, checker),
  };
}

/** The docs of these losses, by name. */
export function readLossDocs(root: string, names: readonly string[]): Map<string, LossDoc> {
  const program = readProgram(root, "src/losses/index.ts");
  return new Map(names.map((name) => [name, lossDoc(program, name)]));
}
