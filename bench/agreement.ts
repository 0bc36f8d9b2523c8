/** How right each loss is: its gradient against central differences, and every executor against the reference. Prints Markdown. */
import {
  type BackendId,
  backends,
  evaluate,
  gradcheck,
  type Loss,
  losses,
  setBackend,
  type Tensor,
  tensor,
  valueAndGrad,
} from "../src/index.ts";
import { machine } from "./support/machine.ts";

/** Five scales need 161 pixels; everything else is tried on a small image with room for a window of 11. */
const sideOf = ({ name }: Loss) => (/^(msSsim|unet3Plus)/.test(name) ? 176 : 24);
const channelsOf = ({ modes }: Loss) => (modes.includes("binary") ? 1 : 3);

/** Options that a small, thick mask asks for: more erosions, a wider border, corners wider than a difference quotient. */
const OPTIONS: Readonly<Record<string, object>> = {
  ohemCrossEntropyLoss: { minKept: 30 },
  activeBoundaryLoss: { boundaryShare: 0.3 },
  clDiceLoss: { iterations: 12 },
  cbDiceLoss: { iterations: 12 },
  diceClDiceLoss: { iterations: 12 },
  activeContourLoss: { epsilon: 0.01 },
  mumfordShahLoss: { epsilon: 0.01 },
  totalVariationLoss: { epsilon: 0.01 },
};
const call = (loss: Loss, x: Tensor, target: Tensor) => loss(x, target, { ...OPTIONS[loss.name] });

/** A smooth field of logits, no two alike, and a mask with a border: boundaries and windows have something to see. */
function scene(loss: Loss): { logits: Tensor; target: Tensor } {
  const [side, c] = [sideOf(loss), channelsOf(loss)];
  const place = (i: number) => [i % side, Math.floor(i / side) % side, Math.floor(i / (side * side))];
  const logits = Float64Array.from({ length: c * side * side }, (_, i) => {
    const [x, y, k] = place(i);
    return 2.5 * Math.sin((9 * x) / side + k) * Math.cos((7 * y) / side) + 0.11 + 0.1 * Math.sin(i * i);
  });
  const labels = Float64Array.from({ length: side * side }, (_, i) => {
    const [x, y] = place(i);
    return Math.floor((Math.max(2, c) * (x + y)) / (2 * side - 1));
  });
  return {
    logits: tensor(logits, [1, c, side, side]),
    target: tensor(labels, c === 1 ? [1, 1, side, side] : [1, side, side]),
  };
}

async function run(mode: BackendId, loss: Loss): Promise<[ArrayLike<number>, ArrayLike<number>]> {
  await setBackend(mode);
  const { logits, target } = scene(loss);
  const { value, grad } = valueAndGrad((x: Tensor) => call(loss, x, target))(logits);
  await evaluate(value, grad);
  return [await value.data(), await grad.data()];
}

function error(actual: ArrayLike<number>, exact: ArrayLike<number>): number {
  const scale = Math.max(...Array.from(exact, Math.abs));
  return Math.max(...Array.from(exact, (x, i) => Math.abs(actual[i] - x))) / scale;
}

async function checked(loss: Loss, order: 1 | 2): Promise<string> {
  const { logits, target } = scene(loss);
  const few = sideOf(loss) > 100;
  const { maxError } = await gradcheck((x) => call(loss, x, target), [logits], {
    order,
    holdConstants: loss.constants !== "",
    elements: few ? 1 : 12,
    directions: few ? 1 : 3,
  });
  return maxError.toExponential(1);
}

console.log(`Measured on: ${machine()}\n`);
const modes = (await backends())
  .filter(({ id, available }) => available && id !== "reference")
  .map(({ id }) => id);
console.log(`| loss | gradcheck | second order | ${modes.join(" | ")} |`);
console.log(`|---|---:|---:|${modes.map(() => "---:|").join("")}`);
for (const loss of Object.values(losses)) {
  const [value, slope] = await run("reference", loss);
  const cells = [await checked(loss, 1), await checked(loss, 2)];
  for (const mode of modes) {
    const [v, g] = await run(mode, loss);
    cells.push(Math.max(error(v, value), error(g, slope)).toExponential(1));
  }
  console.log(`| \`${loss.name}\` | ${cells.join(" | ")} |`);
}
