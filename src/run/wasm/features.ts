/** What WebAssembly here can do, found by asking it to validate a function that needs it. */
import { f32x4, i32, ModuleBuilder, v128 } from "../../../kernels/wasm/assembler/index.ts";

const MEMORY = { shared: false, initial: 1, maximum: 1 };

function validates(build: (module: ModuleBuilder) => void): boolean {
  if (!("WebAssembly" in globalThis)) return false;
  const module = new ModuleBuilder(MEMORY);
  build(module);
  return WebAssembly.validate(module.bytes());
}

export const hasSimd = (): boolean =>
  validates((module) =>
    module.export("probe", [], (fn) => {
      const x = v128.load(i32.const(0));
      fn.do(v128.store(i32.const(0), f32x4.add(x, x)));
    }),
  );

/** Fused multiply-add. */
export const canRelax = (): boolean =>
  validates((module) =>
    module.export("probe", [], (fn) => {
      const x = v128.load(i32.const(0));
      fn.do(v128.store(i32.const(0), f32x4.relaxed_madd(x, x, x)));
    }),
  );

/** Memory that threads share: always in Node, in a page only where it is cross-origin isolated. */
export function canThread(): boolean {
  const page = globalThis as { crossOriginIsolated?: boolean };
  return typeof SharedArrayBuffer === "function" && page.crossOriginIsolated !== false;
}

/** Processors that this process may use. */
export function processors(): number {
  const { navigator } = globalThis as { navigator?: { hardwareConcurrency?: number } };
  return navigator?.hardwareConcurrency ?? processorsOfNode() ?? 1;
}

/** Node 20 has no `navigator`. */
function processorsOfNode(): number | undefined {
  if (typeof process !== "object" || typeof process.getBuiltinModule !== "function") return undefined;
  return process.getBuiltinModule("node:os").availableParallelism();
}
