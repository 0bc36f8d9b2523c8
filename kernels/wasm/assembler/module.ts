/** Modules: functions over one imported memory, as bytes and as text. */
import { type Code, code, type Result, unsigned, type ValueType } from "./code.ts";
import { type Callable, FunctionBuilder, type Local } from "./function.ts";
import { functionText } from "./text.ts";

/** Pages of 64 KiB. A shared memory must say how far it may grow. */
export interface MemoryLimits {
  readonly shared: boolean;
  readonly initial: number;
  readonly maximum: number;
}

interface Definition extends Callable {
  readonly builder: FunctionBuilder;
  readonly exported: boolean;
}

const TYPE: Readonly<Record<ValueType, number>> = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b };

export type Parameters = readonly (readonly [name: string, type: ValueType])[];

/** The variables of parameters, in their order. */
export type Arguments<P extends Parameters> = { readonly [K in keyof P]: Local<P[K][1]> };

/** A module under construction. Imports `env.memory`, and `env.thread` where a function asks for it. */
export class ModuleBuilder {
  readonly #memory: MemoryLimits;
  readonly #functions: Definition[] = [];
  #asksThread = false;

  constructor(memory: MemoryLimits) {
    this.#memory = memory;
  }

  /** Defines an exported procedure. */
  export<const P extends Parameters>(
    name: string,
    params: P,
    build: (fn: FunctionBuilder, args: Arguments<P>) => void,
  ): void {
    const builder = new FunctionBuilder(params);
    build(builder, builder.params as Arguments<P>);
    this.#define(name, "none", builder, true);
  }

  /** Defines a function that others of this module call. */
  define<const P extends Parameters, R extends ValueType>(
    name: string,
    params: P,
    result: R,
    build: (fn: FunctionBuilder, args: Arguments<P>) => Code<R>,
  ): Callable<R> {
    const builder = new FunctionBuilder(params);
    builder.body.push(build(builder, builder.params as Arguments<P>));
    return this.#define(name, result, builder, false);
  }

  /** The number of the thread that runs an instance, from 0: imported as `env.thread`. */
  thread(): Code<"i32"> {
    this.#asksThread = true;
    return code("i32", "global.get $thread", [0x23, 0]);
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const types = this.#functions.map((f) => signature(f));
    const distinct = [...new Set(types.map((type) => type.join()))];
    const { shared, initial, maximum } = this.#memory;
    const limits = [shared ? 0x03 : 0x01, ...unsigned(initial), ...unsigned(maximum)];
    const exported = this.#functions.filter((f) => f.exported);
    return Uint8Array.from([
      ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
      ...section(1, vector(distinct.map((type) => type.split(",").map(Number)))),
      ...section(
        2,
        vector([
          [...name("env"), ...name("memory"), 0x02, ...limits],
          ...(this.#asksThread ? [[...name("env"), ...name("thread"), 0x03, TYPE.i32, 0x00]] : []),
        ]),
      ),
      ...section(3, vector(types.map((type) => unsigned(distinct.indexOf(type.join()))))),
      ...section(7, vector(exported.map((f) => [...name(f.name), 0x00, ...unsigned(f.index)]))),
      ...section(10, this.#bodies()),
    ]);
  }

  /** The module in the text format. */
  text(): string {
    const { shared, initial, maximum } = this.#memory;
    const lines = [`(import "env" "memory" (memory ${initial} ${maximum}${shared ? " shared" : ""}))`];
    if (this.#asksThread) lines.push('(import "env" "thread" (global $thread i32))');
    for (const { builder, name, result, exported } of this.#functions) {
      lines.push(functionText(builder, name, result, exported));
    }
    return `(module\n${lines.map((line) => line.replaceAll(/^/gm, "  ")).join("\n")}\n)`;
  }

  #bodies(): number[] {
    const bytes = unsigned(this.#functions.length);
    for (const { builder } of this.#functions) {
      const body: number[] = vector(builder.locals.map((local) => [1, TYPE[local.type]]));
      for (const statement of builder.body) encode(statement, body);
      body.push(0x0b);
      append(bytes, unsigned(body.length));
      append(bytes, body);
    }
    return bytes;
  }

  #define<R extends Result>(
    name: string,
    result: R,
    builder: FunctionBuilder,
    exported: boolean,
  ): Callable<R> {
    const definition = { index: this.#functions.length, name, result, builder, exported };
    this.#functions.push(definition);
    return definition;
  }
}

/** Spreading a long list into a call would overflow the stack. */
function append(to: number[], from: readonly number[]): void {
  for (const byte of from) to.push(byte);
}

function encode(instruction: Code, into: number[]): void {
  for (const operand of instruction.operands) encode(operand, into);
  append(into, instruction.bytes);
  if (instruction.bodies === undefined) return;
  instruction.bodies.forEach((body, i) => {
    if (i > 0) into.push(0x05);
    for (const statement of body) encode(statement, into);
  });
  into.push(0x0b);
}

const vector = (items: readonly (readonly number[])[]): number[] => {
  const bytes = unsigned(items.length);
  for (const item of items) append(bytes, item);
  return bytes;
};

const section = (id: number, content: readonly number[]) => [id, ...unsigned(content.length), ...content];
const name = (text: string) => [...unsigned(text.length), ...new TextEncoder().encode(text)];

function signature({ builder, result }: Definition): number[] {
  const params = builder.params.map((param) => TYPE[param.type]);
  return [0x60, ...unsigned(params.length), ...params, ...(result === "none" ? [0] : [1, TYPE[result]])];
}
