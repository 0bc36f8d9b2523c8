/** What WebAssembly here can do, found by asking it to validate a function that needs it. */
import { f32x4, i32, ModuleBuilder, v128 } from "../../../kernels/wasm/assembler/index.ts";
import { IN_NODE } from "../in-node.ts";

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

/** Memory that threads share: in Node from 20.16 on, in a page only where it is cross-origin isolated. */
export function canThread(): boolean {
  const page = globalThis as { crossOriginIsolated?: boolean };
  if (IN_NODE && typeof process.getBuiltinModule !== "function") return false;
  return typeof SharedArrayBuffer === "function" && page.crossOriginIsolated !== false;
}

/** Processors that this process may use. */
export function processors(): number {
  const { navigator } = globalThis as { navigator?: { hardwareConcurrency?: number } };
  // Node 20 has no `navigator`, and that of later ones does not ask what this process is allowed.
  if (IN_NODE && canThread()) return process.getBuiltinModule("node:os").availableParallelism();
  return navigator?.hardwareConcurrency ?? 1;
}
