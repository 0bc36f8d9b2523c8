/** The same call in other libraries, as the golden cases prove it: value and gradient agree. */
import { join } from "node:path";
import { families } from "../../test/golden/cases/index.ts";
import { casesIn } from "../../test/golden/data.ts";
import { verdictOf } from "../../test/golden/harness.ts";

/** A function of a peer's, and our call that gives the same numbers. */
export interface PeerCall {
  readonly peer: string;
  readonly fn: string;
  /** Our call, as the table of golden cases reads it. */
  readonly ours: string;
  /** How many published values and gradients agree. */
  readonly cases: number;
}

/** Matched calls by the loss of ours that they use; a sum of several losses counts for each. */
export function peerCalls(root: string): Map<string, PeerCall[]> {
  const calls = new Map<string, Map<string, PeerCall>>();
  for (const family of families) {
    for (const c of casesIn(join(root, "test/golden/data"), family.file)) {
      const verdict = verdictOf(family, c);
      if (verdict === null || verdict.listed !== null || verdict.recipe === null) continue;
      const ours = verdict.recipe.text;
      for (const [name] of ours.matchAll(/\b\w+Loss(?=\()/g)) {
        const key = `${c.peer} ${c.fn} ${ours}`;
        const known = calls.get(name) ?? new Map<string, PeerCall>();
        known.set(key, { peer: c.peer, fn: c.fn, ours, cases: (known.get(key)?.cases ?? 0) + 1 });
        calls.set(name, known);
      }
    }
  }
  return new Map([...calls].map(([name, known]) => [name, [...known.values()]]));
}
