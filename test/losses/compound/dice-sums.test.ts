import { beforeAll, describe, expect, it } from "vitest";
import {
  binaryCrossEntropyLoss,
  categoricalCrossEntropyLoss,
  comboLoss,
  diceCrossEntropyLoss,
  diceFocalLoss,
  diceLoss,
  diceTopKLoss,
  focalLoss,
  generalizedDiceFocalLoss,
  generalizedDiceLoss,
  OptionError,
  setBackend,
  type Tensor,
  tensor,
  topKCrossEntropyLoss,
} from "../../../src/index.ts";
import {
  expectSame,
  labelsOf,
  logitsOf,
  PROBABILITIES,
  row,
  sharedOptionsHold,
  softMask,
} from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

const BOTH = ["independent", "exclusive"] as const;
const log = Math.log;
const [X, G] = [logitsOf([2, 1, 3, 4]), softMask([2, 1, 3, 4])];
const [X3, LABELS] = [logitsOf([2, 3, 2, 3]), labelsOf([2, 2, 3], 3)];

describe("diceCrossEntropyLoss", () => {
  sharedOptionsHold(diceCrossEntropyLoss, BOTH);

  it("adds the overlap to the mean cross entropy", async () => {
    const loss = diceCrossEntropyLoss(row([0.8, 0.4]), row([1, 0]), PROBABILITIES);
    expect(await loss.item()).toBeCloseTo(1 - 2.6 / 3.2 - (log(0.8) + log(0.6)) / 2, 14);
  });

  it("takes binary cross entropy for one channel and for independent ones", async () => {
    const weighted = { diceWeight: 0.3, crossEntropyWeight: 2 };
    const sum = (x: Tensor, g: Tensor, options = {}) =>
      diceLoss(x, g, options)
        .mul(0.3)
        .add(binaryCrossEntropyLoss(x, g, options).mul(2));
    await expectSame(
      (x) => diceCrossEntropyLoss(x, G, weighted),
      (x) => sum(x, G),
      X,
    );
    const several = { mode: "multilabel", classWeights: [1, 2, 3] } as const;
    const soft = softMask([2, 3, 2, 3]);
    await expectSame(
      (x) => diceCrossEntropyLoss(x, soft, { ...weighted, ...several }),
      (x) => sum(x, soft, several),
      X3,
    );
  });

  it("takes categorical cross entropy over exclusive classes", async () => {
    await expectSame(
      (x) => diceCrossEntropyLoss(x, LABELS),
      (x) => diceLoss(x, LABELS).add(categoricalCrossEntropyLoss(x, LABELS)),
      X3,
    );
  });

  it("hands each part its options, above those of the whole", async () => {
    await expectSame(
      (x) =>
        diceCrossEntropyLoss(x, LABELS, {
          classWeights: [1, 5, 2],
          dice: { includeBackground: false, smooth: 0.5, squared: true },
          crossEntropy: { classWeights: [1, 1, 1], labelSmoothing: 0.2 },
        }),
      (x) =>
        diceLoss(x, LABELS, {
          classWeights: [1, 5, 2],
          includeBackground: false,
          smooth: 0.5,
          squared: true,
        }).add(categoricalCrossEntropyLoss(x, LABELS, { classWeights: [1, 1, 1], labelSmoothing: 0.2 })),
      X3,
    );
  });

  it("takes the ratio over the batch where asked, and the cross entropy as ever", async () => {
    await expectSame(
      (x) => diceCrossEntropyLoss(x, G, { aggregate: "batch" }),
      (x) => diceLoss(x, G, { aggregate: "batch" }).add(binaryCrossEntropyLoss(x, G)),
      X,
    );
    const each = diceCrossEntropyLoss(X, G, { aggregate: "batch", reduction: "none" });
    expect(each.shape).toEqual([2]);
  });

  it("divides by the pixels that count, of the batch and not image by image", async () => {
    const labels = tensor([0, 1, 255, 255, 255, 255, 1, 0, 2, 2, 1, 0], [2, 2, 3]);
    const shared = { ignoreIndex: 255 };
    await expectSame(
      (x) => diceCrossEntropyLoss(x, labels, shared),
      (x) => diceLoss(x, labels, shared).add(categoricalCrossEntropyLoss(x, labels, shared)),
      X3,
    );
  });

  it("is a combo loss in other words, for one class", async () => {
    await expectSame(
      (x) => diceCrossEntropyLoss(x, G, { crossEntropyWeight: 0.35, diceWeight: 0.3 }).sub(0.3),
      (x) => comboLoss(x, G, { alpha: 0.7, beta: 0.5 }),
      X,
    );
  });
});

describe("diceFocalLoss", () => {
  sharedOptionsHold(diceFocalLoss, BOTH);

  it("adds up its parts", async () => {
    const focal = { gamma: 3, alpha: 0.4 };
    await expectSame(
      (x) => diceFocalLoss(x, G, { focal, diceWeight: 2, focalWeight: 0.5 }),
      (x) =>
        diceLoss(x, G)
          .mul(2)
          .add(focalLoss(x, G, focal).mul(0.5)),
      X,
    );
    await expectSame(
      (x) => diceFocalLoss(x, LABELS),
      (x) => diceLoss(x, LABELS).add(focalLoss(x, LABELS)),
      X3,
    );
  });

  it("is Dice and cross entropy without focus", async () => {
    await expectSame(
      (x) => diceFocalLoss(x, G, { focal: { gamma: 0, alpha: null } }),
      (x) => diceCrossEntropyLoss(x, G),
      X,
    );
  });
});

describe("generalizedDiceFocalLoss", () => {
  sharedOptionsHold(generalizedDiceFocalLoss, BOTH);

  it("adds up its parts", async () => {
    const generalizedDice = { weighting: "simple", smooth: 0.3 } as const;
    await expectSame(
      (x) => generalizedDiceFocalLoss(x, LABELS, { generalizedDice, generalizedDiceWeight: 3 }),
      (x) => generalizedDiceLoss(x, LABELS, generalizedDice).mul(3).add(focalLoss(x, LABELS)),
      X3,
    );
    await expectSame(
      (x) => generalizedDiceFocalLoss(x, G, { focalWeight: 20, focal: { alpha: null } }),
      (x) => generalizedDiceLoss(x, G).add(focalLoss(x, G, { alpha: null }).mul(20)),
      X,
    );
  });
});

describe("diceTopKLoss", () => {
  sharedOptionsHold(diceTopKLoss, BOTH, { topK: { share: 0.3 } }, "some");

  it("adds up its parts", async () => {
    await expectSame(
      (x) => diceTopKLoss(x, G, { topK: { share: 0.5 }, topKWeight: 0.2, diceWeight: 3 }),
      (x) =>
        diceLoss(x, G)
          .mul(3)
          .add(topKCrossEntropyLoss(x, G, { share: 0.5 }).mul(0.2)),
      X,
    );
  });

  it("chooses over the batch where asked, with Dice or alone", async () => {
    const share = { share: 0.25 };
    await expectSame(
      (x) => diceTopKLoss(x, G, { aggregate: "batch", topK: share }),
      (x) =>
        diceLoss(x, G, { aggregate: "batch" }).add(
          topKCrossEntropyLoss(x, G, { ...share, aggregate: "batch" }),
        ),
      X,
    );
    await expectSame(
      (x) => diceTopKLoss(x, LABELS, { topK: { ...share, aggregate: "batch" } }),
      (x) => diceLoss(x, LABELS).add(topKCrossEntropyLoss(x, LABELS, { ...share, aggregate: "batch" })),
      X3,
    );
  });

  it("is Dice and cross entropy with a share of 1", async () => {
    await expectSame(
      (x) => diceTopKLoss(x, LABELS, { topK: { share: 1 } }),
      (x) => diceCrossEntropyLoss(x, LABELS),
      X3,
    );
  });
});

describe.each([
  ["diceCrossEntropyLoss", diceCrossEntropyLoss, "crossEntropy"],
  ["diceFocalLoss", diceFocalLoss, "focal"],
  ["generalizedDiceFocalLoss", generalizedDiceFocalLoss, "focal"],
  ["diceTopKLoss", diceTopKLoss, "topK"],
] as const)("%s", (_name, loss, part) => {
  const call = (options: object) => loss(X, G, options);

  it("gives the loss of each image alone", async () => {
    const each = await values(loss(X, G, { reduction: "none" }));
    const alone = (i: number) => loss(X.slice([[i, i + 1]]), G.slice([[i, i + 1]])).item();
    expect(each[0]).toBeCloseTo(await alone(0), 13);
    expect(each[1]).toBeCloseTo(await alone(1), 13);
  });

  it("refuses negative weights, and what belongs to the whole or to no part", () => {
    expect(() => call({ [`${part}Weight`]: -1 })).toThrow(OptionError);
    expect(() => call({ [part]: { reduction: "none" } })).toThrow(/without reduction/);
    expect(() => call({ [part]: { colour: 1 } })).toThrow(/option colour is not taken/);
    expect(() => call({ smooth: 1 })).toThrow(/option smooth is not taken/);
  });
});
