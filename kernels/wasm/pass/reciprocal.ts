/**
 * Divisions by one denominator as products with its reciprocal: a division takes as long as eight products. Only where the
 * denominator is 1 + e^-|x|, between 1 and 2: no reciprocal can overflow, and half a unit in the last place is all it costs.
 */
import { type Expression, operandsOf, s } from "../../../src/scalar/expression.ts";
import { isUnit } from "./scalar.ts";

const isOne = (e: Expression) => e.kind === "constant" && e.value === 1;

const isMild = (e: Expression) =>
  e.kind === "binary" && e.op === "add" && ((isOne(e.x) && isUnit(e.y)) || (isOne(e.y) && isUnit(e.x)));

/** Expressions whose parts are shared as objects, with shared denominators inverted once. */
export function shareReciprocals(roots: readonly Expression[]): Expression[] {
  const divisions = new Map<Expression, number>();
  const seen = new Set<Expression>();
  const count = (e: Expression): void => {
    if (seen.has(e)) return;
    seen.add(e);
    if (e.kind === "binary" && e.op === "div" && isMild(e.y)) {
      divisions.set(e.y, (divisions.get(e.y) ?? 0) + 1);
    }
    operandsOf(e).forEach(count);
  };
  roots.forEach(count);

  const inverted = new Map<Expression, Expression>();
  const inverse = (of: Expression): Expression => {
    const known = inverted.get(of) ?? s.div(1, rewritten(of));
    inverted.set(of, known);
    return known;
  };
  const done = new Map<Expression, Expression>();
  const rewritten = (e: Expression): Expression => {
    let result = done.get(e);
    if (result === undefined) {
      result = rebuilt(e);
      done.set(e, result);
    }
    return result;
  };
  const rebuilt = (e: Expression): Expression => {
    switch (e.kind) {
      case "argument":
      case "constant":
        return e;
      case "unary":
        return { ...e, x: rewritten(e.x) };
      case "binary":
        if (e.op === "div" && (divisions.get(e.y) ?? 0) > 1) {
          return isOne(e.x) ? inverse(e.y) : s.mul(rewritten(e.x), inverse(e.y));
        }
        return { ...e, x: rewritten(e.x), y: rewritten(e.y) };
      case "select":
        return { ...e, condition: rewritten(e.condition), x: rewritten(e.x), y: rewritten(e.y) };
    }
  };
  return divisions.size === 0 ? [...roots] : roots.map(rewritten);
}
