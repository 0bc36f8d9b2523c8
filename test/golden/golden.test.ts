/** Golden cases: values and gradients of peers' own code, matched by ours or listed with the reason. */
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { setBackend } from "../../src/index.ts";
import { families } from "./cases/index.ts";
import { casesOf, FIXTURES, hasFixtures, inputsOf } from "./data.ts";
import { difference, type Verdict, verdictOf } from "./harness.ts";

const folder = hasFixtures ? "fixtures" : "bundle";
const inputs = inputsOf(folder);
const source = hasFixtures ? "full fixtures" : "bundled selection, larger gradients as checksums";

beforeAll(() => setBackend("reference"));

describe.each(families)(`$file (${source})`, (family) => {
  const cases = casesOf(family.file, folder);
  const verdicts = cases.map((c) => verdictOf(family, c));
  const known = verdicts.filter((verdict): verdict is Verdict => verdict !== null);

  it("matches or lists every case, with no rule left over", () => {
    expect(cases.filter((_, i) => verdicts[i] === null).map(({ id }) => id)).toEqual([]);
    const idle = family.rules.filter((rule) => !known.some((verdict) => verdict.rule === rule));
    expect(idle.map(({ peer, fn }) => `${peer} ${fn}`)).toEqual([]);
    const exceptions = family.rules.flatMap(({ except = [] }) => except);
    const unused = exceptions.filter(
      (exception) => !known.some((verdict) => verdict.exception === exception),
    );
    expect(unused.map(({ why }) => why)).toEqual([]);
    const listed = known.filter((verdict) => verdict.listed !== null).length;
    expect({ matched: known.length - listed, listed }).toEqual(family.counts);
  });

  for (const { case: c, listed, recipe, factor } of known) {
    const data = c.pred in inputs && c.target in inputs;
    const name = c.id.slice(family.file.length + 1);
    if (recipe === null) continue;
    it.skipIf(!data)(
      `${listed === null ? "matches" : "differs from"} ${name}${data ? "" : " (data not bundled)"}`,
      async () => {
        const found = await difference(recipe, c, inputs, factor);
        if (listed === null) expect(found, recipe.text).toBeNull();
        else expect(found, `listed, but ${recipe.text} gives it: ${listed}`).not.toBeNull();
      },
    );
  }
});

describe("golden data", () => {
  it.skipIf(!hasFixtures)(
    "are what the selection script makes of the fixtures (skipped without them)",
    () => {
      const script = fileURLToPath(new URL("../../scripts/select-golden.mjs", import.meta.url));
      execFileSync(process.execPath, [script, FIXTURES, "--check"]);
    },
  );

  it.skipIf(!hasFixtures)("leave no fixture file without a mapping (skipped without them)", () => {
    const files = readdirSync(FIXTURES).filter((name) => name.endsWith(".json") && name !== "inputs.json");
    expect(families.map(({ file }) => file).sort()).toEqual(files.map((name) => name.slice(0, -5)).sort());
  });
});
