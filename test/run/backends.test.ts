import { afterEach, describe, expect, test } from "vitest";
import { BackendError, backends, setBackend, tensor } from "../../src/index.ts";
import { currentRunner } from "../../src/run/backends.ts";

afterEach(() => setBackend("reference"));

describe("setBackend", () => {
  test("chooses for what is evaluated from now on", async () => {
    await setBackend("reference");
    expect((await currentRunner()).executor.id).toBe("reference");
    expect(await tensor([0.1]).add(0.2).data()).toEqual(Float64Array.of(0.1 + 0.2));
  });

  test("refuses names that there are not, and leaves the one before", async () => {
    await setBackend("reference");
    await expect(setBackend("cuda" as "cpu")).rejects.toThrow(BackendError);
    await expect(setBackend("cuda" as "cpu")).rejects.toThrow(/^setBackend: id is "cuda", expected "auto", /);
    expect((await currentRunner()).executor.id).toBe("reference");
  });

  test("refuses an option that it does not have", async () => {
    const misspelt = { thread: 2 } as object;
    await expect(setBackend("reference", misspelt)).rejects.toThrow("options is thread, expected threads");
  });

  test("refuses threads where there are none", async () => {
    await expect(setBackend("reference", { threads: 2 })).rejects.toThrow(
      "reference has no threads of its own",
    );
  });
});

test("backends lists each once, says why one is not there, and which is the default", async () => {
  const list = await backends();
  expect(new Set(list.map(({ id }) => id)).size).toBe(list.length);
  expect(list.find(({ id }) => id === "reference")).toMatchObject({ available: true, reason: "" });
  expect(list.filter(({ isDefault }) => isDefault)).toHaveLength(1);
  for (const { available, reason, device } of list) {
    expect(available ? device : reason).not.toBe("");
    expect(available ? reason : device).toBe("");
  }
});
