/** What can be wrong with a prediction or a target, said in one line. Data are looked at once, where they are known. */
import { DTypeError, OptionError, refuse, ShapeError } from "../../errors.ts";
import type { Node } from "../../graph/node.ts";
import type { OpRow } from "../../graph/row.ts";
import { aliasRow, stopGradientRow } from "../../ops/functions.ts";
import { formatShape, type Shape, sameShape } from "../../shape.ts";
import { asTensor, type Tensor } from "../../tensor.ts";
import type { Mode } from "./options.ts";

/** Nodes that only pass their input on: the data behind them are still the caller's. */
const TRANSPARENT: ReadonlySet<OpRow> = new Set([aliasRow, stopGradientRow]);

function knownData(x: Tensor): { node: Node; data: ArrayLike<number> } | null {
  let node = x.node;
  while (node.value === null && TRANSPARENT.has(node.op)) node = node.inputs[0];
  // A traced placeholder has a value of length 0: its data come later.
  return node.value === null || node.value.length === 0 ? null : { node, data: node.value };
}

/** What has been found good, so that a training loop does not read its masks again at every step. */
const passed = new WeakMap<Node, Set<string>>();

/** Applies `good` to every element of known data, once for each `rule`. */
function checkData(
  x: Tensor,
  rule: string,
  good: (value: number) => boolean,
  complain: (value: number, index: number) => never,
): void {
  const known = knownData(x);
  if (known === null || passed.get(known.node)?.has(rule)) return;
  const { node, data } = known;
  for (let i = 0; i < data.length; i++) if (!good(data[i])) complain(data[i], i);
  const rules = passed.get(node) ?? new Set();
  passed.set(node, rules.add(rule));
}

function badValue(loss: string, argument: string, expected: string) {
  return (value: number, index: number): never => {
    throw new DTypeError(`${loss}: ${argument} holds ${value} at element ${index}, expected ${expected}`, {
      op: loss,
      argument,
      given: String(value),
      expected,
    });
  };
}

/** `[n, c, ...space]` with at least one spatial axis. */
export function checkPrediction(loss: string, prediction: Tensor, probabilities: boolean): void {
  if (prediction.rank < 3) {
    refuse(ShapeError, loss, "prediction", formatShape(prediction.shape), "[n, c, ...space]");
  }
  if (probabilities) {
    const complain = badValue(loss, "prediction", 'a probability in 0 .. 1 (or input: "logits")');
    checkData(prediction, "probability", (p) => p >= 0 && p <= 1, complain);
  }
}

/** The mode asked for, or the one that the number of channels tells. */
export function checkMode(loss: string, asked: Mode | undefined, channels: number): Mode {
  const mode = asked ?? (channels === 1 ? "binary" : "multiclass");
  if (mode === "binary" && channels !== 1) {
    refuse(OptionError, loss, "mode", `"binary" for ${channels} channels`, "one channel");
  }
  if (mode === "multiclass" && channels === 1) {
    refuse(OptionError, loss, "mode", '"multiclass" for one channel', "at least two");
  }
  return mode;
}

/** Whether the target holds class indices (rather than one value a class). */
export function checkTargetShape(loss: string, prediction: Shape, target: Shape, mode: Mode): boolean {
  if (sameShape(prediction, target)) return false;
  const [n, c, ...space] = prediction;
  if (mode === "multiclass" && sameShape(target, [n, ...space])) return true;
  const indices = mode === "multiclass" ? " or class indices [n, ...spatial]" : "";
  const expected = `[n, c, ...spatial]${indices} with n=${n} c=${c} spatial=${space.join("x")} (from prediction)`;
  refuse(ShapeError, loss, "target", formatShape(target), expected);
}

/** Shares in 0 .. 1, or class indices below `classes`; pixels of `ignoreIndex` may hold that instead. */
export function checkTargetValues(
  loss: string,
  target: Tensor,
  classes: number | null,
  ignoreIndex: number | undefined,
): void {
  const except = ignoreIndex === undefined ? "" : `, or ${ignoreIndex} (ignoreIndex)`;
  const rule = `${classes}/${ignoreIndex}`;
  if (classes === null) {
    const complain = badValue(loss, "target", `a share in 0 .. 1${except}`);
    checkData(target, rule, (g) => (g >= 0 && g <= 1) || g === ignoreIndex, complain);
  } else {
    const complain = badValue(loss, "target", `a class index in 0 .. ${classes - 1}${except}`);
    const isClass = (g: number) => Number.isInteger(g) && g >= 0 && g < classes;
    checkData(target, rule, (g) => isClass(g) || g === ignoreIndex, complain);
  }
}

/** `[n, 1, ...space]` or the prediction's shape, nothing negative. */
export function checkPixelWeights(loss: string, weights: Tensor, prediction: Shape): void {
  asTensor(weights, loss, "pixelWeights");
  const [n, , ...space] = prediction;
  if (!sameShape(weights.shape, prediction) && !sameShape(weights.shape, [n, 1, ...space])) {
    const expected = `[${n}, 1, ${space.join(", ")}] or ${formatShape(prediction)}`;
    refuse(ShapeError, loss, "pixelWeights", formatShape(weights.shape), expected);
  }
  const complain = badValue(loss, "pixelWeights", "a finite number from 0");
  checkData(weights, "weight", (w) => w >= 0 && Number.isFinite(w), complain);
}

/** A mask of 0 and 1, as weights of pixels: `[n, 1, ...space]`, `[n, ...space]` or the prediction's shape. */
export function checkMask(loss: string, mask: Tensor, prediction: Shape): Tensor {
  asTensor(mask, loss, "mask");
  const [n, , ...space] = prediction;
  const plain = sameShape(mask.shape, [n, ...space]);
  if (!plain && !sameShape(mask.shape, prediction) && !sameShape(mask.shape, [n, 1, ...space])) {
    const expected = `[${n}, 1, ${space.join(", ")}], [${n}, ${space.join(", ")}] or ${formatShape(prediction)}`;
    refuse(ShapeError, loss, "mask", formatShape(mask.shape), expected);
  }
  const complain = badValue(loss, "mask", "0 or 1 (other weights: pixelWeights)");
  checkData(mask, "mask", (w) => w === 0 || w === 1, complain);
  return plain ? mask.reshape([n, 1, ...space]) : mask;
}

/** One weight a class, and one above 0 among the classes that count. */
export function checkClassWeights(
  loss: string,
  weights: readonly number[],
  channels: number,
  mode: Mode,
  includeBackground: boolean,
): void {
  if (mode === "binary") {
    throw new OptionError(`${loss}: classWeights needs several classes, but mode is "binary"`, {
      op: loss,
      argument: "classWeights",
      given: `[${weights.join(", ")}]`,
      expected: 'mode "multiclass" or "multilabel"',
    });
  }
  if (weights.length !== channels) {
    throw new OptionError(
      `${loss}: classWeights has ${weights.length} weights, expected ${channels}, one a channel`,
      {
        op: loss,
        argument: "classWeights",
        given: `[${weights.join(", ")}]`,
        expected: `${channels} weights`,
      },
    );
  }
  if (!includeBackground && weights.slice(1).every((weight) => weight === 0)) {
    throw new OptionError(
      `${loss}: classWeights is 0 for every class but the background, expected one above 0`,
      {
        op: loss,
        argument: "classWeights",
        given: `[${weights.join(", ")}]`,
        expected: "a weight above 0 for a class that counts",
      },
    );
  }
}
