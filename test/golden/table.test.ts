import { expect, it } from "vitest";
import { renderTable } from "./table.ts";

it("docs/golden.md says what the mappings say (npx vitest run test/golden -u writes it)", async () => {
  await expect(renderTable()).toMatchFileSnapshot("../../docs/golden.md");
});
