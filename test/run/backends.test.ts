import { afterEach, describe, expect, test } from "vitest";
import { BackendError, backends, setBackend, tensor } from "../../src/index.ts";
import { currentRunner } from "../../src/run/backends.ts";
import { hardwareMode } from "../../src/run/gpu/hardware.ts";
import { canRelax } from "../../src/run/wasm/features.ts";

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
    await expect(setBackend("reference", misspelt)).rejects.toThrow(
      "options is thread, expected threads, relaxedSimd",
    );
  });

  test("refuses threads where there are none", async () => {
    await expect(setBackend("reference", { threads: 2 })).rejects.toThrow(
      'options is threads for "reference", expected none: only "wasm" has any',
    );
  });

  test("takes a number of threads for wasm, and refuses what is none", async () => {
    await setBackend("wasm", { threads: 1 });
    expect((await currentRunner()).executor.device).toBe("WebAssembly SIMD, 1 thread");
    await setBackend("wasm", { threads: 2 });
    expect((await currentRunner()).executor.device).toBe("WebAssembly SIMD, 2 threads");
    for (const threads of [0, -1, 1.5, Number.NaN, 1000]) {
      await expect(setBackend("wasm", { threads })).rejects.toThrow(
        `threads is ${threads}, expected an integer in 1 .. 64`,
      );
    }
    expect((await currentRunner()).executor.device).toBe("WebAssembly SIMD, 2 threads");
  });

  test("takes relaxed SIMD only where it is there", async () => {
    const choice = setBackend("wasm", { relaxedSimd: true });
    if (canRelax()) await expect(choice).resolves.toBeUndefined();
    else await expect(choice).rejects.toThrow("relaxedSimd is true, expected false");
  });

  test("takes wasm by itself where there is no hardware GPU", async () => {
    await setBackend("auto");
    expect((await currentRunner()).executor.id).toBe((await hardwareMode()) ?? "wasm");
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
