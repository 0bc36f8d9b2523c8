/** The rows of a pass, each without masks wherever conditions are known to hold. */
import type { Condition } from "../../../src/run/access/position.ts";
import type { PassBody } from "../../../src/run/wasm/pass-body.ts";
import { type FunctionBuilder, i32 } from "../assembler/index.ts";
import type { IndexCode } from "./index-code.ts";
import { areExclusive, conditionCode, NOTHING, regionsOf } from "./regions.ts";
import type { Scopes } from "./scopes.ts";
import type { Walk } from "./walk.ts";

interface Rows {
  readonly fn: FunctionBuilder;
  readonly scopes: Scopes;
  readonly index: IndexCode;
  readonly body: PassBody;
  /** The outermost loop that changes. */
  readonly least: number;
}

export function emitRows(walk: Walk, { fn, scopes, index, body, least }: Rows): void {
  const { outer, own, from, to } = regionsOf(body, index);
  /** A row whose outer conditions are known. */
  const rowOf = (holding: readonly Condition[], failing: readonly Condition[]) => {
    const assumed = { holding: new Set([...holding, ...own]), failing: new Set(failing) };
    walk.row({ from, to, assumed }, { ...assumed, holding: new Set(holding) });
  };
  if (outer.length === 0) {
    rowOf([], []);
    return;
  }
  const depth = Math.max(least, ...outer.map(({ form }) => index.depth(form)));
  const holds = (conditions: readonly Condition[]) => {
    const code = scopes.within(depth, () =>
      conditions.map((condition) => conditionCode(condition, index)).reduce(i32.and),
    );
    return scopes.bind(code, depth);
  };
  const otherwise = () => walk.row({ from: 0, to: 0, assumed: NOTHING }, NOTHING);
  if (!areExclusive(outer)) {
    fn.if(holds(outer), () => rowOf(outer, []), otherwise);
    return;
  }
  // Parts that were put side by side: each row belongs to one of them.
  const rows = (rest: readonly Condition[]): void => {
    const [condition] = rest;
    if (condition === undefined) otherwise();
    else {
      const failing = outer.filter((one) => one !== condition);
      fn.if(
        holds([condition]),
        () => rowOf([condition], failing),
        () => rows(rest.slice(1)),
      );
    }
  };
  rows(outer);
}
