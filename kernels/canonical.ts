/** Expressions made canonical before they are printed: equal parts become one object, and signs cancel. */
import { type Expression, s } from "../src/scalar/expression.ts";

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
        const positive = negated(x);
        if (e.op === "neg") {
          if (positive !== null) return positive;
          // -(x - y) = y - x, -(c x) = (-c) x: signs are moved where they cost nothing.
          if (x.kind === "binary" && x.op === "sub") return this.of(s.sub(x.y, x.x));
          if (x.kind === "constant") return this.of(s.constant(-x.value));
          if (x.kind === "binary" && x.op === "mul" && x.x.kind === "constant") {
            return this.of(s.mul(-x.x.value, x.y));
          }
        }
        // |-x| = |x|: softplus(x) and sigmoid(-x) then share their exponential.
        if (e.op === "abs" && positive !== null) return this.of({ ...e, x: positive });
        return this.#intern(`${e.op} ${this.#number(x)}`, { ...e, x });
      }
      case "binary": {
        const x = this.of(e.x);
        const y = this.of(e.y);
        const simpler = withoutSigns({ ...e, x, y });
        if (simpler !== null) return this.of(simpler);
        return this.#intern(`${e.op} ${this.#number(x)} ${this.#number(y)}`, { ...e, x, y });
      }
      case "select": {
        const condition = this.of(e.condition);
        const x = this.of(e.x);
        const y = this.of(e.y);
        if (x === y) return x;
        if (x.kind === "binary" && y.kind === "binary" && x.op === "div" && y.op === "div" && x.y === y.y) {
          // One division of the chosen numerator instead of two: the branches of a sigmoid.
          const numerator = this.of(s.select(condition, x.x, y.x));
          return this.of(s.div(numerator, x.y));
        }
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

/** What an expression is the negative of, or `null`. */
const negated = (e: Expression): Expression | null => (e.kind === "unary" && e.op === "neg" ? e.x : null);

/** The same value with fewer signs to change, or `null`. Exact, but for the sign of a zero. */
function withoutSigns({ op, x, y }: Extract<Expression, { kind: "binary" }>): Expression | null {
  const [left, right] = [negated(x), negated(y)];
  if (left === null && right === null) return null;
  switch (op) {
    case "add":
      if (left !== null && right !== null) return s.neg(s.add(left, right));
      return left === null ? s.sub(x, right as Expression) : s.sub(y, left);
    case "sub":
      if (right !== null) return s.add(x, right);
      return s.neg(s.add(left as Expression, y));
    case "mul":
    case "div": {
      if (left !== null && right !== null) return s[op](left, right);
      if (left !== null && y.kind === "constant") return s[op](left, -y.value);
      if (right !== null && x.kind === "constant") return s[op](-x.value, right);
      return s.neg(s[op](left ?? x, right ?? y));
    }
    case "less":
      if (left !== null && right !== null) return s.less(right, left);
      if (left !== null && y.kind === "constant") return s.less(-y.value, left);
      if (right !== null && x.kind === "constant") return s.less(right, -x.value);
      return null;
    default:
      return null;
  }
}
