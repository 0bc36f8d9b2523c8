/** What the modes of gpu.js differ in, as far as a kernel's text must know. */
export interface Dialect {
  /** Numbers are float64 until stored: long sums need no blocks, counters no care. */
  readonly wide: boolean;
  /** A read out of range ends the run, even where nothing selects it; elsewhere it gives some number. */
  readonly trapsReads: boolean;
  /** `Infinity` may stand in the text; elsewhere it is read from a table. */
  readonly infinityLiteral: boolean;
  /** `Math.log1p`, `expm1` and `tanh` are JavaScript's own; elsewhere they lose digits or overflow. */
  readonly nativeFunctions: boolean;
  /**
   * exp and log call out of the kernel, one element at a time: forms made of arithmetic are four times
   * faster.
   */
  readonly slowFunctions: boolean;
  /** Division is rounded once, as IEEE 754 has it; elsewhere a whole quotient may come out below itself. */
  readonly exactDivision: boolean;
}

/** The cpu mode: plain JavaScript. */
export const JAVASCRIPT: Dialect = {
  wide: true,
  trapsReads: false,
  infinityLiteral: true,
  nativeFunctions: true,
  slowFunctions: false,
  exactDivision: true,
};

/** WebAssembly: float32, JavaScript's rules for comparisons and NaN. */
export const WEBASSEMBLY: Dialect = {
  wide: false,
  trapsReads: true,
  infinityLiteral: true,
  nativeFunctions: false,
  slowFunctions: true,
  exactDivision: true,
};

/** GLSL and WGSL: float32, infinities only as data. */
export const SHADER: Dialect = {
  wide: false,
  trapsReads: false,
  infinityLiteral: false,
  nativeFunctions: false,
  slowFunctions: false,
  exactDivision: false,
};
