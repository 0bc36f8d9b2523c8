/** How instructions are made: one function a kind of operands and immediates. */
import { type Code, code, type I32, unsigned, type V128, type ValueType } from "./code.ts";

export type Unary<A extends ValueType, R extends ValueType> = (x: Code<A>) => Code<R>;
export type Binary<A extends ValueType, R extends ValueType> = (x: Code<A>, y: Code<A>) => Code<R>;

export const SIMD = 0xfd;

export function unary<A extends ValueType, R extends ValueType>(
  text: string,
  result: R,
  ...bytes: number[]
): Unary<A, R> {
  return (x) => code(result, text, bytes, [x]);
}

export function binary<A extends ValueType, R extends ValueType>(
  text: string,
  result: R,
  ...bytes: number[]
): Binary<A, R> {
  return (x, y) => code(result, text, bytes, [x, y]);
}

export const vectorUnary = (text: string, opcode: number) =>
  unary<"v128", "v128">(text, "v128", SIMD, ...unsigned(opcode));
export const vectorBinary = (text: string, opcode: number) =>
  binary<"v128", "v128">(text, "v128", SIMD, ...unsigned(opcode));
export const vectorShift =
  (text: string, opcode: number) =>
  (x: V128, count: I32): V128 =>
    code("v128", text, [SIMD, ...unsigned(opcode)], [x, count]);
export const splat = <A extends ValueType>(text: string, opcode: number) =>
  unary<A, "v128">(text, "v128", SIMD, opcode);
export const extract =
  <R extends ValueType>(text: string, result: R, opcode: number) =>
  (x: V128, lane: number): Code<R> =>
    code(result, `${text} ${lane}`, [SIMD, opcode, lane], [x]);
export const replace =
  <A extends ValueType>(text: string, opcode: number) =>
  (x: V128, lane: number, value: Code<A>): V128 =>
    code("v128", `${text} ${lane}`, [SIMD, opcode, lane], [x, value]);

/** Log2 of the alignment that an access promises: 0, since views and windows start anywhere. */
export const UNALIGNED = 0;
export const offsetText = (offset: number) => (offset === 0 ? "" : ` offset=${offset}`);
export const load =
  <R extends ValueType>(text: string, result: R, ...bytes: number[]) =>
  (address: I32, offset = 0): Code<R> =>
    code(
      result,
      `${text}${offsetText(offset)} align=1`,
      [...bytes, UNALIGNED, ...unsigned(offset)],
      [address],
    );
export const store =
  <A extends ValueType>(text: string, ...bytes: number[]) =>
  (address: I32, value: Code<A>, offset = 0): Code<"none"> =>
    code(
      "none",
      `${text}${offsetText(offset)} align=1`,
      [...bytes, UNALIGNED, ...unsigned(offset)],
      [address, value],
    );
export const loadLane =
  (text: string, opcode: number) =>
  (address: I32, into: V128, lane: number, offset = 0): V128 =>
    code(
      "v128",
      `${text}${offsetText(offset)} align=1 ${lane}`,
      [SIMD, opcode, UNALIGNED, ...unsigned(offset), lane],
      [address, into],
    );
export const storeLane =
  (text: string, opcode: number) =>
  (address: I32, value: V128, lane: number, offset = 0): Code<"none"> =>
    code(
      "none",
      `${text}${offsetText(offset)} align=1 ${lane}`,
      [SIMD, opcode, UNALIGNED, ...unsigned(offset), lane],
      [address, value],
    );

/** A float as the text format writes it. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (value === Infinity) return "inf";
  if (value === -Infinity) return "-inf";
  return Object.is(value, -0) ? "-0" : String(value);
}
