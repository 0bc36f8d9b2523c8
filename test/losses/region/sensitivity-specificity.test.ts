import { beforeAll, describe, expect, it } from "vitest";
import { sensitivitySpecificityLoss, setBackend } from "../../../src/index.ts";
import { filled, logitsOf, PROBABILITIES, row, sharedOptionsHold, softMask } from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

describe("sensitivitySpecificityLoss", () => {
  sharedOptionsHold(sensitivitySpecificityLoss, ["independent", "exclusive"]);

  it("weighs the errors of both classes, each by its own mean", async () => {
    const [p, g] = [row([0.7, 0.2, 0.4, 0.4]), row([1, 0, 1, 0])];
    const options = { ...PROBABILITIES, sensitivityWeight: 0.3, smooth: 0.5 };
    const [hit, rest] = [0.09 + 0.36, 0.04 + 0.16];
    const expected = 0.3 * (hit / 2.5) + 0.7 * (rest / 2.5);
    expect(await sensitivitySpecificityLoss(p, g, options).item()).toBeCloseTo(expected, 14);
    const both = sensitivitySpecificityLoss(p, g, { ...options, smoothNumerator: 0.1 });
    expect(await both.item()).toBeCloseTo(0.3 * ((hit + 0.1) / 2.5) + 0.7 * ((rest + 0.1) / 2.5), 14);
  });

  it("costs nothing for a class that is not there", async () => {
    const x = logitsOf([1, 1, 4]);
    const p = await values(x.sigmoid());
    const loss = sensitivitySpecificityLoss(
      x,
      filled(x.shape, () => 0),
      { smooth: 0 },
    );
    expect(await loss.item()).toBeCloseTo((0.95 * p.reduce((sum, q) => sum + q * q, 0)) / 4, 14);
  });

  it("sums over the classes of a batch, as NiftyNet does", async () => {
    const [x, g] = [logitsOf([2, 3, 2, 2]), softMask([2, 3, 2, 2])];
    const options = { mode: "multilabel", aggregate: "batch" } as const;
    const each = await values(sensitivitySpecificityLoss(x, g, { ...options, reduction: "none" }));
    expect(each).toHaveLength(3);
    const sum = sensitivitySpecificityLoss(x, g, { ...options, reduction: "sum" });
    expect(await sum.item()).toBeCloseTo(each[0] + each[1] + each[2], 14);
  });
});
