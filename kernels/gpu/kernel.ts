/**
 * A stage's body as the text of a gpu.js kernel: one thread an output element, reduced axes as nested loops,
 * shared parts in locals, and whatever a loop does not change before the loop.
 */
import type { Body, Stored } from "../../src/run/access/body.ts";
import { type Expression, operandsOf } from "../../src/scalar/expression.ts";
import { Canonical } from "../canonical.ts";
import { Blocks } from "./block.ts";
import type { Dialect } from "./dialect.ts";
import { IndexText, type Placed } from "./index-text.ts";
import {
  binaryText,
  comparisonText,
  numberText,
  repeatsOperand,
  SPECIAL,
  SPECIAL_VALUES,
  unaryText,
} from "./scalar.ts";

export interface KernelText {
  readonly text: string;
  /** What each argument reads. */
  readonly reads: readonly Stored[];
  /** Tables that the text reads as `this.constants.name`. */
  readonly tables: Readonly<Record<string, Float32Array>>;
  /** Elements of the output. */
  readonly size: number;
}

/** Longer texts are cut by a local: people read them, and parsers recurse. */
const LONG = 100;

class Printer {
  readonly reads: Stored[] = [];
  readonly tables: Record<string, Float32Array> = {};
  readonly #body: Body;
  readonly #dialect: Dialect;
  readonly #blocks: Blocks;
  readonly #index: IndexText;
  readonly #readers = new Map<Expression, number>();
  readonly #placed = new Map<Expression, Placed>();
  readonly #tableNames = new Map<readonly number[], string>();

  constructor(body: Body, dialect: Dialect, blocks: Blocks) {
    this.#body = body;
    this.#dialect = dialect;
    this.#blocks = blocks;
    this.#index = new IndexText(body, dialect, blocks);
  }

  print(root: Expression): string {
    this.#count(root);
    return this.#text(root).text;
  }

  #count(e: Expression): void {
    const readers = (this.#readers.get(e) ?? 0) + 1;
    this.#readers.set(e, readers);
    if (readers === 1) for (const operand of operandsOf(e)) this.#count(operand);
  }

  #text(e: Expression): Placed {
    let placed = this.#placed.get(e);
    if (placed === undefined) {
      placed = this.#make(e);
      const shared = (this.#readers.get(e) as number) > 1 || placed.text.length > LONG;
      if (shared) placed = { ...placed, text: this.#bind(e, placed) };
      this.#placed.set(e, placed);
    }
    return placed;
  }

  #bind(e: Expression, { text, depth }: Placed): string {
    return isCondition(this.#body, e)
      ? this.#blocks.bindCondition(text, depth)
      : this.#blocks.bind(text, depth);
  }

  #make(e: Expression): Placed {
    switch (e.kind) {
      case "argument":
        return this.#atom(e.index);
      case "constant":
        return { text: this.#number(e.value), depth: 0 };
      case "unary": {
        const x = this.#text(e.x);
        const operand = repeatsOperand(e.op, this.#dialect) ? this.#blocks.bind(x.text, x.depth) : x.text;
        const bind = (text: string) => this.#blocks.bind(text, x.depth);
        return { text: unaryText(e.op, operand, this.#dialect, bind), depth: x.depth };
      }
      case "binary": {
        const [x, y] = this.#level([this.#text(e.x), this.#text(e.y)]);
        if (e.op !== "pow") return { text: binaryText(e.op, x.text, y.text), depth: x.depth };
        const [base, exponent] = [x, y].map((one) => this.#blocks.bind(one.text, one.depth));
        return { text: binaryText(e.op, base, exponent), depth: x.depth };
      }
      case "select": {
        const condition = this.#condition(e.condition);
        const [x, y] = this.#level([this.#text(e.x), this.#text(e.y)], condition.depth);
        const test =
          condition.depth < x.depth
            ? this.#blocks.bindCondition(condition.text, condition.depth)
            : condition.text;
        const text = `(${test} ? ${x.text} : ${y.text})`;
        // Within arithmetic gpu.js may print a literal branch as an integer, which GLSL refuses beside a float; in a
        // statement of its own it does not.
        const literal = (e.x.kind === "constant") !== (e.y.kind === "constant");
        return { text: literal ? this.#blocks.bind(text, x.depth) : text, depth: x.depth };
      }
    }
  }

  /** Operands side by side: those that the innermost loop does not change are bound before it. */
  #level(operands: readonly Placed[], least = 0): Placed[] {
    const depth = Math.max(least, ...operands.map((operand) => operand.depth));
    return operands.map((operand) => ({
      text: operand.depth < depth ? this.#blocks.bind(operand.text, operand.depth) : operand.text,
      depth,
    }));
  }

  /** An expression as a bare condition. */
  #condition(e: Expression): Placed {
    if (e.kind === "binary" && (e.op === "less" || e.op === "equal")) {
      const [x, y] = this.#level([this.#text(e.x), this.#text(e.y)]);
      return { text: comparisonText(e.op, x.text, y.text), depth: x.depth };
    }
    const { text, depth } = this.#text(e);
    return isCondition(this.#body, e) ? { text, depth } : { text: `${text} !== 0.0`, depth };
  }

  #atom(index: number): Placed {
    const atom = this.#body.atoms[index];
    switch (atom.kind) {
      case "read": {
        const size = atom.from.shape.reduce((product, length) => product * length, 1);
        const { text, depth } = this.#dialect.trapsReads
          ? this.#index.clamped(atom.at, size)
          : this.#index.form(atom.at);
        return { text: `${this.#argument(atom.from)}[${text}]`, depth };
      }
      case "table": {
        const { text, depth } = this.#index.form(atom.at);
        return { text: `this.constants.${this.#table(atom.values)}[${text}]`, depth };
      }
      case "index":
        return this.#index.named(atom.of);
      case "inside":
        return this.#index.all(atom.conditions);
    }
  }

  #argument(from: Stored): string {
    let at = this.reads.indexOf(from);
    if (at < 0) at = this.reads.push(from) - 1;
    return `a${at}`;
  }

  #table(values: readonly number[]): string {
    let name = this.#tableNames.get(values);
    if (name === undefined) {
      name = `table${this.#tableNames.size}`;
      this.#tableNames.set(values, name);
      this.tables[name] = Float32Array.from(values);
    }
    return name;
  }

  #number(value: number): string {
    const text = numberText(value, this.#dialect);
    if (text.includes(SPECIAL)) this.tables[SPECIAL] ??= Float32Array.from(SPECIAL_VALUES);
    return text;
  }

  /** What nothing combines to. */
  initial(): string {
    return this.#number(this.#body.initial);
  }
}

/** Whether an expression stands for a bare condition, which only a select reads. */
function isCondition(body: Body, e: Expression): boolean {
  return e.kind === "argument" && body.atoms[e.index].kind === "inside";
}

/** Nested loops over the reduced axes around one term. */
function loops(body: Body, blocks: Blocks, term: string, initial: string, dialect: Dialect): string[] {
  const last = body.reduced.length - 1;
  const extremum = body.combine !== "add";
  // A sum of sums: each loop adds few terms, which keeps float32 right where float64 needs no help.
  const accumulator = (loop: number) => (dialect.wide || extremum ? "s0" : `s${loop}`);
  const combined = (into: string, text: string) =>
    extremum ? `${into} = Math.${body.combine}(${into}, ${text});` : `${into} += ${text};`;
  let lines = [...blocks.lines(last + 1), combined(accumulator(last), term)];
  for (let loop = last; loop >= 0; loop--) {
    const own = accumulator(loop);
    const outer = loop > 0 ? accumulator(loop - 1) : own;
    lines = [
      ...(loop === 0 || own !== outer ? [`let ${own} = ${initial};`] : []),
      `for (let r${loop} = 0; r${loop} < ${body.reduced[loop].max + 1}; r${loop}++) {`,
      ...lines.map((line) => `  ${line}`),
      "}",
      ...(own === outer ? [] : [combined(outer, own)]),
    ];
    lines = [...blocks.lines(loop), ...lines];
  }
  return [...lines, "return s0;"];
}

/** Prints a body whose loops have been shaped for the mode. */
export function kernelText(body: Body, dialect: Dialect): KernelText {
  const blocks = new Blocks(body.reduced.length + 1);
  const printer = new Printer(body, dialect, blocks);
  const term = printer.print(new Canonical().of(body.expression));
  const lines =
    body.reduced.length === 0
      ? [...blocks.lines(0), `return ${term};`]
      : loops(body, blocks, term, printer.initial(), dialect);
  const names = printer.reads.map((_, i) => `a${i}`);
  return {
    text: `function(${names.join(", ")}) {\n${lines.map((line) => `  ${line}\n`).join("")}}`,
    reads: printer.reads,
    tables: printer.tables,
    size: body.outputs.reduce((size, variable) => size * (variable.max + 1), 1),
  };
}
