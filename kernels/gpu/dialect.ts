/** What the modes of gpu.js differ in, as far as a kernel's text must know. */
export interface Dialect {
  /** Numbers are float64 until stored: long sums need no blocks, counters no care. */
  readonly wide: boolean;
  /** `Infinity` may stand in the text; elsewhere it is read from a table. */
  readonly infinityLiteral: boolean;
  /** `Math.log1p`, `expm1` and `tanh` are JavaScript's own; elsewhere they lose digits or overflow. */
  readonly nativeFunctions: boolean;
}

/** The cpu mode: plain JavaScript. */
export const JAVASCRIPT: Dialect = { wide: true, infinityLiteral: true, nativeFunctions: true };

/** WebAssembly: float32, JavaScript's rules for comparisons and NaN. */
export const WEBASSEMBLY: Dialect = { wide: false, infinityLiteral: true, nativeFunctions: false };

/** GLSL and WGSL: float32, infinities only as data. */
export const SHADER: Dialect = { wide: false, infinityLiteral: false, nativeFunctions: false };
