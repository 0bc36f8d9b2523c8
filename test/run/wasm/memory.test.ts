import { beforeEach, describe, expect, test } from "vitest";
import { BackendError } from "../../../src/errors.ts";
import { Arena } from "../../../src/run/wasm/memory.ts";

const MEGABYTE = 2 ** 20;
const floats = (count: number, first = 0) => Float32Array.from({ length: count }, (_, i) => first + i);

let arena: Arena;
beforeEach(() => {
  arena = new Arena(true);
});

/** A run that takes some bytes, and perhaps leaves results. */
function run(bytes: number, body: (from: number) => void = () => {}): void {
  arena.begin();
  const from = arena.take(bytes);
  body(from);
  arena.give(from, bytes);
  arena.end();
}

describe("tensors that come in", () => {
  test("are copied once, as float32", () => {
    arena.begin();
    const data = Float64Array.of(1, 2.5, -3);
    const at = arena.hold(data);
    expect([...arena.read(at, 3)]).toEqual([1, 2.5, -3]);
    new Float32Array(arena.memory.buffer, at, 1)[0] = 9;
    expect(arena.hold(data)).toBe(at);
    expect(arena.read(at, 1)[0]).toBe(9);
    expect(arena.hold(Float64Array.of(1, 2.5, -3))).not.toBe(at);
  });

  test("make room for what a run needs before the memory grows", () => {
    const data = floats(MEGABYTE);
    run(16, () => arena.hold(data));
    const { bytes } = arena;
    run(4 * MEGABYTE);
    expect(arena.bytes).toBe(bytes);
    run(16, () => expect([...arena.read(arena.hold(data), 3)]).toEqual([0, 1, 2]));
  });

  test("of one run are all there at once", () => {
    const all = Array.from({ length: 20 }, (_, i) => floats(50_000, i));
    arena.begin();
    const places = all.map((data) => arena.hold(data));
    places.forEach((at, i) => {
      expect(arena.read(at, 50_000)).toEqual(all[i]);
    });
    expect(new Set(places).size).toBe(20);
  });
});

describe("the memory", () => {
  test("holds the largest of many sizes, not all of them", () => {
    for (let size = 1; size <= 64; size++) run(size * MEGABYTE);
    expect(arena.bytes).toBeLessThan(66 * MEGABYTE);
  });

  test("shrinks when runs have long needed less", () => {
    run(200 * MEGABYTE);
    expect(arena.bytes).toBeGreaterThan(200 * MEGABYTE);
    for (let i = 0; i < 20; i++) run(MEGABYTE);
    expect(arena.bytes).toBeLessThan(8 * MEGABYTE);
  });

  test("refuses what cannot be, and goes on", () => {
    arena.begin();
    expect(() => arena.take(5 * 2 ** 30)).toThrow(BackendError);
    expect(() => arena.take(5 * 2 ** 30)).toThrow(/^wasm: 5\.00 GiB needed at once, expected /);
    run(MEGABYTE, (from) => expect(arena.read(from, 4)).toHaveLength(4));
  });

  test("is the caller's whole again after each run", () => {
    run(MEGABYTE);
    const { bytes } = arena;
    for (let i = 0; i < 500; i++) run(MEGABYTE - 64 * (i % 7));
    expect(arena.bytes).toBe(bytes);
  });
});
