/** Fifty steps of every optimiser, with every option, beside PyTorch's. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { setBackend, type Tensor, tensor, valueAndGrad } from "../../src/index.ts";
import {
  type AdamWOptions,
  adam,
  adamW,
  clipByGlobalNorm,
  clipByValue,
  type Optimizer,
  rmsProp,
  sgd,
} from "../../src/optim/index.ts";
import { stateful } from "../../src/transform/stateful.ts";
import { problem, type Trajectory, trajectories, type Values } from "./golden/data.ts";
import { scheduleOf } from "./golden/schedules.ts";

type Variables = Record<string, Tensor>;

const OPTIMIZERS: Readonly<Record<string, (options: AdamWOptions) => Optimizer>> = {
  sgd,
  adam,
  adamW,
  rmsProp,
};

const NAMES = ["weight", "bias"];
const tensors = (values: Values): Variables =>
  Object.fromEntries(NAMES.map((name) => [name, tensor(Float64Array.from(values[name]))]));

/** The loss of `make.py`. */
function lossOf(weight: Tensor, bias: Tensor): Tensor {
  const inputs = tensor(problem.inputs as number[][]);
  const logits = inputs
    .matmul(weight.reshape([4, 1]))
    .reshape([6])
    .add(bias);
  const labels = tensor(problem.labels as number[]);
  const entropy = logits.softplus().sub(logits.mul(labels)).mean();
  const [curvature, centre] = [tensors(problem.curvature), tensors(problem.centre)];
  return [weight, bias].reduce((loss, parameter, i) => {
    const bowl = parameter.sub(centre[NAMES[i]]).square().mul(curvature[NAMES[i]]).sum().mul(0.5);
    return loss.add(bowl);
  }, entropy);
}

function optimizerOf({ optimizer, options, decays }: Trajectory): Optimizer {
  return OPTIMIZERS[optimizer]({
    ...options,
    ...(decays === undefined ? {} : { decays: (name) => name === decays }),
  });
}

/** The whole of a step in one plan: loss, gradients, clipping, update. */
function stepsOf(golden: Trajectory) {
  const optimizer = optimizerOf(golden);
  const start = tensors(problem.start);
  return stateful({ ...start, ...optimizer.init(start) }, (all, [learningRate]) => {
    const parameters = { weight: all.weight, bias: all.bias };
    const { value, grad } = valueAndGrad(lossOf, { argnums: [0, 1] })(all.weight, all.bias);
    let gradients: Variables = { weight: grad[0], bias: grad[1] };
    if (golden.clipByGlobalNorm !== undefined)
      gradients = clipByGlobalNorm(golden.clipByGlobalNorm)(gradients);
    if (golden.clipByValue !== undefined) gradients = clipByValue(golden.clipByValue)(gradients);
    const next = optimizer.update(
      gradients,
      all,
      parameters,
      learningRate === undefined ? {} : { learningRate },
    );
    return { state: { ...next.parameters, ...next.state }, value };
  });
}

function expectClose(actual: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((exact, i) => {
    expect(Math.abs(actual[i] - exact), `${actual[i]}, PyTorch ${exact}`).toBeLessThanOrEqual(
      tolerance * Math.max(1, Math.abs(exact)),
    );
  });
}

describe.each([
  ["reference", 1e-10],
  ["wasm", 1e-5],
] as const)("trajectories of PyTorch on %s", (backend, tolerance) => {
  beforeAll(() => setBackend(backend));
  afterAll(() => setBackend("auto"));

  test.each(trajectories.map((golden) => [golden.name, golden] as const))("%s", async (_, golden) => {
    const steps = stepsOf(golden);
    const rate = golden.schedule === undefined ? null : scheduleOf(golden.schedule);
    const losses: number[] = [];
    for (let step = 0; step < 50; step++) {
      const loss = await steps.run(rate === null ? [] : [tensor(rate(step))]);
      const expected = golden.parameters[step + 1];
      if (expected === undefined) continue;
      losses.push(await loss.item());
      const state = await steps.read();
      for (const name of NAMES) expectClose(await state[name].data(), expected[name], tolerance);
      expect(await state.step.item()).toBe(step + 1);
    }
    expectClose(losses, golden.losses, tolerance);
    steps.release();
  });
});

test("every optimiser has a trajectory, and so has every option", () => {
  const seen = (name: string) =>
    new Set(trajectories.filter((one) => one.optimizer === name).flatMap((one) => Object.keys(one.options)));
  const common = ["learningRate", "weightDecay"];
  expect([...seen("sgd")].sort()).toEqual([...common, "dampening", "momentum", "nesterov"].sort());
  expect([...seen("adam")].sort()).toEqual([...common, "beta1", "beta2", "epsilon", "amsgrad"].sort());
  expect([...seen("rmsProp")].sort()).toEqual(
    [...common, "smoothing", "momentum", "centered", "epsilon"].sort(),
  );
});
