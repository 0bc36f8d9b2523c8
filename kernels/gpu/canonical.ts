/** Expressions made canonical before they are printed: equal parts become one object, and signs cancel. */
import type { Expression } from "../../src/scalar/expression.ts";

/** Interns expressions by structure. */
export class Canonical {
  readonly #known = new Map<string, Expression>();
  readonly #numbers = new Map<Expression, number>();
  readonly #done = new Map<Expression, Expression>();

  of(e: Expression): Expression {
    let result = this.#done.get(e);
    if (result === undefined) {
      result = this.#rebuild(e);
      this.#done.set(e, result);
    }
    return result;
  }

  #rebuild(e: Expression): Expression {
    switch (e.kind) {
      case "argument":
        return this.#intern(`a${e.index}`, e);
      case "constant":
        return this.#intern(Object.is(e.value, -0) ? "k-0" : `k${e.value}`, e);
      case "unary": {
        const x = this.of(e.x);
        if (x.kind === "unary" && x.op === "neg") {
          // -(-x) = x, |-x| = |x|: softplus(x) and sigmoid(-x) then share their exponential.
          if (e.op === "neg") return x.x;
          if (e.op === "abs") return this.of({ ...e, x: x.x });
        }
        return this.#intern(`${e.op} ${this.#number(x)}`, { ...e, x });
      }
      case "binary": {
        const x = this.of(e.x);
        const y = this.of(e.y);
        return this.#intern(`${e.op} ${this.#number(x)} ${this.#number(y)}`, { ...e, x, y });
      }
      case "select": {
        const condition = this.of(e.condition);
        const x = this.of(e.x);
        const y = this.of(e.y);
        if (x === y) return x;
        const key = `? ${this.#number(condition)} ${this.#number(x)} ${this.#number(y)}`;
        return this.#intern(key, { ...e, condition, x, y });
      }
    }
  }

  #number(e: Expression): number {
    return this.#numbers.get(e) as number;
  }

  #intern(key: string, e: Expression): Expression {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#known.set(key, e);
    this.#numbers.set(e, this.#numbers.size);
    this.#done.set(e, e);
    return e;
  }
}
