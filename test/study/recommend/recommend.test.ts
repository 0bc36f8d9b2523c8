/** Recommendations: made-up data sets whose needs are known, and what the other tools measure of the same losses. */
import { beforeAll, describe, expect, test } from "vitest";
import { losses, OptionError, setBackend } from "../../../src/index.ts";
import {
  type LabelMask,
  measureMasks,
  type Recommendation,
  recommendLosses,
  renderRecommendation,
  studyTools,
} from "../../../src/study/index.ts";

const SIDE = 128;

beforeAll(() => setBackend("wasm", { threads: 1 }));

/** Discs by their radii; an image without radii is empty. */
function discs(name: string, radii: readonly number[], label = 1): LabelMask {
  const labels = new Uint8Array(SIDE * SIDE);
  radii.forEach((radius, k) => {
    const [x, y] = [(k % 3) * 40 + 24, Math.floor(k / 3) * 40 + 24];
    for (let i = 0; i < labels.length; i++)
      if (Math.hypot((i % SIDE) - x, Math.floor(i / SIDE) - y) <= radius) labels[i] = label;
  });
  return { name, width: SIDE, height: SIDE, labels };
}

const names = (list: readonly { name: string }[]) => list.map(({ name }) => name);

describe("tiny lesions", () => {
  let found: Recommendation;
  beforeAll(async () => {
    const masks = [discs("a", [1, 1.5, 2, 8]), discs("b", [1.5, 1]), discs("c", []), discs("d", [2])];
    found = await recommendLosses(measureMasks(masks, ["ground", "lesion"]));
  });

  // 5, 9, 13 and 197 pixels; 9 and 5; 13: of 7 the median is 9, and 251 pixels of 4 x 128 x 128 are 0.38 %.
  test("are found to be rare, small, and missing from some images, with the numbers", () => {
    expect(names(found.needs)).toEqual(["rare", "small", "empty"]);
    const [rare, small, empty] = found.needs;
    expect(rare.because).toMatch(/^lesion takes 0\.38 % of the pixels \(0 % to /);
    expect(small.because).toMatch(
      /^86 % of the 7 objects of lesion take less than 0\.1 % .* the median is 9 pixels, the largest 197/,
    );
    expect(empty.because).toBe("lesion is absent from 25 % of the 4 images");
  });

  test("get losses that the imbalance tool favours, and not plain cross entropy", async () => {
    const [rare] = found.needs;
    expect(rare.losses.length).toBeGreaterThan(2);
    expect(names(rare.losses)).not.toContain("binaryCrossEntropyLoss");
    expect(new Set(rare.losses.map(({ family }) => family)).size).toBeGreaterThan(1);
    // The tool draws a lesion of its own, on another image.
    const subject = {
      losses: [...names(rare.losses), "binaryCrossEntropyLoss"].map((name) => losses[name]),
      options: Object.fromEntries(rare.losses.map(({ name, options }) => [name, options])),
    };
    const data = await studyTools.imbalance.run(subject, { side: 96, shares: [found.scenes.share] });
    const miss = data.losses.map(({ missed, undecided }) => missed.value[0] / undecided.value[0]);
    const plain = miss[miss.length - 1];
    expect(plain).toBeLessThan(0.1);
    for (const cost of miss.slice(0, -1)) expect(cost).toBeGreaterThan(5 * plain);
  });

  test("are warned of what counts pixels, lets go, or is silent on empty images", () => {
    const [cheap, letsGo, silent] = found.warnings;
    expect(cheap.losses).toContain("binaryCrossEntropyLoss");
    expect(cheap.losses).not.toContain("diceCrossEntropyLoss");
    expect(cheap.text).toMatch(/predicting nothing at all costs .* %/);
    expect(letsGo.losses).toContain("tverskyLoss");
    expect(silent.losses).toContain("diceLoss");
    expect(silent.losses).not.toContain("weightedCrossEntropyLoss");
    expect(silent.text).toMatch(/^25 % of the images hold no lesion/);
  });

  test("start with a loss that none of this speaks against", () => {
    const { suggestion, warnings } = found;
    expect(warnings.flatMap((warning) => warning.losses)).not.toContain(suggestion.name);
    expect(suggestion.name).not.toBe("binaryCrossEntropyLoss");
    expect(suggestion.reasons).toHaveLength(2);
    expect(suggestion.reasons[0]).toMatch(/^A rare class: at 0\.38 % foreground .* % of the pull/);
    expect(suggestion.add.map(({ need }) => need)).toEqual(["small"]);
  });

  test("set the options that follow from them", () => {
    const weighted = found.losses.find(({ name }) => name === "weightedCrossEntropyLoss");
    const { mean } = found.measures.classes[1].share;
    expect(weighted?.options.positiveWeight).toBeCloseTo(Math.sqrt((1 - mean) / mean), 0);
    expect(found.losses.find(({ name }) => name === "diceLoss")?.options).toEqual({ smooth: 9 / 50 });
  });

  test("measure every candidate, as plain data, the same each time", async () => {
    expect(found.unmeasured).toEqual([]);
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
    const bce = found.losses.find(({ name }) => name === "binaryCrossEntropyLoss");
    expect(bce?.traits.pull).toBeCloseTo(found.scenes.share, 4);
    expect(bce?.traits.edge).toBeCloseTo(1, 2);
    const page = renderRecommendation(found, { title: "a <set>", created: "", version: "0" });
    expect(page).toContain("a &lt;set&gt;");
    expect(page).toContain(found.suggestion.name);
  });
});

describe("other data", () => {
  test("a foreground that is most of the image speaks against overlap alone", async () => {
    const labels = new Uint8Array(SIDE * SIDE).fill(1);
    for (let i = 0; i < labels.length; i++) if (i % 32 < 6) labels[i] = 0;
    const measures = measureMasks([{ name: "a", width: SIDE, height: SIDE, labels }], ["wall", "cell"]);
    const considered = [
      "diceLoss",
      "logCoshDiceLoss",
      "focalTverskyLoss",
      "binaryCrossEntropyLoss",
      "comboLoss",
      "focalLoss",
      "diceCrossEntropyLoss",
      "boundaryDouLoss",
    ];
    const { needs, warnings, suggestion } = await recommendLosses(measures, { losses: considered });
    expect(names(needs).slice(0, 2)).toEqual(["common", "thin"]);
    expect(needs[1].because).toMatch(/^wall is 6\.\d pixels wide .* the other way round$/);
    // Centre lines are those of the foreground.
    await expect(recommendLosses(measures, { losses: ["clDiceLoss"] })).rejects.toThrow(OptionError);
    const [overlap] = warnings;
    for (const name of ["diceLoss", "logCoshDiceLoss", "focalTverskyLoss"])
      expect(overlap.losses).toContain(name);
    for (const name of ["binaryCrossEntropyLoss", "comboLoss", "focalLoss"])
      expect(overlap.losses).not.toContain(name);
    expect(overlap.text).toMatch(/end with everything cell/);
    expect(suggestion.name).toBe("diceCrossEntropyLoss");
    expect(suggestion.add.map(({ need }) => need)).toEqual(["boundary"]);
  });

  test("thin foreground gets losses that charge a gap", async () => {
    const labels = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => Number(i % 32 < 4));
    const measures = measureMasks([{ name: "a", width: SIDE, height: SIDE, labels }], ["ground", "vessel"]);
    const considered = ["diceCrossEntropyLoss", "diceLoss", "diceClDiceLoss"];
    const { needs, suggestion } = await recommendLosses(measures, { losses: considered });
    const thin = needs.find(({ name }) => name === "thin");
    // Four bands of four pixels, the first with a contour on one side only: 2 x 16 / 7.
    expect(thin?.because).toMatch(/^vessel is 4\.6 pixels wide/);
    expect(names(thin?.losses ?? [])).toEqual(["diceClDiceLoss"]);
    expect(thin?.losses[0].reason).toMatch(/a gap in a line of 5 pixels costs [\d.]+ times as much as/);
    expect(suggestion.name).toBe("diceCrossEntropyLoss");
    expect(suggestion.add.map(({ name, need }) => [name, need])).toContainEqual(["diceClDiceLoss", "thin"]);
  });

  test("several uneven classes leave losses for them, with weights", async () => {
    const masks = [discs("a", [30], 1), discs("b", [3], 2)];
    const found = await recommendLosses(measureMasks(masks, ["ground", "organ", "lesion"]), {
      losses: ["categoricalCrossEntropyLoss", "diceLoss", "diceCrossEntropyLoss", "lovaszSoftmaxLoss"],
    });
    expect(found.focus).toBe("lesion");
    expect(names(found.needs)).toContain("classes");
    const cross = found.losses.find(({ name }) => name === "categoricalCrossEntropyLoss");
    const weights = cross?.options.classWeights as number[];
    expect(weights[0]).toBe(1);
    expect(weights[2]).toBeGreaterThan(weights[1]);
    expect(found.unmeasured).toEqual([]);
    // Of undecided cross entropy every class's pixels pull by their number and weight.
    const shares = found.measures.classes.map(({ share }) => share.mean);
    const pulls = shares.map((share, k) => share * weights[k]);
    const total = pulls.reduce((a, b) => a + b, 0);
    expect(cross?.traits.rarestPull).toBeCloseTo(pulls[2] / total, 2);
    // The mean over three classes: a third of the value at least is that of the rarest.
    const dice = found.losses.find(({ name }) => name === "diceLoss");
    expect(dice?.traits.rarestMissed).toBeGreaterThan(0.3);
    expect(names(found.needs.find(({ name }) => name === "classes")?.losses ?? [])).toContain(
      "categoricalCrossEntropyLoss",
    );
  });

  test("a class that no mask has is told, not guessed in silence", async () => {
    const { warnings, focus } = await recommendLosses(measureMasks([discs("a", [])], ["ground", "lesion"]), {
      losses: ["diceCrossEntropyLoss"],
    });
    expect(focus).toBe("lesion");
    expect(warnings[0].text).toMatch(/^No mask has a pixel of lesion/);
  });

  test("small objects are a need, though another class is never there", async () => {
    const measures = measureMasks([discs("a", [1, 1.5, 2])], ["ground", "lesion", "organ"]);
    const { needs } = await recommendLosses(measures, { losses: ["categoricalCrossEntropyLoss"] });
    expect(names(needs)).toContain("small");
    expect(needs.find(({ name }) => name === "small")?.because).toMatch(/objects of lesion/);
  });

  test("every seed draws scenes, the last one too", async () => {
    const measures = measureMasks([discs("a", [3])], ["ground", "lesion"]);
    const settings = { losses: ["binaryCrossEntropyLoss"], seed: 2 ** 32 - 1 };
    expect((await recommendLosses(measures, settings)).scenes.seed).toBe(2 ** 32 - 1);
  });

  test("losses that are no candidates are refused", async () => {
    const measures = measureMasks([discs("a", [3])], ["ground", "lesion"]);
    await expect(recommendLosses(measures, { losses: ["categoricalCrossEntropyLoss"] })).rejects.toThrow(
      /losses is categoricalCrossEntropyLoss, expected some of diceCrossEntropyLoss/,
    );
    await expect(recommendLosses(measures, { losses: [] })).rejects.toThrow(/losses is none/);
  });

  test("halves of large objects ask for nothing grave", async () => {
    const labels = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => Number(i % SIDE >= 80));
    const measures = measureMasks([{ name: "a", width: SIDE, height: SIDE, labels }], ["left", "right"]);
    const { needs, warnings, suggestion } = await recommendLosses(measures, {
      losses: ["diceCrossEntropyLoss", "boundaryDouLoss", "diceLoss"],
    });
    expect(names(needs)).toEqual(["boundary"]);
    expect(warnings).toEqual([]);
    expect(suggestion.name).toBe("diceCrossEntropyLoss");
    expect(suggestion.reasons[0]).toMatch(/^Nothing in these masks asks for more/);
  });
});
