/** A recorded computation as people read it: a listing, and drawings for Mermaid and Graphviz. */
import { formatShape, type Shape } from "../shape.ts";
import { topologicalOrder } from "./linearize.ts";
import type { Node } from "./node.ts";

function attributesText(node: Node): string {
  const entries = Object.entries(node.attributes).map(([name, value]) => {
    const text = Array.isArray(value)
      ? value.length > 6
        ? `[${value.length} numbers]`
        : `[${value.join(", ")}]`
      : String(value);
    return `${name}=${text}`;
  });
  return entries.length === 0 ? "" : ` {${entries.join(", ")}}`;
}

/** One operation of a {@link Tape}, for programs that draw it or look through it. */
export interface TapeStep {
  /** As the listing calls it: `%3`, or the name of an argument. */
  readonly name: string;
  /** The operation; `argument` for what the function was called with, `data` for other tensors that hold numbers. */
  readonly op: string;
  /** What sort it is: `leaf`, `map`, `fold`, `move`, `contract`, `window`, `order` or `host`. */
  readonly kind: string;
  /** Lengths of the axes. */
  readonly shape: Shape;
  /** Its parameters: axes, an exponent, the number that it is full of. */
  readonly attributes: Readonly<Record<string, number | string | boolean | readonly number[]>>;
  /** Names of the steps that it reads. */
  readonly reads: readonly string[];
  /** Whether it belongs to the value, or to the gradient alone. */
  readonly pass: "forward" | "backward";
  /** What it is to the caller: `value`, `gradient of x0`; empty for the rest. */
  readonly result: string;
  /** File and line that recorded it, where `tape` was asked for `sites`. */
  readonly site: string | undefined;
}

/** What a recorded function did: its operations in order, forward, then those of its gradient. */
export class Tape {
  readonly #forward: readonly Node[];
  readonly #backward: readonly Node[];
  readonly #names = new Map<Node, string>();
  readonly #arguments: ReadonlySet<Node>;
  /** What each operation read when it was recorded: once it has a value, a node lets go of its inputs. */
  readonly #reads = new Map<Node, readonly Node[]>();
  readonly #results = new Map<Node, string>();

  /**
   * @param inputs - the arguments, by name
   * @param output - the function's result
   * @param gradients - the gradient of each argument, by name; empty for the forward pass alone
   * @internal
   */
  constructor(inputs: ReadonlyMap<string, Node>, output: Node, gradients: ReadonlyMap<string, Node>) {
    const ends = new Set(inputs.values());
    const stop = (node: Node) => ends.has(node) || node.value !== null;
    this.#forward = topologicalOrder([...ends, output], stop);
    const known = new Set(this.#forward);
    this.#backward = topologicalOrder([...gradients.values()], stop).filter((node) => !known.has(node));
    this.#arguments = ends;
    for (const [name, node] of inputs) this.#names.set(node, name);
    this.#results.set(output, "value");
    // One node may be the gradient of several arguments: of x and y in x + y, say.
    for (const [name, node] of gradients) {
      const before = this.#results.get(node);
      this.#results.set(node, `${before === undefined ? "" : `${before}, `}gradient of ${name}`);
    }
    for (const node of this.#all) if (!stop(node)) this.#reads.set(node, node.inputs);
    let number = 0;
    for (const node of this.#all) if (!this.#names.has(node)) this.#names.set(node, `%${number++}`);
  }

  get #all(): readonly Node[] {
    return [...this.#forward, ...this.#backward];
  }

  /** Number of operations recorded, forward and backward. */
  get length(): number {
    return this.#forward.length + this.#backward.length;
  }

  /** The operations in the order of the listing. */
  get steps(): readonly TapeStep[] {
    const backward = new Set(this.#backward);
    return this.#all.map((node) => ({
      name: this.#name(node),
      op: this.#isArgument(node) ? "argument" : this.#title(node),
      kind: this.#reads.has(node) ? node.op.kind : "leaf",
      shape: node.shape,
      attributes: this.#reads.has(node) ? node.attributes : {},
      reads: (this.#reads.get(node) ?? []).map((input) => this.#name(input)),
      pass: backward.has(node) ? "backward" : "forward",
      result: this.#results.get(node) ?? "",
      site: node.site,
    }));
  }

  /**
   * The listing: one line an operation, with its shape and what it reads.
   *
   * @returns text such as `%3 = sigmoid(x)  [2, 1, 8, 8]`
   */
  print(): string {
    const line = (node: Node) => {
      const inputs = this.#reads.get(node) ?? [];
      const reads = inputs.length === 0 ? "" : `(${inputs.map((x) => this.#name(x)).join(", ")})`;
      const what = this.#isArgument(node) ? "argument" : `${this.#title(node)}${reads}`;
      const result = this.#results.get(node);
      const note = result === undefined ? "" : `  -> ${result}`;
      return `${this.#name(node)} = ${what}${this.#reads.has(node) ? attributesText(node) : ""}  ${formatShape(node.shape)}${note}`;
    };
    const parts = ["forward", ...this.#forward.map((node) => `  ${line(node)}`)];
    if (this.#backward.length > 0) parts.push("backward", ...this.#backward.map((node) => `  ${line(node)}`));
    return parts.join("\n");
  }

  /** The graph in Mermaid's flowchart language. */
  mermaid(): string {
    const ids = new Map(this.#all.map((node, i) => [node, `n${i}`]));
    const lines = ["flowchart TD"];
    for (const node of this.#all) lines.push(`  ${ids.get(node)}["${this.#label(node, "<br/>")}"]`);
    for (const [from, to] of this.#edges()) lines.push(`  ${ids.get(from)} --> ${ids.get(to)}`);
    if (this.#backward.length > 0) {
      lines.push("  classDef backward stroke-dasharray: 4 3");
      lines.push(`  class ${this.#backward.map((node) => ids.get(node)).join(",")} backward`);
    }
    return lines.join("\n");
  }

  /** The graph in Graphviz's language. */
  dot(): string {
    const ids = new Map(this.#all.map((node, i) => [node, `n${i}`]));
    const backward = new Set(this.#backward);
    const lines = ["digraph tape {", "  node [shape=box, fontname=monospace];"];
    for (const node of this.#all) {
      const style = backward.has(node) ? ", style=dashed" : "";
      lines.push(`  ${ids.get(node)} [label="${this.#label(node, "\\n")}"${style}];`);
    }
    for (const [from, to] of this.#edges()) lines.push(`  ${ids.get(from)} -> ${ids.get(to)};`);
    lines.push("}");
    return lines.join("\n");
  }

  #isArgument(node: Node): boolean {
    return this.#arguments.has(node);
  }

  #title(node: Node): string {
    if (this.#isArgument(node)) return this.#name(node);
    return this.#reads.has(node) ? node.op.name : "data";
  }

  #name(node: Node): string {
    return this.#names.get(node) ?? "data";
  }

  #label(node: Node, newline: string): string {
    const head = this.#title(node);
    const result = this.#results.get(node);
    const label = `${head}${newline}${formatShape(node.shape)}${result === undefined ? "" : `${newline}${result}`}`;
    // Names come from users: a quote would end the label in both languages.
    return label.replaceAll('"', "'");
  }

  #edges(): [Node, Node][] {
    return this.#all.flatMap((node) =>
      (this.#reads.get(node) ?? []).map((input): [Node, Node] => [input, node]),
    );
  }
}
