/** Work that is overtaken is left out. */
import { expect, test } from "vitest";
import { newest } from "../../../src/studio/worker/start.ts";

/** Work that ends when it is told to. */
function controlled() {
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const run = newest(
    (x: number) =>
      new Promise<number>((resolve, reject) => {
        started.push(x);
        ends.push(() => (x < 0 ? reject(new Error("negative")) : resolve(10 * x)));
      }),
  );
  const endOne = async () => {
    ends.shift()?.();
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { run, started, endOne };
}

test("one runs, the newest of those that wait follows, the others resolve to null", async () => {
  const { run, started, endOne } = controlled();
  const all = [run(1), run(2), run(3)];
  expect(await all[1]).toBeNull();
  expect(started).toEqual([1]);
  await endOne();
  expect(started).toEqual([1, 3]);
  await endOne();
  expect(await Promise.all([all[0], all[2]])).toEqual([10, 30]);
});

test("a failure lets the next have its turn", async () => {
  const { run, started, endOne } = controlled();
  const [failing, next] = [run(-1), run(2)];
  const failed = expect(failing).rejects.toThrow("negative");
  await endOne();
  await failed;
  expect(started).toEqual([-1, 2]);
  await endOne();
  expect(await next).toBe(20);
  const later = run(3);
  await endOne();
  expect(await later).toBe(30);
});
