/** The table of correspondences says what is so. */
import { describe, expect, test } from "vitest";
import * as segtape from "../../src/index.ts";
import type { Loss } from "../../src/losses/shared/define-loss.ts";
import { otherNames } from "./parity/names.ts";
import { peers } from "./parity/peers.ts";
import { goldenOf, proofOf, proofs, renderParity } from "./parity/render.ts";

const COMBINATORS = ["weightedSum", "deepSupervision", "multiScale", "rampedSum", "maskedLoss"];

/** Names of options in `name`, `name: value`, or several by commas; words in parentheses name losses at most. */
function namesIn(text: string): string[] {
  return text.startsWith("(") ? [] : text.split(/,\s*(?=\w+:|\w+$)/).map((part) => part.split(":")[0].trim());
}

describe.each(peers.map((peer) => [peer.name, peer] as const))("%s", (_name, peer) => {
  const all = proofs();

  test.each(peer.losses.map((one) => [one.theirs, one] as const))("%s", (_theirs, one) => {
    if (one.ours === null) {
      expect(one.note).toBeDefined();
      return;
    }
    if (COMBINATORS.includes(one.ours)) {
      expect((segtape as Record<string, unknown>)[one.ours]).toBeTypeOf("function");
      return;
    }
    const loss = segtape.losses[one.ours] as Loss | undefined;
    expect(loss, one.ours).toBeDefined();
    const options = Object.keys(loss?.options ?? {});
    const named = [...Object.values(one.arguments ?? {}), one.always ?? ""].filter((text) => text !== "");
    expect(named.flatMap(namesIn).filter((name) => !options.includes(name))).toEqual([]);
    const elsewhere = named.flatMap((text) => text.match(/\b[a-z]\w+Loss\b/g) ?? []);
    expect(elsewhere.filter((name) => !(name in segtape.losses))).toEqual([]);
  });

  test("every function of the golden cases stands in the table", () => {
    const known = [...peer.losses.flatMap(goldenOf), ...(peer.metrics ?? [])];
    const golden = [...all.keys()].flatMap((key) => {
      const [id, ...fn] = key.split(" ");
      return peer.ids.includes(id) ? [fn.join(" ")] : [];
    });
    expect([...new Set(golden)].filter((fn) => !known.includes(fn) && !fn.startsWith("test_"))).toEqual([]);
    expect(peer.losses.flatMap(goldenOf).filter((fn) => !golden.includes(fn))).toEqual([]);
  });

  test("what golden cases do not prove has a reason", () => {
    const bare = peer.losses.filter((one) => {
      const { matched, listed, reasons } = proofOf(peer, one, all);
      return listed > 0 && matched === 0 && one.note === undefined && reasons.length === 0;
    });
    expect(bare.map(({ theirs }) => theirs)).toEqual([]);
  });
});

test.each(otherNames.map((one) => [one.name, one] as const))("%s is what it says", (_name, one) => {
  const options = Object.keys(segtape.losses[one.loss]?.options ?? {});
  expect(options.length).toBeGreaterThan(0);
  expect(namesIn(one.options).filter((name) => name !== "" && !options.includes(name))).toEqual([]);
});

test("docs/parity.md says what the tables say (npx vitest run test/golden -u writes it)", async () => {
  await expect(renderParity()).toMatchFileSnapshot("../../docs/parity.md");
});
