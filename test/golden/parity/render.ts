/** docs/parity.md: our losses and the functions of six libraries, with the golden cases that prove it. */
import { losses } from "../../../src/index.ts";
import { families } from "../cases/index.ts";
import { bundledVerdicts } from "../harness.ts";
import { row } from "../markdown.ts";
import { type Correspondence, callText, type Peer } from "./correspondence.ts";
import { leftOut, otherNames } from "./names.ts";
import { peers } from "./peers.ts";

/** What the golden cases of a function say. */
export interface Proof {
  readonly matched: number;
  readonly listed: number;
  /** Why the listed ones differ, each reason once. */
  readonly reasons: readonly string[];
}

/** Every golden case's verdict, by peer and function. */
export function proofs(): Map<string, Proof> {
  const found = new Map<string, Proof>();
  for (const family of families) {
    for (const { case: c, listed: why } of bundledVerdicts(family)) {
      const key = `${c.peer} ${c.fn}`;
      const { matched, listed, reasons } = found.get(key) ?? { matched: 0, listed: 0, reasons: [] };
      found.set(key, {
        matched: matched + Number(why === null),
        listed: listed + Number(why !== null),
        reasons: why === null ? reasons : [...new Set([...reasons, why])],
      });
    }
  }
  return found;
}

export const goldenOf = ({ theirs, golden }: Correspondence): readonly string[] => golden ?? [theirs];

/** What proves a correspondence, over all functions that it stands for. */
export function proofOf(peer: Peer, one: Correspondence, all: ReadonlyMap<string, Proof>): Proof {
  const parts = peer.ids.flatMap((id) => goldenOf(one).flatMap((fn) => all.get(`${id} ${fn}`) ?? []));
  return {
    matched: parts.reduce((sum, { matched }) => sum + matched, 0),
    listed: parts.reduce((sum, { listed }) => sum + listed, 0),
    reasons: [...new Set(parts.flatMap(({ reasons }) => reasons))],
  };
}

const argumentsOf = ({ arguments: given = {} }: Correspondence): string =>
  Object.entries(given)
    .map(([theirs, ours]) => `\`${theirs}\` → ${/^\(/.test(ours) ? ours : `\`${ours}\``}`)
    .join(", ");

const countOf = ({ matched, listed }: Proof): string =>
  matched + listed === 0 ? "no case" : `${matched} of ${matched + listed}`;

const sentences = (parts: readonly string[]) => parts.filter((part) => part !== "").join("; ");

function section(peer: Peer, all: ReadonlyMap<string, Proof>): string[] {
  return [
    "",
    `## ${peer.name}`,
    "",
    peer.general,
    "",
    row(
      "theirs",
      "ours",
      "arguments",
      "golden cases matched",
      "what differs, and bugs that ours does not share",
    ),
    row("---", "---", "---", "---:", "---"),
    ...peer.losses.map((one) => {
      const proof = proofOf(peer, one, all);
      return row(
        `\`${one.theirs}\``,
        one.ours === null ? "none" : `\`${callText(one)}\``,
        argumentsOf(one),
        countOf(proof),
        sentences([one.note ?? "", ...proof.reasons]),
      );
    }),
  ];
}

/** The whole page. */
export function renderParity(): string {
  const all = proofs();
  const answered = new Map<string, string[]>();
  for (const { name, losses: theirs } of peers) {
    for (const { ours } of theirs) {
      if (ours !== null) answered.set(ours, [...new Set([...(answered.get(ours) ?? []), name])]);
    }
  }
  const alone = Object.keys(losses).filter((name) => !answered.has(name));
  return [
    "# Our losses and those of other libraries",
    "",
    "Which call of ours gives the number of which call of theirs. *Golden cases matched* counts values and gradients that their own code",
    "computed and that ours gives again ([golden.md](golden.md) has each); cases that do not match stand there with their reason, which",
    "the last column repeats. *No case*: the correspondence was read from their documentation and has not been run.",
    "Made by `npx vitest run test/golden -u` from `test/golden/parity`; a test checks that every option named exists.",
    "",
    "| library | functions answered | golden cases matched |",
    "| --- | ---: | ---: |",
    ...peers.map((peer) => {
      const proven = peer.losses.map((one) => proofOf(peer, one, all));
      const sum = (which: "matched" | "listed") => proven.reduce((n, proof) => n + proof[which], 0);
      const has = peer.losses.filter(({ ours }) => ours !== null).length;
      return row(
        `[${peer.name}](#${peer.name.toLowerCase().replaceAll(/[^\w]/g, "")})`,
        `${has} of ${peer.losses.length}`,
        `${sum("matched")} of ${sum("matched") + sum("listed")}`,
      );
    }),
    ...peers.flatMap((peer) => section(peer, all)),
    "",
    "## Other names",
    "",
    "Published names that are an option of a loss here, or another word for it.",
    "",
    row("name", "here", "why"),
    row("---", "---", "---"),
    ...otherNames.map(({ name, loss, options, why }) =>
      row(name, `\`${loss}\`${options === "" ? "" : ` with \`${options}\``}`, why),
    ),
    "",
    "## Left out",
    "",
    row("loss", "why"),
    row("---", "---"),
    ...Object.entries(leftOut).map(([name, why]) => row(name, why)),
    "",
    "## Ours alone",
    "",
    `None of the six has ${alone.map((name) => `\`${name}\``).join(", ")}.`,
    "",
  ].join("\n");
}
