import { describe, expect, test } from "vitest";
import { f32x4, i32, ModuleBuilder, v128 } from "../../../kernels/wasm/assembler/index.ts";

const LIMITS = { shared: false, initial: 1, maximum: 1 };

function runner(build: (module: ModuleBuilder) => void) {
  const module = new ModuleBuilder(LIMITS);
  build(module);
  const bytes = module.bytes();
  expect(WebAssembly.validate(bytes)).toBe(true);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  return { memory, text: module.text(), call: exports as Record<string, (...args: number[]) => void> };
}

describe("assembler", () => {
  test("a loop over vectors, with a function that it calls", () => {
    const { memory, call, text } = runner((module) => {
      const twice = module.define("twice", [["x", "v128"]], "v128", (_fn, [x]) => f32x4.add(x, x));
      module.export(
        "run",
        [
          ["from", "i32"],
          ["to", "i32"],
        ],
        (fn, [from, to]) => {
          const i = fn.local("i32", "i");
          fn.range(i, from, to, 16, () => {
            fn.do(v128.store(i, fn.call(twice, [v128.load(i)])));
          });
        },
      );
    });
    const floats = new Float32Array(memory.buffer);
    floats.set([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    call.run(0, 32);
    expect(Array.from(floats.subarray(0, 9))).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 9]);
    call.run(32, 32);
    expect(floats[8]).toBe(9);
    expect(text).toContain(
      "(v128.store align=1 (local.get $i2) (call $twice (v128.load align=1 (local.get $i2))))",
    );
  });

  test("branches, and loops whose bounds are known", () => {
    const { memory, call } = runner((module) => {
      module.export("run", [["flag", "i32"]], (fn, [flag]) => {
        const i = fn.local("i32", "i");
        fn.if(
          flag,
          () => fn.do(i32.store(i32.const(0), i32.const(-70000))),
          () => fn.do(i32.store(i32.const(0), i32.const(64))),
        );
        fn.range(i, i32.const(4), i32.const(4), 4, () => fn.do(i32.store(i, i32.const(1))));
        fn.set(i, i32.const(0));
        fn.while(
          () => i32.lt_u(i, i32.const(10)),
          () => fn.set(i, i32.add(i, i32.const(3))),
        );
        fn.do(i32.store(i32.const(8), i));
      });
    });
    const words = new Int32Array(memory.buffer);
    call.run(1);
    expect(Array.from(words.subarray(0, 3))).toEqual([-70000, 0, 12]);
    call.run(0);
    expect(words[0]).toBe(64);
  });
});
