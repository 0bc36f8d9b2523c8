import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { detectAnomaly, diceLoss, setBackend, type Tensor, tensor } from "../../src/index.ts";

beforeAll(() => setBackend("reference"));

/** The line of this file where a marked expression stands. */
const lineOf = (mark: string) =>
  readFileSync(fileURLToPath(import.meta.url), "utf8")
    .split("\n")
    .findIndex((line) => line.includes(`// ${mark}`)) + 1;

describe("names the first op, the element and the line", () => {
  test("of a value", async () => {
    const f = (x: Tensor) => {
      const shifted = x.sub(1);
      return shifted.log().mul(2).sum(); // the logarithm
    };
    const anomaly = await detectAnomaly(f, [tensor([3, 1, 2])]);
    expect(anomaly).toMatchObject({ op: "log", pass: "value", index: 1, value: -Infinity, inputs: [0] });
    expect(anomaly?.site).toMatch(new RegExp(`anomaly\\.test\\.ts:${lineOf("the logarithm")}$`));
    expect(anomaly?.message).toMatch(
      /^log gave -Infinity at element 1 from \(0\.00000\) in the value, recorded at /,
    );
  });

  test("of a gradient: the line of the op that it is the derivative of", async () => {
    const f = (x: Tensor) => {
      const quotient = x.div(x.square().add(1));
      return quotient.pow(-0.5).pow(-2).sum(); // the power
    };
    // The value at 0 passes through infinity; at a tiny number only the derivative leaves float32.
    const anomaly = await detectAnomaly(f, [tensor([1e-30])]);
    expect(anomaly).toMatchObject({ pass: "gradient", index: 0 });
    expect(anomaly?.site).toMatch(new RegExp(`anomaly\\.test\\.ts:${lineOf("the power")}$`));
  });

  test("a NaN made of infinities, which were given on purpose", async () => {
    const anomaly = await detectAnomaly((x) => x.sub(x).sum(), [tensor([1, Infinity])]);
    expect(anomaly).toMatchObject({ op: "sub", index: 1, value: Number.NaN, inputs: [Infinity, Infinity] });
  });

  test("a NaN in the data, by argument", async () => {
    const f = (x: Tensor, y: Tensor) => x.add(y).sum();
    const anomaly = await detectAnomaly(f, [tensor([1]), tensor([0, Number.NaN])]);
    expect(anomaly).toMatchObject({ op: "input", index: 1, message: "argument 1 holds NaN at element 1" });
    const captured = tensor([Number.NaN]);
    expect(await detectAnomaly((x) => x.add(captured).sum(), [tensor([1])])).toMatchObject({
      message: "a tensor that the function captured holds NaN at element 0",
    });
  });
});

test("float32 by default, since that is where most executors run; float64 on request", async () => {
  const f = (x: Tensor) => x.exp().sum();
  expect(await detectAnomaly(f, [tensor([100])])).toMatchObject({ op: "exp", value: Infinity });
  expect(await detectAnomaly(f, [tensor([100])], { precision: "float64" })).toBeNull();
});

test("what is finite is no anomaly, nor the minus infinity around a maximum", async () => {
  expect(await detectAnomaly((x) => x.sqrt().sum(), [tensor([0, 4])])).toBeNull();
  const pooled = (x: Tensor) => x.maxPool(2, { padding: 1 }).sum();
  expect(
    await detectAnomaly(pooled, [
      tensor([
        [
          [
            [1, 2],
            [3, 4],
          ],
        ],
      ]),
    ]),
  ).toBeNull();
  const masked = (x: Tensor) => x.softmax(1).square().sum();
  expect(await detectAnomaly(masked, [tensor([[1, -Infinity]])])).toBeNull();
});

test("a line within a loss is the loss's own", async () => {
  // 0 / 0 cannot happen in a built-in loss; a NaN weight of the caller's can be followed into one.
  const f = (p: Tensor, g: Tensor) => diceLoss(p.div(p.sub(p)), g, { input: "logits" });
  const anomaly = await detectAnomaly(f, [tensor([[[[1, -1]]]]), tensor([[[[1, 0]]]])]);
  expect(anomaly).toMatchObject({ op: "div", pass: "value" });
  expect(anomaly?.site).toContain("anomaly.test.ts");
});
