/**
 * Which executors a test runs on. `SEGTAPE_EXPECT="wasm,cpu,webasm,headlessgl"` names those that must be there:
 * one that is named and does not work fails. One that is neither named nor working is skipped, with its
 * reason.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HostArray } from "../../src/array.ts";
import type { Node } from "../../src/graph/node.ts";
import { backends, runnerOf } from "../../src/run/backends.ts";
import type { BackendId } from "../../src/run/executor.ts";
import { sharing } from "../../src/run/wasm/team.ts";

/** Every executor that is held to the reference. */
const EXECUTORS = ["wasm", "cpu", "webasm", "headlessgl", "webgl2", "webgpu"] as const;

export const expectedModes: readonly string[] = (process.env.SEGTAPE_EXPECT ?? "")
  .split(",")
  .map((name) => name.trim())
  .filter((name) => name !== "");

/** The same tests with everything on one thread, and with every step that has parts shared between two. */
function describeThreads(title: string, body: () => void): void {
  for (const [threads, from] of [
    ["1 thread", Infinity],
    ["2 threads", 0],
  ] as const) {
    describe(`${title} on wasm, ${threads}`, () => {
      const usual = sharing.from;
      beforeAll(() => {
        sharing.from = from;
      });
      afterAll(() => {
        sharing.from = usual;
      });
      body();
    });
  }
}

/** Declares the tests of `body` for every executor of a list that works here. */
export async function describeModes(
  title: string,
  body: (mode: BackendId) => void,
  wanted: readonly BackendId[] = EXECUTORS,
): Promise<void> {
  const statuses = await backends();
  for (const id of wanted) {
    const status = statuses.find((one) => one.id === id);
    const reason = status?.reason ?? "no such executor";
    if (status?.available && id === "wasm") describeThreads(title, () => body(id));
    else if (status?.available) describe(`${title} on ${id}`, () => body(id));
    else if (expectedModes.includes(id)) {
      test(`${title} on ${id}, which SEGTAPE_EXPECT names`, () => expect.fail(reason));
    } else test.skip(`${title} on ${id}: ${reason}`);
  }
}

/** Values of nodes on one executor, computed in one plan. */
export async function valuesOn(mode: BackendId, nodes: readonly Node[]): Promise<HostArray[]> {
  return (await runnerOf(mode)).compute(nodes);
}

/** The largest distance of `actual` from `exact`, relative to the largest finite entry of `exact`. */
export function relativeError(actual: ArrayLike<number>, exact: ArrayLike<number>): number {
  if (actual.length !== exact.length) return Infinity;
  let scale = 0;
  let worst = 0;
  for (let i = 0; i < exact.length; i++) {
    if (Number.isFinite(exact[i])) scale = Math.max(scale, Math.abs(exact[i]));
  }
  for (let i = 0; i < exact.length; i++) {
    if (Object.is(actual[i], exact[i]) || actual[i] === exact[i]) continue;
    const distance = Math.abs(actual[i] - exact[i]);
    worst = Math.max(worst, Number.isNaN(distance) ? Infinity : distance);
  }
  return worst === 0 ? 0 : worst / Math.max(scale, Number.MIN_VALUE);
}

/** Expects every node to have, on `mode`, the value that the reference gives it. */
export async function expectAgreement(
  mode: BackendId,
  nodes: readonly Node[],
  tolerance: number,
): Promise<number> {
  const exact = await valuesOn("reference", nodes);
  const actual = await valuesOn(mode, nodes);
  let worst = 0;
  nodes.forEach((node, i) => {
    const error = relativeError(actual[i], exact[i]);
    worst = Math.max(worst, error);
    if (!(error <= tolerance)) {
      const show = (values: HostArray) =>
        `[${values.slice(0, 12).join(", ")}${values.length > 12 ? ", ..." : ""}]`;
      expect.fail(
        `${mode}: result ${i} (${node.op.name} [${node.shape}]) is off by ${error}, allowed ${tolerance}\n` +
          `  actual ${show(actual[i])}\n  exact  ${show(exact[i])}`,
      );
    }
  });
  return worst;
}
