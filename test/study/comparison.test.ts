/** A comparison as data: numbers over seeds, sentences, pictures, the page. */
import { describe, expect, test } from "vitest";
import { binaryCrossEntropyLoss, categoricalCrossEntropyLoss, diceLoss } from "../../src/index.ts";
import { decodePng } from "../../src/io/index.ts";
import { errorPicture, truthPicture } from "../../src/study/comparison/pictures.ts";
import {
  type ComparedRun,
  type Comparison,
  findingsOf,
  oneClassDice,
  oneClassPredictions,
  renderComparison,
  renderTraining,
  spreadOf,
  spreadText,
  verdictOf,
} from "../../src/study/index.ts";
import { checkMarkup } from "./markup.ts";

const about = (name: string, title: string) => ({
  name,
  title,
  family: "region",
  summary: "A <summary>.",
  formula: "L = a < b & c",
  options: {},
});

/** A run whose validation metric takes these values, and ends with this one. */
function run(loss: string, seed: number, dice: number, extra: Partial<ComparedRun> = {}): ComparedRun {
  return {
    loss,
    seed,
    status: "ok",
    steps: 40,
    seconds: 2,
    history: [0.1, dice, dice, dice, dice].map((value, at) => ({
      epoch: at + 1,
      step: 8 * (at + 1),
      loss: 1 - 0.1 * at,
      learningRate: 1e-3,
      metrics: { dice: value },
    })),
    metrics: {
      dice: { mean: dice, perClass: [0.99, dice] },
      precision: { mean: 0.6, perClass: [0.9, 0.6] },
      sensitivity: { mean: 0.95, perClass: [0.9, 0.95] },
    },
    shares: [0.8, 0.2],
    ...extra,
  };
}

const truth = Uint8Array.of(0, 1, 0, 0, 0, 0, 0, 0);
function comparison(runs: readonly ComparedRun[], extra: Partial<Comparison> = {}): Comparison {
  const names = [...new Set(runs.map(({ loss }) => loss))];
  const good = names.filter((name) => runs.some(({ loss, status }) => loss === name && status === "ok"));
  return {
    title: 'Losses on "cells" & more',
    created: "2026-01-02T03:04:05Z",
    version: "1.2.3",
    facts: [["Network", "U-Net <small>"]],
    classes: ["background", "cell"],
    data: { name: "cells", training: 8, validation: 2, shares: [0.8, 0.2], oneClassDice: [0.889, 0.333] },
    losses: names.map((name) => about(name, name.toUpperCase())),
    runs,
    metrics: ["dice", "precision", "sensitivity"],
    smallIsBetter: [],
    examples: [
      {
        name: "one",
        width: 4,
        height: 2,
        image: Float32Array.from({ length: 8 }, (_, i) => i / 8),
        channels: 1,
        truth,
        predictions: Object.fromEntries(good.map((name) => [name, Uint8Array.of(0, 0, 1, 0, 0, 0, 0, 0)])),
      },
    ],
    ...extra,
  };
}

const kinds = (found: Comparison) => findingsOf(found).map(({ loss, kind }) => `${loss} ${kind}`);

describe("spreadOf", () => {
  test("mean and sample standard deviation of what is there", () => {
    expect(spreadOf([1, 2, null, 3, Number.NaN, undefined])).toEqual({ mean: 2, deviation: 1, count: 3 });
    expect(spreadOf([0.5])).toEqual({ mean: 0.5, deviation: null, count: 1 });
    expect(spreadOf([null])).toBeNull();
    expect(spreadText(spreadOf([0.8, 0.9]))).toBe("0.850 ± 0.071");
    expect(spreadText(null)).toBe("–");
  });
});

describe("predicting one class everywhere", () => {
  test("has the Dice 2 f / (1 + f)", () => {
    const [background, foreground] = oneClassDice([Uint8Array.of(0, 0, 0, 1), Uint8Array.of(0, 0, 0, 0)], 2);
    expect(background).toBeCloseTo((2 * 0.75) / 1.75 / 2 + 0.5, 12);
    // The image without foreground has no Dice of it.
    expect(foreground).toBeCloseTo(0.4, 12);
  });

  test("costs a loss what the formula says", async () => {
    const target = Uint8Array.of(0, 1, 0, 0);
    const sample = { name: "a", image: new Float32Array(4), channels: 1, size: [2, 2], target };
    const [none, all] = await oneClassPredictions(binaryCrossEntropyLoss, [sample, sample], 2);
    // A quarter of the pixels is wrong by 8, or three quarters are.
    expect(none.value).toBeCloseTo(2 + Math.log1p(Math.exp(-8)), 4);
    expect(all.value).toBeCloseTo(6 + Math.log1p(Math.exp(-8)), 4);
    const dice = await oneClassPredictions(diceLoss, [sample], 2);
    // 1 - (2 + 1) / (4 + 1 + 1), and saturated: its gradient has gone.
    expect(dice[1].value).toBeCloseTo(0.5, 3);
    expect(dice[1].gradientShare).toBeLessThan(0.01);
    const three = await oneClassPredictions(categoricalCrossEntropyLoss, [sample], 3);
    expect(three.map(({ label }) => label)).toEqual([0, 1, 2]);
    expect(three[0].value).toBeLessThan(three[1].value);
    expect(three[1].value).toBeLessThan(three[2].value);
  });
});

describe("findings", () => {
  test("nothing is said of a loss that did as one expects", () => {
    expect(findingsOf(comparison([run("a", 1, 0.9), run("a", 2, 0.91)]))).toEqual([]);
  });

  test("a collapse is explained with its numbers", () => {
    const flat = { shares: [0, 1], history: [run("a", 1, 0.3).history[0]] };
    const runs = [run("a", 1, 0.333, flat), run("a", 2, 0.333, flat), run("a", 3, 0.9)];
    const base = comparison(runs);
    const oneClass = [
      { label: 0, value: 0.99, gradientShare: 0.01 },
      { label: 1, value: 0.67, gradientShare: 0.0004 },
    ];
    const told = findingsOf({ ...base, losses: [{ ...base.losses[0], oneClass }] });
    expect(told[0].kind).toBe("collapsed");
    expect(told[0].sentence).toMatch(/with 2 of 3 seeds to all foreground \(cell\): predicted for 100 %/);
    expect(told[0].sentence).toMatch(/where 20 % are\. .* Dice of 0\.333/);
    expect(told[0].sentence).toMatch(
      /costs this loss 0\.67, less than any other class .*; training ended at 1\./,
    );
    expect(told[0].sentence).toMatch(/gradient there has < 0\.1 % of its length .* little leads away/);
    // A set that has but one class is no collapse.
    const uniform = { ...base.data, shares: [0.001, 0.999] };
    expect(kinds({ ...base, data: uniform })).not.toContain("a collapsed");
  });

  test("failures and refusals, each message once", () => {
    const broken = (seed: number, status: "failed" | "refused", message: string) =>
      run("b", seed, 0, { status, message, steps: 7, metrics: {}, shares: [], history: [] });
    const runs = [broken(1, "failed", "NaN born in log"), broken(2, "failed", "NaN born in log")];
    expect(findingsOf(comparison(runs))).toEqual([
      { loss: "b", kind: "failed", sentence: "Failed with all 2 seeds after step 7: NaN born in log" },
    ]);
    const refused = comparison([broken(1, "refused", "two classes only"), run("a", 1, 0.9)]);
    expect(findingsOf(refused)[0].sentence).toBe("Refused: two classes only");
  });

  test("too much, too little, no better than nothing, still rising, past its best, by the seed", () => {
    const shares = (share: number) => ({ shares: [1 - share, share] });
    expect(kinds(comparison([run("a", 1, 0.7, shares(0.3))]))).toEqual(["a oversegments"]);
    expect(kinds(comparison([run("a", 1, 0.7, shares(0.1))]))).toEqual(["a undersegments"]);
    expect(kinds(comparison([run("a", 1, 0.3)]))).toEqual(["a trivial"]);
    expect(kinds(comparison([run("a", 1, 0.6), run("a", 2, 0.95)]))).toEqual(["a unsteady"]);
    const course = (...values: number[]) => ({
      history: values.map((dice, at) => ({
        ...run("a", 1, 0).history[0],
        step: at,
        loss: 1 - 0.1 * at,
        metrics: { dice },
      })),
    });
    expect(kinds(comparison([run("a", 1, 0.9, course(0.2, 0.4, 0.6, 0.8, 0.9))]))).toEqual(["a improving"]);
    expect(kinds(comparison([run("a", 1, 0.9, course(0.2, 0.95, 0.9, 0.85, 0.84))]))).toEqual([
      "a overfitted",
    ]);
  });

  test("the verdict knows when the seeds do not tell", () => {
    const two = (a: readonly number[], b: readonly number[]) =>
      comparison([...a.map((dice, at) => run("a", at, dice)), ...b.map((dice, at) => run("b", at, dice))]);
    expect(verdictOf(two([0.9, 0.91], [0.7, 0.71]))).toMatch(
      /^A has the best dice \(cell\), 0\.905 .* before B .*more than twice/,
    );
    expect(verdictOf(two([0.9, 0.7], [0.91, 0.72]))).toMatch(/^B .*do not tell them apart/);
    expect(verdictOf(two([0.9], [0.8]))).toMatch(/one seed does not tell/);
    expect(verdictOf(comparison([run("a", 1, 0.9)]))).toBeNull();
    const distance = { ...two([3, 3.1], [1, 1.1]), smallIsBetter: ["dice"] };
    expect(verdictOf(distance)).toMatch(/^B has the best/);
  });
});

describe("pictures", () => {
  const [example] = comparison([run("a", 1, 0.9)]).examples;

  test("errors of two classes are red and blue", () => {
    const { data, palette } = decodePng(errorPicture(example, example.predictions.a, 2));
    // Missed at pixel 1, too much at pixel 2.
    expect([...data]).toEqual([0, 3, 2, 0, 0, 0, 0, 0]);
    expect(palette?.[2][0]).toBeGreaterThan(palette?.[2][2] ?? 255);
    expect(palette?.[3][2]).toBeGreaterThan(palette?.[3][0] ?? 255);
  });

  test("of more classes, what is wrong has a colour of its own", () => {
    const three = { ...example, truth: Uint8Array.of(0, 1, 2, 0, 0, 0, 0, 0) };
    const { data } = decodePng(errorPicture(three, Uint8Array.of(0, 2, 2, 1, 0, 0, 0, 0), 3));
    expect([...data]).toEqual([0, 3, 2, 3, 0, 0, 0, 0]);
    expect([...decodePng(truthPicture(three, 3)).data]).toEqual([...three.truth]);
  });
});

describe("the page", () => {
  const failed = run("c", 1, 0, {
    status: "failed",
    message: "<b>NaN</b>",
    metrics: {},
    shares: [],
    history: [],
  });
  const many = Array.from({ length: 9 }, (_, i) => run(`loss${i}`, 1, 0.9));
  const three: Comparison = {
    ...comparison([
      run("a", 1, 0.9, {
        metrics: { dice: { mean: 0.9, perClass: [0.9, 0.8, null] } },
        shares: [0.5, 0.3, 0.2],
      }),
    ]),
    classes: ["ground", "leaf", "stem"],
    data: { name: "x", training: 1, validation: 1, shares: [0.5, 0.3, 0.2], oneClassDice: [0.6, 0.4, 0.3] },
  };
  const pages = {
    "two losses": comparison([run("a", 1, 0.9), run("a", 2, 0.92), run("b", 1, 0.7), failed]),
    "nine losses": comparison(many),
    "three classes": three,
    "nothing that worked": comparison([failed], { examples: [] }),
  };

  test.each(Object.entries(pages))("of %s is well-formed, and fetches nothing", (_, page) => {
    const html = renderComparison(page);
    checkMarkup(html);
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of html.matchAll(/(?:href="#|url\(#)([^")]+)/g)) expect(ids).toContain(id);
    expect(html).not.toMatch(/(?:src|href)="(?!#|data:image\/png;base64,)/);
    expect(html).not.toMatch(/@import|url\((?!#)|https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
    const shown = html.replace(/<(style|script)>[\s\S]*?<\/\1>/g, "");
    expect(shown).not.toMatch(/undefined|NaN(?!&lt;)/);
  });

  test("shows numbers, spread, findings and pictures", () => {
    const html = renderComparison(pages["two losses"]);
    expect(html).toContain("0.910 ± 0.014");
    expect(html).toContain("&lt;b&gt;NaN&lt;/b&gt;");
    expect(html).toContain('<span class="chip failed">failed</span>');
    expect(html).toContain("25 % wrong");
    expect(html.match(/data:image\/png/g)).toHaveLength(4);
    expect(renderComparison(pages["nine losses"]).match(/id="metric-\d"/g) ?? []).toHaveLength(0);
    expect(renderComparison(pages["nine losses"])).toContain('aria-labelledby="metric-2-title');
  });

  test("of one training", () => {
    const { history } = run("a", 1, 0.9);
    const html = renderTraining({
      title: "T & U",
      created: "2026-01-02",
      version: "1",
      facts: [["Status", "<ok>"]],
      history,
    });
    checkMarkup(html);
    expect(html.match(/<svg class="chart"/g)).toHaveLength(2);
    checkMarkup(renderTraining({ title: "T", created: "2026-01-02", version: "1", facts: [], history: [] }));
  });
});
