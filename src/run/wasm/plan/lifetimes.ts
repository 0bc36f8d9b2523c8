/** How long each buffer of a plan is needed, and whose place it may take. */
import { formKey } from "../../access/affine.ts";
import type { Stored } from "../../access/body.ts";
import { type Layout, type Lifetime, layOut } from "./layout.ts";
import { bytesOf, type Step } from "./steps.ts";

/** Buffers that a pass reads only at the elements that it stores. */
function readInPlace(step: Step): Set<Stored> {
  if (step.kind !== "pass") return new Set();
  const stores = step.body.results.filter((result) => result.kind !== "fold");
  // The only store comes last: after it nothing of the same element is read.
  const [store] = stores;
  if (stores.length !== 1) return new Set();
  const own = formKey(store.at);
  const inPlace = new Set<Stored>();
  const elsewhere = new Set<Stored>();
  for (const atom of step.body.atoms) {
    if (atom.kind === "read") (formKey(atom.at) === own ? inPlace : elsewhere).add(atom.from);
  }
  for (const buffer of elsewhere) inPlace.delete(buffer);
  return inPlace;
}

/**
 * Places of everything that steps write. Arguments stand elsewhere: they belong to whoever gave them.
 *
 * @param kept - buffers that are read after the last step
 */
export function layOutSteps(steps: readonly Step[], kept: ReadonlySet<Stored>): Layout {
  const first = new Map<Stored, number>();
  const last = new Map<Stored, number>();
  steps.forEach((step, i) => {
    for (const buffer of [...step.writes, ...(step.holds ?? [])]) {
      if (!first.has(buffer)) first.set(buffer, i);
      last.set(buffer, i);
    }
    for (const buffer of step.reads) last.set(buffer, i);
  });
  for (const buffer of kept) last.set(buffer, steps.length);
  const taken = new Set<Stored>();
  const lifetimes = [...first].map(([buffer, from]): Lifetime => {
    const step = steps[from];
    const stored =
      step.kind === "pass" && step.body.results.some((one) => one.kind === "store" && one.to === buffer);
    const candidate = stored
      ? [...readInPlace(step)].find(
          (read) =>
            first.has(read) &&
            last.get(read) === from &&
            !taken.has(read) &&
            bytesOf(read) === bytesOf(buffer),
        )
      : undefined;
    if (candidate !== undefined) taken.add(candidate);
    return { buffer, bytes: bytesOf(buffer), from, to: last.get(buffer) as number, replaces: candidate };
  });
  return layOut(lifetimes);
}
