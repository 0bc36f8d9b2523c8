import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { OptionError, ones, setBackend } from "../../src/index.ts";
import { dropout, sequential } from "../../src/nn/index.ts";
import { slopes, values, wave } from "../support/values.ts";
import { noiseOf } from "./support/noise.ts";

beforeAll(() => setBackend("reference"));

describe("dropout", () => {
  test("is the input itself out of training, and at rate 0", () => {
    const x = wave([2, 3]);
    expect(dropout(0.9).apply({}, x)).toBe(x);
    expect(dropout(0).apply({}, x, { training: true })).toBe(x);
  });

  test("keeps or drops each element, and the mean over many", async () => {
    const rate = fc.double({ min: 0.05, max: 0.9, noNaN: true });
    await fc.assert(
      fc.asyncProperty(rate, fc.nat(1000), async (p, seed) => {
        const y = dropout(p).apply({}, ones([20_000]), { training: true, noise: noiseOf(seed) });
        const kept = (await values(y)).filter((value) => value !== 0);
        for (const value of kept) expect(value).toBeCloseTo(1 / (1 - p), 12);
        // 5 deviations of the share of 20 000 that are kept.
        expect(Math.abs(kept.length / 20_000 - (1 - p))).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / 20_000));
      }),
      { numRuns: 20 },
    );
  });

  test("of channels drops whole channels of single images", async () => {
    const y = dropout(0.5, { unit: "channels" }).apply({}, ones([16, 32, 3, 2]), {
      training: true,
      noise: noiseOf(4),
    });
    const all = await values(y);
    const channels = Array.from({ length: 16 * 32 }, (_, i) => all.slice(6 * i, 6 * i + 6));
    for (const channel of channels) expect(new Set(channel).size).toBe(1);
    const kept = channels.filter(([value]) => value === 2).length;
    expect(kept).toBeGreaterThan(0.4 * 512);
    expect(kept).toBeLessThan(0.6 * 512);
    // No two images lose the same ones.
    const images = Array.from({ length: 16 }, (_, n) => channels.slice(32 * n, 32 * n + 32).join());
    expect(new Set(images).size).toBe(16);
  });

  test("gives the same for the same seed, and other numbers to every layer", async () => {
    const twice = sequential([dropout(0.5), dropout(0.5)]);
    const run = (seed: number) =>
      values(twice.apply({}, ones([400]), { training: true, noise: noiseOf(seed) }));
    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
    // Both keep an element with probability 1/4, not 1/2: their draws are their own.
    const kept = (await run(1)).filter((value) => value === 4).length;
    expect(kept).toBeGreaterThan(60);
    expect(kept).toBeLessThan(140);
  });

  test("passes on the gradient of what it kept", async () => {
    const layer = dropout(0.25);
    const at = { training: true } as const;
    const slope = await slopes((x) => layer.apply({}, x, { ...at, noise: noiseOf(3) }), wave([50]));
    expect(slope).toEqual(await values(layer.apply({}, ones([50]), { ...at, noise: noiseOf(3) })));
  });

  test("refuses training without noise, rates out of range, and other units", () => {
    expect(() => dropout(0.5).apply({}, wave([2]), { training: true })).toThrow(
      "dropout: context.noise is undefined, expected a source of noise while training",
    );
    expect(() => dropout(1)).toThrow(OptionError);
    expect(() => dropout(-0.1)).toThrow(OptionError);
    expect(() => dropout(Number.NaN)).toThrow(OptionError);
    expect(() => dropout(0.5, { unit: "rows" as "channels" })).toThrow('dropout: unit is "rows"');
    expect(() => dropout(0.5, { perChannel: true } as object)).toThrow("dropout: option is perChannel");
  });
});
