/** Statements by loop depth: what does not change in a loop is computed before it. */
import type { Code, FunctionBuilder, Local, ValueType } from "../assembler/index.ts";

/** Code, and the innermost loop that it depends on (0: none). */
export interface Placed<T extends ValueType> {
  readonly code: Code<T>;
  readonly depth: number;
}

export class Scopes {
  readonly fn: FunctionBuilder;
  readonly #lists: Code[][];

  /** @param depths - 1 for what no loop changes, and 1 more a loop */
  constructor(fn: FunctionBuilder, depths: number) {
    this.fn = fn;
    this.#lists = Array.from({ length: depths }, () => []);
  }

  /** The statements of a depth, in their order. */
  statements(depth: number): readonly Code[] {
    return this.#lists[depth];
  }

  /** Forgets the statements from a depth on: a loop's body is written anew. */
  clear(depth: number): void {
    for (let i = depth; i < this.#lists.length; i++) this.#lists[i] = [];
  }

  /** Runs `make` with its statements going to a depth. */
  within<T>(depth: number, make: () => T): T {
    return this.fn.into(this.#lists[depth], make);
  }

  bind<T extends ValueType>(value: Code<T>, depth: number, name?: string): Local<T> {
    return this.within(depth, () => this.fn.bind(value, name));
  }
}
