/** `segtape study --tools`, from outside. */
import { existsSync, readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { toolList } from "../../src/study/index.ts";
import { segtape } from "../support/program.ts";
import { temporaryFolder } from "../support/training-data.ts";

const { at, remove } = temporaryFolder("tools");
afterAll(remove);
const SAMPLE = ["--sample", "lesion", "--size", "32", "--skip-gradcheck"];

describe("study --tools", () => {
  test("writes data and drawings of a tool, and a section of the page", async () => {
    const out = at("report");
    const run = await segtape(
      "study",
      "bce",
      "dice",
      ...SAMPLE,
      "--tools",
      "imbalance,curves",
      "--out",
      out,
      "--json",
    );
    expect(run.err).toBe("");
    expect(run.code).toBe(0);
    // In the order of the list, whatever that of the names.
    const [first, told] = JSON.parse(run.out).tools;
    expect(first.name).toBe("curves");
    expect(told).toMatchObject({ name: "imbalance", unmeasured: [], file: "tools/imbalance.json" });
    expect(told.findings[0].text).toMatch(/Binary cross entropy counts by the pixel/);
    const data = JSON.parse(readFileSync(at("report", told.file), "utf8"));
    expect(data.losses.map((loss: { name: string }) => loss.name)).toEqual([
      "binaryCrossEntropyLoss",
      "diceLoss",
    ]);
    for (const file of ["imbalance.svg", "imbalance-curves.svg", "curves.svg", "curves-loss.svg"])
      expect(readFileSync(at("report", "tools", file), "utf8")).toMatch(/^<svg .* xmlns=/);
    expect(readFileSync(at("report", "report.html"), "utf8")).toContain('id="tool-imbalance"');
  });

  test("lists the tools with their questions", async () => {
    const run = await segtape("study", "--tools", "list");
    expect(run.code).toBe(0);
    for (const { name, question } of toolList) {
      expect(run.out).toContain(name);
      expect(run.out).toContain(question);
    }
    const json = JSON.parse((await segtape("study", "--tools", "list", "--json")).out);
    expect(json.map(({ name }: { name: string }) => name)).toEqual(toolList.map(({ name }) => name));
  });

  test("refuses tools that there are not, before anything is measured", async () => {
    const out = at("none");
    const run = await segtape("study", "dice", ...SAMPLE, "--tools", "imbalance,curvy", "--out", out);
    expect(run.code).toBe(2);
    expect(run.err).toMatch(/--tools is "imbalance,curvy", expected all, list, or some of .*imbalance/);
    expect(existsSync(out)).toBe(false);
  });
});
