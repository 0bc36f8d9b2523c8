/**
 * Where conditions hold: most of an image lies far from its borders, and needs no masks there. Conditions of outer loops are
 * asked once a row; those of the vector's own loop hold along a known stretch of it.
 */
import type { Variable } from "../../../src/run/access/affine.ts";
import type { Condition } from "../../../src/run/access/position.ts";
import type { PassBody } from "../../../src/run/wasm/pass-body.ts";
import { type I32, i32 } from "../assembler/index.ts";
import type { IndexCode } from "./index-code.ts";

/** Conditions that are known to hold, and known not to, in the code that is written. */
export interface Assumption {
  readonly holding: ReadonlySet<Condition>;
  readonly failing: ReadonlySet<Condition>;
}

export const NOTHING: Assumption = { holding: new Set(), failing: new Set() };

export interface Regions {
  /** Conditions that the vector's loop does not change. */
  readonly outer: readonly Condition[];
  /** Conditions that only the vector's own counter decides. */
  readonly own: readonly Condition[];
  /** Elements of the vector's loop where all of `own` hold: `from .. to - 1`. */
  readonly from: number;
  readonly to: number;
}

/** The stretch of a counter where a condition on it alone holds. */
function stretch(
  { form, ...condition }: Condition & { kind: "within" },
  variable: Variable,
): [number, number] {
  const step = form.terms.get(variable) as number;
  const [low, high] = [-form.offset, condition.length - 1 - form.offset];
  const bounds = step > 0 ? [low / step, high / step] : [high / step, low / step];
  return [Math.ceil(bounds[0]), Math.floor(bounds[1]) + 1];
}

export function regionsOf(body: PassBody, index: IndexCode): Regions {
  const vector = body.loops[body.loops.length - 1];
  const outer: Condition[] = [];
  const own: Condition[] = [];
  let [from, to] = [0, vector.max + 1];
  const conditions = body.atoms.flatMap((atom) => (atom.kind === "inside" ? atom.conditions : []));
  for (const condition of conditions) {
    if (index.laneStep(condition.form) === 0) {
      if (!dependsOn(condition, body.reduced)) outer.push(condition);
    } else if (
      condition.kind === "within" &&
      condition.form.terms.size === 1 &&
      condition.form.terms.has(vector)
    ) {
      const [first, past] = stretch(condition, vector);
      [from, to] = [Math.max(from, first), Math.min(to, past)];
      own.push(condition);
    }
  }
  return { outer, own, from, to };
}

/** Whether conditions are about one form, shifted, and no two of them ever hold together. */
export function areExclusive(conditions: readonly Condition[]): boolean {
  if (conditions.length < 2) return false;
  const ranges = conditions.map((condition) => {
    if (condition.kind !== "within") return null;
    const { form, length } = condition;
    const terms = [...form.terms].map(([variable, step]) => `${variable.id}*${step}`).sort();
    return { terms: terms.join(), from: -form.offset, to: length - form.offset };
  });
  const known = ranges.flatMap((range) => range ?? []);
  if (known.length < conditions.length || known.some(({ terms }) => terms !== known[0].terms)) return false;
  const sorted = known.sort((a, b) => a.from - b.from);
  return sorted.every(({ from }, i) => i === 0 || from >= sorted[i - 1].to);
}

function dependsOn({ form }: Condition, variables: readonly Variable[]): boolean {
  return [...form.terms.keys()].some(
    (variable) =>
      variables.includes(variable) ||
      (variable.quotient !== null && dependsOn({ kind: "zero", form: variable.quotient.of }, variables)),
  );
}

/** 1 where a condition of outer loops holds, else 0. */
export function conditionCode(condition: Condition, index: IndexCode): I32 {
  const { code } = index.bound(condition.form, 0);
  return condition.kind === "zero" ? i32.eqz(code) : i32.lt_u(code, i32.const(condition.length));
}
