/** What every study tool must hold, whatever it asks. */
import { beforeAll, describe, expect, test } from "vitest";
import { defineLoss, losses, setBackend } from "../../../src/index.ts";
import { runTool, type StudyTool, type ToolData, toolList } from "../../../src/study/index.ts";
import { checkMarkup } from "../markup.ts";
import { SMALL } from "./small.ts";

beforeAll(() => setBackend("reference"));

const broken = defineLoss("brokenLoss", { title: "Broken & <b>" }, () => {
  throw new TypeError("it broke");
});
/** Four losses that work; two that do not, each in its way. */
const everyone = [
  losses.binaryCrossEntropyLoss,
  losses.diceLoss,
  losses.msSsimLoss,
  losses.focalLoss,
  broken,
  losses.categoricalCrossEntropyLoss,
];
const good = ["binaryCrossEntropyLoss", "diceLoss", "focalLoss", "categoricalCrossEntropyLoss"];

/** The same rows again and again, under other names. */
function repeated(data: ToolData, count: number): ToolData {
  const rows = Array.from({ length: count }, (_, i) => {
    const row = data.losses[i % data.losses.length];
    return { ...row, name: `${row.name}${i}`, title: `${row.title} ${i}` };
  });
  return { ...data, losses: rows };
}

function checkPictures(tool: StudyTool, data: ToolData, places = [false, true]): void {
  for (const standalone of places) {
    const pictures = tool.pictures(data, { id: "here", standalone });
    expect(new Set(pictures.map(({ name }) => name)).size).toBe(pictures.length);
    const ids: string[] = [];
    for (const { svg, caption } of pictures) {
      checkMarkup(svg);
      expect(caption).toMatch(/\w+ \w+.*\.$/);
      expect(svg.startsWith("<svg")).toBe(true);
      expect(svg.includes("<style>")).toBe(standalone);
      expect(svg.replaceAll(/<(title|desc)[^>]*>[^<]*|data:image[^"]*/g, "")).not.toMatch(
        /NaN|Infinity|undefined|null/,
      );
      ids.push(...[...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
      for (const [, id] of svg.matchAll(/(?:href="#|url\(#)([^")]+)/g)) expect(ids).toContain(id);
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => id.startsWith("here"))).toBe(true);
  }
}

describe.each(toolList.map((tool) => [tool.name, tool] as const))("%s", (name, tool) => {
  const { settings, pair, roomy = false } = SMALL[name];
  const asked = everyone.filter((loss) => !roomy || loss.name !== "msSsimLoss");
  const run = (seed?: number) => tool.run({ losses: asked, pair, seed }, settings);

  test("says what it is", () => {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(tool.title).toMatch(/^[A-Z]/);
    expect(tool.question).toMatch(/\?$/);
    expect(tool.reading).toMatch(/\.$/);
  });

  test("gives plain data, the same for the same seed, and draws and tells them", async () => {
    const data = await run(3);
    expect(JSON.parse(JSON.stringify(data))).toEqual(data);
    expect(await run(3)).toEqual(data);
    expect(data).toMatchObject({ tool: name, seed: 3 });
    expect(data.losses.map((loss) => loss.name)).toEqual(good);
    checkPictures(tool, data);
    checkPictures(tool, repeated(data, 60), [true]);
    for (const { text, losses: about } of tool.findings(data)) {
      expect(text).toMatch(/^[A-Z].*\.$/);
      expect(text).not.toMatch(/NaN|Infinity|undefined|null/);
      for (const loss of about) expect(good).toContain(loss);
    }
    expect(tool.findings(data).length).toBeGreaterThan(0);
  });

  test("names losses that refuse, or break", async () => {
    const { data } = await runTool(tool, { losses: asked.slice(2), pair }, settings);
    const refused = { name: "msSsimLoss", status: "refused", message: expect.stringContaining("161") };
    const failed = { name: "brokenLoss", status: "failed", message: "it broke" };
    expect(data.unmeasured).toMatchObject(roomy ? [failed] : [refused, failed]);
  });

  test("stands when no loss gave a number", async () => {
    const result = await runTool(tool, { losses: [broken], pair }, settings);
    expect(result.data.losses).toEqual([]);
    expect(result.pictures).toEqual([]);
    expect(result.findings).toEqual([]);
  });

  test("refuses no losses, and options of others", async () => {
    await expect(tool.run({ losses: [], pair }, settings)).rejects.toMatchObject({ code: "OPTION" });
    const options = { jaccardLoss: { smooth: 0 } };
    await expect(tool.run({ losses: asked, options, pair }, settings)).rejects.toThrow(/for jaccardLoss/);
    await expect(tool.run({ losses: asked, seed: -1, pair }, settings)).rejects.toThrow(/seed/);
  });
});
