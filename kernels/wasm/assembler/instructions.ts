/** Instructions on single numbers and memory, by the names of the WebAssembly text format: `i32.add(x, y)`. */
import { type Code, code, type F32, type F64, floatBytes, type I32, signed } from "./code.ts";
import { binary, floatText, load, store, unary } from "./makers.ts";

export const i32 = {
  const: (value: number): I32 => code("i32", `i32.const ${value | 0}`, [0x41, ...signed(value)]),
  load: load("i32.load", "i32", 0x28),
  store: store<"i32">("i32.store", 0x36),
  eqz: unary<"i32", "i32">("i32.eqz", "i32", 0x45),
  eq: binary<"i32", "i32">("i32.eq", "i32", 0x46),
  ne: binary<"i32", "i32">("i32.ne", "i32", 0x47),
  lt_s: binary<"i32", "i32">("i32.lt_s", "i32", 0x48),
  lt_u: binary<"i32", "i32">("i32.lt_u", "i32", 0x49),
  gt_s: binary<"i32", "i32">("i32.gt_s", "i32", 0x4a),
  gt_u: binary<"i32", "i32">("i32.gt_u", "i32", 0x4b),
  le_s: binary<"i32", "i32">("i32.le_s", "i32", 0x4c),
  le_u: binary<"i32", "i32">("i32.le_u", "i32", 0x4d),
  ge_s: binary<"i32", "i32">("i32.ge_s", "i32", 0x4e),
  ge_u: binary<"i32", "i32">("i32.ge_u", "i32", 0x4f),
  add: binary<"i32", "i32">("i32.add", "i32", 0x6a),
  sub: binary<"i32", "i32">("i32.sub", "i32", 0x6b),
  mul: binary<"i32", "i32">("i32.mul", "i32", 0x6c),
  div_s: binary<"i32", "i32">("i32.div_s", "i32", 0x6d),
  div_u: binary<"i32", "i32">("i32.div_u", "i32", 0x6e),
  rem_u: binary<"i32", "i32">("i32.rem_u", "i32", 0x70),
  and: binary<"i32", "i32">("i32.and", "i32", 0x71),
  or: binary<"i32", "i32">("i32.or", "i32", 0x72),
  xor: binary<"i32", "i32">("i32.xor", "i32", 0x73),
  shl: binary<"i32", "i32">("i32.shl", "i32", 0x74),
  shr_s: binary<"i32", "i32">("i32.shr_s", "i32", 0x75),
  shr_u: binary<"i32", "i32">("i32.shr_u", "i32", 0x76),
  /** Rounded towards zero; NaN and what does not fit are held at the ends. */
  trunc_sat_f32_s: unary<"f32", "i32">("i32.trunc_sat_f32_s", "i32", 0xfc, 0x00),
  trunc_sat_f64_s: unary<"f64", "i32">("i32.trunc_sat_f64_s", "i32", 0xfc, 0x02),
  reinterpret_f32: unary<"f32", "i32">("i32.reinterpret_f32", "i32", 0xbc),
} as const;

export const f32 = {
  const: (value: number): F32 =>
    code("f32", `f32.const ${floatText(value)}`, [0x43, ...floatBytes(value, 4)]),
  load: load("f32.load", "f32", 0x2a),
  store: store<"f32">("f32.store", 0x38),
  eq: binary<"f32", "i32">("f32.eq", "i32", 0x5b),
  ne: binary<"f32", "i32">("f32.ne", "i32", 0x5c),
  lt: binary<"f32", "i32">("f32.lt", "i32", 0x5d),
  gt: binary<"f32", "i32">("f32.gt", "i32", 0x5e),
  le: binary<"f32", "i32">("f32.le", "i32", 0x5f),
  ge: binary<"f32", "i32">("f32.ge", "i32", 0x60),
  floor: unary<"f32", "f32">("f32.floor", "f32", 0x8e),
  add: binary<"f32", "f32">("f32.add", "f32", 0x92),
  sub: binary<"f32", "f32">("f32.sub", "f32", 0x93),
  mul: binary<"f32", "f32">("f32.mul", "f32", 0x94),
  div: binary<"f32", "f32">("f32.div", "f32", 0x95),
  min: binary<"f32", "f32">("f32.min", "f32", 0x96),
  max: binary<"f32", "f32">("f32.max", "f32", 0x97),
  convert_i32_s: unary<"i32", "f32">("f32.convert_i32_s", "f32", 0xb2),
  convert_i32_u: unary<"i32", "f32">("f32.convert_i32_u", "f32", 0xb3),
  demote_f64: unary<"f64", "f32">("f32.demote_f64", "f32", 0xb6),
} as const;

export const f64 = {
  const: (value: number): F64 =>
    code("f64", `f64.const ${floatText(value)}`, [0x44, ...floatBytes(value, 8)]),
  load: load("f64.load", "f64", 0x2b),
  store: store<"f64">("f64.store", 0x39),
  eq: binary<"f64", "i32">("f64.eq", "i32", 0x61),
  ne: binary<"f64", "i32">("f64.ne", "i32", 0x62),
  lt: binary<"f64", "i32">("f64.lt", "i32", 0x63),
  gt: binary<"f64", "i32">("f64.gt", "i32", 0x64),
  le: binary<"f64", "i32">("f64.le", "i32", 0x65),
  ge: binary<"f64", "i32">("f64.ge", "i32", 0x66),
  sqrt: unary<"f64", "f64">("f64.sqrt", "f64", 0x9f),
  add: binary<"f64", "f64">("f64.add", "f64", 0xa0),
  sub: binary<"f64", "f64">("f64.sub", "f64", 0xa1),
  mul: binary<"f64", "f64">("f64.mul", "f64", 0xa2),
  div: binary<"f64", "f64">("f64.div", "f64", 0xa3),
  min: binary<"f64", "f64">("f64.min", "f64", 0xa4),
  max: binary<"f64", "f64">("f64.max", "f64", 0xa5),
  convert_i32_s: unary<"i32", "f64">("f64.convert_i32_s", "f64", 0xb7),
  promote_f32: unary<"f32", "f64">("f64.promote_f32", "f64", 0xbb),
} as const;

/** `condition != 0 ? x : y`; both are evaluated. */
export const select = <T extends "i32" | "f32" | "f64">(x: Code<T>, y: Code<T>, condition: I32): Code<T> =>
  code(x.type, "select", [0x1b], [x, y, condition]);

export const memory = {
  /** `count` bytes set to a value. */
  fill: (address: I32, value: I32, count: I32): Code<"none"> =>
    code("none", "memory.fill", [0xfc, 0x0b, 0x00], [address, value, count]),
  copy: (to: I32, from: I32, count: I32): Code<"none"> =>
    code("none", "memory.copy", [0xfc, 0x0a, 0x00, 0x00], [to, from, count]),
} as const;
