import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  binaryCrossEntropyLoss,
  diceLoss,
  focalLoss,
  type Loss,
  planReport,
  setBackend,
  ssimLoss,
  tensor,
  valueAndGrad,
} from "../../../src/index.ts";
import { commonShape, loopOrder, refinedAxes } from "../../../src/run/wasm/plan/domain.ts";

describe("the grid that members share", () => {
  test("is the coarsest that both are made of", () => {
    expect(commonShape([8, 1, 4, 6], [8, 24])).toEqual([8, 4, 6]);
    expect(commonShape([8, 24], [192])).toEqual([8, 24]);
    expect(commonShape([4, 6], [6, 4])).toBeNull();
    expect(commonShape([2, 3], [7])).toBeNull();
    expect(commonShape([], [1, 1])).toEqual([]);
  });

  test("knows which of its axes make up an axis of a member", () => {
    expect(refinedAxes([8, 24], [1], [8, 4, 6])).toEqual(new Set([1, 2]));
    expect(refinedAxes([8, 1, 24], [0, 1], [8, 4, 6])).toEqual(new Set([0]));
  });

  test("keeps sizes", () => {
    const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 5 });
    fc.assert(
      fc.property(shapes, shapes, (x, y) => {
        const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
        const common = commonShape(x, y);
        if (common !== null) expect([size(common), size(common)]).toEqual([size(x), size(y)]);
        expect(size(commonShape(x, x) as number[])).toBe(size(x));
      }),
    );
  });

  test("puts what folds keep before what they reduce", () => {
    expect(loopOrder([2, 3, 4, 5], [new Set([0])])).toEqual([0, 1, 2, 3]);
    expect(loopOrder([2, 3, 4, 5], [new Set([1]), new Set()])).toEqual([1, 0, 2, 3]);
    expect(loopOrder([2, 3, 4], [new Set([0]), new Set([1])])).toBeNull();
    expect(loopOrder([2, 3], [new Set([1])])).toBeNull();
  });
});

describe("passes over memory of value and gradient", () => {
  beforeAll(() => setBackend("wasm", { threads: 1 }));
  afterAll(() => setBackend("auto"));

  const shape = [4, 1, 32, 32];
  const logits = tensor(
    Float32Array.from({ length: 4096 }, (_, i) => Math.sin(i)),
    shape,
  );
  const target = tensor(
    Float32Array.from({ length: 4096 }, (_, i) => Number(i % 3 === 0)),
    shape,
  );
  const report = async (loss: Loss) => {
    const { value, grad } = valueAndGrad((x) => loss(x, target))(logits);
    return planReport(value, grad);
  };
  const large = (stages: readonly string[]) => stages.filter((stage) => stage.includes("32, 32]"));

  test("cross entropies: one, and nothing but data and gradient is moved", async () => {
    for (const loss of [binaryCrossEntropyLoss, focalLoss]) {
      const { stages, bytesMoved } = await report(loss);
      expect(large(stages), stages.join("\n")).toHaveLength(1);
      expect(bytesMoved).toBeLessThan(3 * 4 * 4096 + 300);
    }
  });

  test("Dice: two, since the gradient needs the sums; the gradient takes the place of the scores", async () => {
    const { stages, bytes } = await report(diceLoss);
    expect(large(stages), stages.join("\n")).toHaveLength(2);
    expect(bytes).toBeLessThan(3.3 * 4 * 4096);
  });

  test("the report tells steps, bytes and a floor, and the module's text", async () => {
    const { stages, texts: write, operations, ran } = await report(ssimLoss);
    const texts = write();
    expect(ran).toBe("wasm (1 thread)");
    for (const stage of stages) {
      expect(stage).toMatch(
        /^\d+: .* \((pass|finish|order); \d+ units?; reads \d+, writes \d+: .* MB; floor .* ms on one thread\)$/,
      );
    }
    expect(operations).toBeGreaterThan(4096 * 100);
    expect(texts).toHaveLength(1);
    expect(texts[0]).toMatch(/^\(module\n {2}\(import "env" "memory"/);
    expect(texts[0].match(/\(export "step\d+"\)/g)).toHaveLength(stages.length);
    expect(texts[0].split("(").length).toBe(texts[0].split(")").length);
  });
});
