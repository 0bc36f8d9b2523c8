/**
 * Scalar primitives as kernel text. The forms of log1p, expm1 and tanh hold to a few float32 roundings on
 * every mode, where the modes' own do not; see kernels/README.md for what was measured.
 */
import type { BinaryPrimitive, UnaryPrimitive } from "../../src/scalar/expression.ts";
import { expText, logText } from "./arithmetic-functions.ts";
import type { Dialect } from "./dialect.ts";

/** Makes a local of some text and gives its name. */
export type Bind = (text: string) => string;

/** Numbers in the order of {@link SPECIAL}. */
export const SPECIAL_VALUES: readonly number[] = [Infinity, Number.NaN];

/** Name of the table that holds what no literal can say. */
export const SPECIAL = "special";

/** A number that reads as a float: `2.0`, `1e-7`, `(-3.5)`. */
export function numberText(value: number, dialect: Dialect): string {
  const held = dialect.wide ? value : Math.fround(value);
  if (Number.isNaN(held)) return `this.constants.${SPECIAL}[1]`;
  if (held === Infinity) return dialect.infinityLiteral ? "Infinity" : `this.constants.${SPECIAL}[0]`;
  if (held === -Infinity) return `(-${numberText(Infinity, dialect)})`;
  if (held === 0) return Object.is(held, -0) ? "(-0.0)" : "0.0";
  const digits = String(value);
  const text = /[.e]/.test(digits) ? digits : `${digits}.0`;
  return value < 0 ? `(${text})` : text;
}

function plainExp(x: string, dialect: Dialect, bind: Bind): string {
  return dialect.slowFunctions ? expText(x, bind) : `Math.exp(${x})`;
}

function plainLog(x: string, dialect: Dialect, bind: Bind): string {
  return dialect.slowFunctions ? logText(x, bind) : `Math.log(${x})`;
}

/** log(1 + x): a series in x / (2 + x) where 1 + x would lose digits; right to 2e-7. */
function log1pText(x: string, dialect: Dialect, bind: Bind): string {
  const r = bind(`${x} / (2.0 + ${x})`);
  const z = bind(`${r} * ${r}`);
  const series =
    `2.0 * ${r} * (1.0 + ${z} * (0.3333333333333333 + ${z} * (0.2 + ${z} * ` +
    `(0.14285714285714285 + ${z} * 0.1111111111111111))))`;
  const large = plainLog(bind(`1.0 + ${x}`), dialect, bind);
  return `(${x} < 0.5 && ${x} > -0.33 ? ${series} : ${large})`;
}

/** exp(x) - 1: a series near 0, where the difference would lose digits; right to 5e-7. */
function expm1Text(x: string, dialect: Dialect, bind: Bind): string {
  const series =
    `${x} * (1.0 + ${x} * (0.5 + ${x} * (0.16666666666666666 + ${x} * (0.041666666666666664 + ${x} * ` +
    `(0.008333333333333333 + ${x} * (0.001388888888888889 + ${x} * 0.0001984126984126984))))))`;
  return `(Math.abs(${x}) < 0.5 ? ${series} : ${plainExp(x, dialect, bind)} - 1.0)`;
}

/** tanh through expm1(2 |x|), held at 20 where tanh is 1: no overflow, and all digits near 0. */
function tanhText(x: string, dialect: Dialect, bind: Bind): string {
  const twice = bind(`2.0 * Math.min(Math.abs(${x}), 20.0)`);
  const e = bind(expm1Text(twice, dialect, bind));
  const y = bind(`${e} / (${e} + 2.0)`);
  return `(${x} < 0.0 ? -${y} : ${y})`;
}

/** A function of one operand; `x` is a name or a number. */
export function unaryText(op: UnaryPrimitive, x: string, dialect: Dialect, bind: Bind): string {
  switch (op) {
    case "neg":
      return `(-${x})`;
    case "exp":
      return plainExp(x, dialect, bind);
    case "log":
      return plainLog(x, dialect, bind);
    case "log1p":
      return dialect.nativeFunctions ? `Math.log1p(${x})` : log1pText(x, dialect, bind);
    case "expm1":
      return dialect.nativeFunctions ? `Math.expm1(${x})` : expm1Text(x, dialect, bind);
    case "tanh":
      return dialect.nativeFunctions ? `Math.tanh(${x})` : tanhText(x, dialect, bind);
    default:
      return `Math.${op}(${x})`;
  }
}

/** Whether a function's text names its operand more than once. */
export function repeatsOperand(op: UnaryPrimitive, dialect: Dialect): boolean {
  if (op === "exp" || op === "log") return dialect.slowFunctions;
  return !dialect.nativeFunctions && (op === "log1p" || op === "expm1" || op === "tanh");
}

const INFIX = { add: "+", sub: "-", mul: "*", div: "/" } as const;

/** A function of two operands. Comparisons give 1.0 or 0.0; {@link comparisonText} is the bare condition. */
export function binaryText(op: BinaryPrimitive, x: string, y: string): string {
  switch (op) {
    case "add":
    case "sub":
    case "mul":
    case "div":
      return `(${x} ${INFIX[op]} ${y})`;
    case "min":
    case "max":
      return `Math.${op}(${x}, ${y})`;
    case "pow":
      // Shaders leave pow(0, 0) open, JavaScript makes 1 to the power NaN a NaN.
      return `(${y} === 0.0 || ${x} === 1.0 ? 1.0 : Math.pow(${x}, ${y}))`;
    case "less":
    case "equal":
      return `(${comparisonText(op, x, y)} ? 1.0 : 0.0)`;
  }
}

export function comparisonText(op: "less" | "equal", x: string, y: string): string {
  return op === "less" ? `${x} < ${y}` : `${x} === ${y}`;
}
