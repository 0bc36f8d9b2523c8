/** Every row of the op table, forward and backward, on every mode of gpu.js against the reference. */
import { test } from "vitest";
import { vjp } from "../../../src/autodiff/vjp.ts";
import type { Node } from "../../../src/graph/node.ts";
import type { OpRow } from "../../../src/graph/row.ts";
import { opTable } from "../../../src/ops/table.ts";
import { seededRandom } from "../../../src/random.ts";
import { describeModes, expectAgreement } from "../../support/backends.ts";
import { drawCase, leaf, type OpCase, recordCase, variablesOf } from "../../support/ops.ts";
import { cos } from "./cosine.ts";

/** Relative to the largest entry of a result; see kernels/README.md for what GL functions lose. */
const TOLERANCE = 1e-5;

/** Cases a row. Every kernel costs headless GL about 30 ms to compile. */
const CASES: Readonly<Record<string, number>> = { cpu: 12, webasm: 12 };

/** Inputs as float32 holds them, so that only the arithmetic is compared. */
function rounded(drawn: OpCase): OpCase {
  const inputs = drawn.inputs.map(({ shape, data }) => ({
    shape,
    data: Float64Array.from(Float32Array.from(data)),
  }));
  return { ...drawn, inputs };
}

/** The result of one random case, and its gradients with an uneven cotangent. */
function resultsOf(op: OpRow, seed: number): Node[] {
  const drawn = rounded(drawCase(op, seededRandom(seed)));
  const inputs = drawn.inputs.map(leaf);
  const output = recordCase(drawn, inputs);
  if (op.vjp === null) return [output];
  const variables = variablesOf(drawn).map((i) => inputs[i]);
  return [output, ...vjp(output, variables, cos(output.shape))];
}

await describeModes("the op table", (mode) => {
  for (const [name, op] of opTable) {
    if (op.kind === "leaf" && op.generate === undefined) continue;
    test(name, async () => {
      const nodes = Array.from({ length: CASES[mode] ?? 3 }, (_, i) => resultsOf(op, 1000 + i)).flat();
      await expectAgreement(mode, nodes, TOLERANCE);
    });
  }
});
