import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../support/sources.ts";
import { families } from "./cases/index.ts";
import { bundledVerdicts } from "./harness.ts";
import { renderTable } from "./table.ts";

it("docs/golden.md says what the mappings say (npx vitest run test/golden -u writes it)", async () => {
  await expect(renderTable()).toMatchFileSnapshot("../../docs/golden.md");
});

it("README counts the implementations that ours gives a case of", () => {
  const matched = families.flatMap(bundledVerdicts).filter(({ listed }) => listed === null);
  const peers = new Set(matched.map(({ case: c }) => c.peer));
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  expect(readme).toContain(`those of ${peers.size} published implementations`);
});
