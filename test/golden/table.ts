/** The table of golden cases, docs/golden.md: made of the mappings and of the bundled cases. */
import { families } from "./cases/index.ts";
import type { Family } from "./format.ts";
import { bundledVerdicts, type Verdict } from "./harness.ts";
import { row } from "./markdown.ts";

/** Verdicts with the same reading together, in the order of their first case. */
function grouped(verdicts: readonly Verdict[], reading: (verdict: Verdict) => string): [string, Verdict[]][] {
  const groups = new Map<string, Verdict[]>();
  for (const verdict of verdicts) {
    const key = reading(verdict);
    groups.set(key, [...(groups.get(key) ?? []), verdict]);
  }
  return [...groups];
}

const inputsOf = (verdicts: readonly Verdict[]) =>
  [...new Set(verdicts.map(({ case: c }) => c.pred))].join(", ");
const peerOf = ({ case: c }: Verdict) => `${c.peer} \`${c.fn}\``;

function section(family: Family, verdicts: readonly Verdict[]): string[] {
  const matched = verdicts.filter(({ listed }) => listed === null);
  const listed = verdicts.filter((verdict) => verdict.listed !== null);
  const lines = [
    "",
    `## ${family.file}`,
    "",
    `${verdicts.length} cases: ${matched.length} matched, ${listed.length} listed.`,
  ];
  if (matched.length > 0) {
    lines.push("", row("matched", "cases", "by ours"), row("---", "---:", "---"));
    const reading = (verdict: Verdict) => {
      const loose =
        verdict.factor > 1 ? ` (tolerance times ${verdict.factor}: ${verdict.rule.loose?.why})` : "";
      return `${peerOf(verdict)}\n\`${verdict.recipe?.text}\`${loose}`;
    };
    for (const [key, group] of grouped(matched, reading)) {
      const [peer, text] = key.split("\n");
      lines.push(row(peer, group.length, text));
    }
  }
  if (listed.length > 0) {
    lines.push("", row("listed", "cases", "inputs", "why"), row("---", "---:", "---", "---"));
    for (const [key, group] of grouped(listed, (verdict) => `${peerOf(verdict)}\n${verdict.listed}`)) {
      const [peer, why] = key.split("\n");
      lines.push(row(peer, group.length, inputsOf(group), why));
    }
  }
  return lines;
}

/** The whole page. */
export function renderTable(): string {
  const all = families.map((family) => ({ family, verdicts: bundledVerdicts(family) }));
  const count = (verdicts: readonly Verdict[]) => verdicts.filter(({ listed }) => listed === null).length;
  const everything = all.flatMap(({ verdicts }) => verdicts);
  const matched = count(everything);
  return [
    "# Golden cases",
    "",
    "Values and gradients that peers' own code computed in float64, set against ours on the `reference`",
    "executor: `|dv| <= 1e-12 + 1e-9 |v|`, `|dg| <= 1e-12 + 1e-7 max |g|`. A case is matched, or listed",
    "with the reason why ours differs; a test checks that matched cases match and that listed ones do",
    "not. Made by `npx vitest run test/golden -u` from the mappings in `test/golden/cases`; do not edit.",
    "",
    `${everything.length} cases: ${matched} matched, ${everything.length - matched} listed.`,
    "",
    "In the readings, options at their defaults are left out, and so is `input` (probabilities or",
    "logits), which follows from the case. What stands before a semicolon is a form of the data; what",
    "stands around the call is a constant that the peer's sign or mean asks for.",
    "",
    row("file", "cases", "matched", "listed"),
    row("---", "---:", "---:", "---:"),
    ...all.map(({ family, verdicts }) =>
      row(
        `[${family.file}](#${family.file})`,
        verdicts.length,
        count(verdicts),
        verdicts.length - count(verdicts),
      ),
    ),
    ...all.flatMap(({ family, verdicts }) => section(family, verdicts)),
    "",
  ].join("\n");
}
