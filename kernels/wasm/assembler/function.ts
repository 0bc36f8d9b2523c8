/** Functions as statements: locals, loops and branches around instructions. */
import { type Code, code, type I32, type Result, unsigned, type ValueType } from "./code.ts";
import { i32 } from "./instructions.ts";

/** A variable of a function; as code it is its value. */
export interface Local<T extends ValueType = ValueType> extends Code<T> {
  readonly index: number;
  readonly name: string;
}

/** A function that others may call. */
export interface Callable<R extends Result = Result> {
  readonly index: number;
  readonly name: string;
  readonly result: R;
}

const EMPTY_BLOCK = 0x40;

export class FunctionBuilder {
  readonly params: readonly Local[];
  readonly locals: Local[] = [];
  /** The function's own body; nested ones hang in their instructions. */
  readonly body: Code[] = [];
  #current: Code[] = this.body;

  constructor(params: readonly (readonly [name: string, type: ValueType])[]) {
    this.params = params.map(([name, type], index) => variable(type, name, index));
  }

  local<T extends ValueType>(type: T, name = ""): Local<T> {
    const index = this.params.length + this.locals.length;
    const made = variable(type, `${name === "" ? "v" : name}${index}`, index);
    this.locals.push(made);
    return made;
  }

  /** Adds a statement. */
  do(statement: Code<"none">): void {
    this.#current.push(statement);
  }

  set<T extends ValueType>(local: Local<T>, value: Code<T>): void {
    this.do(code("none", `local.set $${local.name}`, [0x21, ...unsigned(local.index)], [value]));
  }

  /** A new variable that holds a value, evaluated here and once. */
  bind<T extends ValueType>(value: Code<T>, name = ""): Local<T> {
    if (isLocal(value)) return value;
    const local = this.local(value.type, name);
    this.set(local, value);
    return local;
  }

  /** Runs `make` with its statements going to the end of `list`. */
  into<T>(list: Code[], make: () => T): T {
    const before = this.#current;
    this.#current = list;
    try {
      return make();
    } finally {
      this.#current = before;
    }
  }

  /** Runs `make` with its statements collected instead of added. */
  collect(make: () => void): Code[] {
    const inner: Code[] = [];
    this.into(inner, make);
    return inner;
  }

  /** Adds statements that `collect` gave. */
  add(statements: readonly Code[]): void {
    for (const statement of statements) this.#current.push(statement);
  }

  if(condition: I32, then: () => void, otherwise?: () => void): void {
    const bodies = [this.collect(then), ...(otherwise === undefined ? [] : [this.collect(otherwise)])];
    this.do({ type: "none", text: "if", bytes: [0x04, EMPTY_BLOCK], operands: [condition], bodies });
  }

  /** Runs the body while the condition holds; tested first. */
  while(condition: () => I32, body: () => void): void {
    const inner = this.collect(() => {
      this.do(code("none", "br_if 1", [0x0d, 1], [i32.eqz(condition())]));
      body();
      this.do(code("none", "br 0", [0x0c, 0]));
    });
    this.#block("block", 0x02, [block("loop", 0x03, inner)]);
  }

  /** `for (i = from; i < to; i += step)`, unsigned. */
  range(i: Local<"i32">, from: I32, to: I32, step: number, body: () => void): void {
    this.set(i, from);
    const inner = this.collect(() => {
      body();
      this.set(i, i32.add(i, i32.const(step)));
      this.do(code("none", "br_if 0", [0x0d, 0], [i32.lt_u(i, to)]));
    });
    const loop = block("loop", 0x03, inner);
    const [first, last] = [constantOf(from), constantOf(to)];
    if (first !== null && last !== null) {
      // Known bounds: the loop runs at least once, or is not there.
      if (first < last) this.do(loop);
      return;
    }
    this.#block("block", 0x02, [code("none", "br_if 0", [0x0d, 0], [i32.ge_u(i, to)]), loop]);
  }

  call<R extends Result>(callee: Callable<R>, args: readonly Code<ValueType>[]): Code<R> {
    return code(callee.result, `call $${callee.name}`, [0x10, ...unsigned(callee.index)], args);
  }

  #block(text: string, opcode: number, statements: readonly Code[]): void {
    this.do(block(text, opcode, statements));
  }
}

function block(text: string, opcode: number, statements: readonly Code[]): Code<"none"> {
  return { type: "none", text, bytes: [opcode, EMPTY_BLOCK], operands: [], bodies: [statements] };
}

function variable<T extends ValueType>(type: T, name: string, index: number): Local<T> {
  return { ...code(type, `local.get $${name}`, [0x20, ...unsigned(index)]), index, name };
}

function isLocal<T extends ValueType>(value: Code<T>): value is Local<T> {
  return "index" in value;
}

/** The number of an `i32.const`, or `null`. */
export function constantOf(value: I32): number | null {
  return value.bytes[0] === 0x41 ? Number(value.text.slice("i32.const ".length)) : null;
}
