import { beforeAll, describe, expect, test } from "vitest";
import { OptionError, setBackend, type Tensor, tensor } from "../../src/index.ts";
import { curvatures, expectClose, slopes, values } from "../support/values.ts";

beforeAll(() => setBackend("reference"));

const LOGITS = [-1000, -80, -30, -1, 0, 1, 30, 80, 1000];

describe("far from 0, values and slopes are finite and keep their digits", () => {
  // Each formula is exact where it is used: no cancellation, no overflow.
  const sigmoid = (x: number) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));
  const softplus = (x: number) => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)));
  const slopeOfSigmoid = (x: number) => sigmoid(x) * sigmoid(-x);
  const cases: [string, (x: Tensor) => Tensor, (x: number) => number, (x: number) => number][] = [
    ["sigmoid", (x) => x.sigmoid(), sigmoid, slopeOfSigmoid],
    ["softplus", (x) => x.softplus(), softplus, sigmoid],
    ["logSigmoid", (x) => x.logSigmoid(), (x) => -softplus(-x), (x) => sigmoid(-x)],
    ["tanh", (x) => x.tanh(), Math.tanh, (x) => 1 - Math.tanh(x) ** 2],
  ];
  test.each(cases)("%s", async (_, f, value, slope) => {
    const x = tensor(LOGITS);
    expectClose(await values(f(x)), LOGITS.map(value), 1e-15);
    expectClose(await slopes(f, x), LOGITS.map(slope), 1e-15);
    for (const curvature of await curvatures(f, x)) expect(curvature).toSatisfy(Number.isFinite);
  });

  test("log1p and expm1 keep tiny arguments", async () => {
    const tiny = tensor([1e-18, -1e-18]);
    expect(await values(tiny.log1p())).toEqual([1e-18, -1e-18]);
    expect(await values(tiny.expm1())).toEqual([1e-18, -1e-18]);
  });
});

describe("where a derivative does not exist, the documented one", () => {
  test("sqrt at 0: slope and curvature 0, also in a norm of zeros", async () => {
    expect(await slopes((x) => x.sqrt(), tensor([0, 4]))).toEqual([0, 0.25]);
    expectClose(await curvatures((x) => x.sqrt(), tensor([0, 4])), [0, -1 / 32]);
    expect(await slopes((x) => x.square().sum().sqrt(), tensor([0, 0]))).toEqual([0, 0]);
  });

  test("abs and relu have slope 0 at 0, clamp slope 1 on its borders", async () => {
    expect(await slopes((x) => x.abs(), tensor([-2, 0, 3]))).toEqual([-1, 0, 1]);
    expect(await slopes((x) => x.relu(), tensor([-2, 0, 3]))).toEqual([0, 0, 1]);
    expect(await slopes((x) => x.clamp(-1, 1), tensor([-2, -1, 0, 1, 2]))).toEqual([0, 1, 1, 1, 0]);
  });

  test("sign and floor are constant", async () => {
    expect(await values(tensor([-0.5, 0, 2.5]).sign())).toEqual([-1, 0, 1]);
    expect(await values(tensor([-0.5, 0, 2.5]).floor())).toEqual([-1, 0, 2]);
    expect(await slopes((x) => x.floor().mul(x), tensor([2.5]))).toEqual([2]);
  });
});

describe("safeLog", () => {
  test("is held at -100, and its slope at 1e12, where the logarithm is infinite", async () => {
    const x = tensor([0, 1e-50, 1e-13, 0.5, 1]);
    expectClose(await values(x.safeLog()), [-100, -100, Math.log(1e-13), Math.log(0.5), 0], 1e-15);
    expectClose(await slopes((p) => p.safeLog(), x), [1e12, 1e12, 1e12, 2, 1], 1e-15);
  });

  test("does not hide a NaN, nor an infinity", async () => {
    expect(await values(tensor([Number.NaN, Infinity, -1]).safeLog())).toEqual([Number.NaN, Infinity, -100]);
  });
});

test("NaN passes through every function of one argument", async () => {
  const nan = tensor([Number.NaN]);
  const names = [
    "exp",
    "log",
    "log1p",
    "expm1",
    "safeLog",
    "sqrt",
    "square",
    "abs",
    "floor",
    "sigmoid",
  ] as const;
  const more = ["logSigmoid", "tanh", "relu", "softplus", "neg"] as const;
  for (const name of [...names, ...more]) expect(await values(nan[name]()), name).toEqual([Number.NaN]);
});

test("clamp refuses a range that is upside down or no range", () => {
  expect(() => tensor([1]).clamp(2, 1)).toThrow(OptionError);
  expect(() => tensor([1]).clamp(2, 1)).toThrow("clamp: range is 2 .. 1, expected min <= max");
  expect(() => tensor([1]).clamp(Number.NaN, 1)).toThrow(OptionError);
});
