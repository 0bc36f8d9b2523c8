/** Markdown files of a project as pages. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Model } from "../../scripts/docs/model.ts";
import { findGuides, renderGuides } from "../../scripts/docs/pages/guide.ts";
import { checkMarkup } from "../study/markup.ts";

test("a title may hold what HTML has a meaning for", () => {
  const root = mkdtempSync(join(tmpdir(), "segtape-guide-"));
  try {
    mkdirSync(join(root, "docs"));
    writeFileSync(join(root, "README.md"), "# Project\n");
    writeFileSync(join(root, "docs", "limits.md"), "# Sums & `a < b`\n");
    const model: Pick<Model, "losses" | "api" | "guides"> = {
      losses: [],
      api: new Map(),
      guides: findGuides(root),
    };
    const { pages } = renderGuides(model as Model, root);
    expect(pages.map(({ title }) => title)).toEqual(["Sums & a < b", "Guide"]);
    for (const { main } of pages) checkMarkup(main);
    expect(pages[1].main).toContain(">Sums &amp; a &lt; b</a>");
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
