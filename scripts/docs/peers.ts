/** The same call in other libraries: the table of correspondences, and what else golden cases prove. */
import { families } from "../../test/golden/cases/index.ts";
import { bundledVerdicts } from "../../test/golden/harness.ts";
import type { Correspondence } from "../../test/golden/parity/correspondence.ts";
import { otherNames } from "../../test/golden/parity/names.ts";
import { peers } from "../../test/golden/parity/peers.ts";
import { type Proof, proofOf, proofs } from "../../test/golden/parity/render.ts";

/** A function of a library that the table of correspondences knows. */
export interface PeerCall extends Correspondence {
  readonly library: string;
  readonly proof: Proof;
}

/** A function of some other code whose golden cases ours gives. */
export interface ProvenCall {
  readonly peer: string;
  readonly fn: string;
  /** Our calls, as the table of golden cases reads them. */
  readonly ours: readonly string[];
  readonly cases: number;
}

/** What a loss is called elsewhere. */
export interface Peers {
  readonly calls: readonly PeerCall[];
  readonly proven: readonly ProvenCall[];
  /** Published names, with the options of ours that they stand for. */
  readonly names: readonly { readonly name: string; readonly options: string; readonly why: string }[];
}

/** Matched calls of code that is in no library of the table, by the loss of ours. */
function provenCalls(): Map<string, Map<string, ProvenCall>> {
  const known = new Set(peers.flatMap(({ ids }) => ids));
  const found = new Map<string, Map<string, ProvenCall>>();
  for (const family of families) {
    for (const { case: c, listed, recipe } of bundledVerdicts(family)) {
      if (known.has(c.peer) || listed !== null || recipe === null) continue;
      const { text } = recipe;
      for (const [name] of text.matchAll(/\b\w+Loss(?=\()/g)) {
        const calls = found.get(name) ?? new Map<string, ProvenCall>();
        const { ours = [], cases = 0 } = calls.get(`${c.peer} ${c.fn}`) ?? {};
        const all = [...new Set([...ours, text])];
        calls.set(`${c.peer} ${c.fn}`, { peer: c.peer, fn: c.fn, ours: all, cases: cases + 1 });
        found.set(name, calls);
      }
    }
  }
  return found;
}

/** Everything that is known of each of these losses. */
export function peersOf(names: readonly string[]): Map<string, Peers> {
  const all = proofs();
  const proven = provenCalls();
  return new Map(
    names.map((name) => [
      name,
      {
        calls: peers.flatMap((peer) =>
          peer.losses
            .filter(({ ours }) => ours?.replace(/\(.*/, "") === name)
            .map((one) => ({ ...one, library: peer.name, proof: proofOf(peer, one, all) })),
        ),
        proven: [...(proven.get(name)?.values() ?? [])],
        names: otherNames.filter(({ loss }) => loss === name),
      },
    ]),
  );
}
