/** Executors on trial: those that work compute right, the others say why not, and what is chosen stays chosen. */
import { expect, test } from "vitest";
import { planReport, setBackend, tensor } from "../../src/index.ts";
import { computesRight, examineExecutors } from "../../src/study/index.ts";

test("every executor is tried, and the one chosen stays chosen", async () => {
  await setBackend("reference");
  const findings = await examineExecutors();
  expect(findings.map(({ id }) => id).sort()).toEqual(
    ["cpu", "headlessgl", "reference", "wasm", "webasm", "webgl2", "webgpu"].sort(),
  );
  for (const one of findings) {
    if (one.available) expect(computesRight(one)).toBe(true);
    else expect([one.reason === "", one.error]).toEqual([false, undefined]);
  }
  expect(findings.find(({ id }) => id === "reference")).toMatchObject({ available: true, error: 0 });
  expect(findings.find(({ id }) => id === "wasm")?.error).toBeGreaterThan(0);
  expect((await planReport(tensor([1]).exp())).ran).toBe("reference");
});

test("an error that is large, or no number, is not right", () => {
  const base = { id: "wasm", available: true, reason: "", device: "", isDefault: true } as const;
  expect([1e-7, 1e-3, Number.NaN].map((error) => computesRight({ ...base, error }))).toEqual([
    true,
    false,
    false,
  ]);
});
