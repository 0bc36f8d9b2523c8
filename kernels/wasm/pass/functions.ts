/** The functions that a module's passes call instead of writing them out each time: long, and seldom in a hot loop. */
import type { Callable, FunctionBuilder, ModuleBuilder, V128 } from "../assembler/index.ts";
import { expm1, log1p, pow, tanh, type VectorCode } from "../math/index.ts";

/** Written out, each is some forty to two hundred instructions. */
const LONG = {
  log1p: (c: VectorCode, [x]: readonly V128[]) => log1p(c, x),
  expm1: (c: VectorCode, [x]: readonly V128[]) => expm1(c, x),
  tanh: (c: VectorCode, [x]: readonly V128[]) => tanh(c, x),
  pow: (c: VectorCode, [x, y]: readonly V128[]) => pow(c, x, y),
} as const;

export type LongFunction = keyof typeof LONG;

/** The shared functions of a module, each defined when it is first asked for. */
export class Library {
  readonly #module: ModuleBuilder;
  readonly #relaxed: boolean;
  readonly #known = new Map<LongFunction, Callable<"v128">>();

  constructor(module: ModuleBuilder, relaxed: boolean) {
    this.#module = module;
    this.#relaxed = relaxed;
  }

  /** What code in a function asks for its arithmetic. */
  in(fn: FunctionBuilder): Functions {
    return {
      fn,
      relaxed: this.#relaxed,
      call: (name, ...args) => fn.call(this.#get(name, args.length), args),
    };
  }

  #get(name: LongFunction, arity: number): Callable<"v128"> {
    let callee = this.#known.get(name);
    if (callee === undefined) {
      const params = (["x", "y"] as const).slice(0, arity).map((param) => [param, "v128"] as const);
      callee = this.#module.define(name, params, "v128", (fn, args) =>
        LONG[name]({ fn, relaxed: this.#relaxed }, args),
      );
      this.#known.set(name, callee);
    }
    return callee;
  }
}

export interface Functions extends VectorCode {
  call(name: LongFunction, ...args: V128[]): V128;
}
