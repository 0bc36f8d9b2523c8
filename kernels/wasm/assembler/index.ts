/** A small assembler of typed trees: types are checked when kernels are written, bytes are made in one walk. */
export type { Code, F32, F64, I32, Result, V128, ValueType } from "./code.ts";
export { type Callable, constantOf, FunctionBuilder, type Local } from "./function.ts";
export { f32, f64, i32, memory, select } from "./instructions.ts";
export { type Arguments, type MemoryLimits, ModuleBuilder, type Parameters } from "./module.ts";
export { f32x4, f64x2, i8x16, i32x4, i64x2, shuffle32, v128 } from "./vectors.ts";
