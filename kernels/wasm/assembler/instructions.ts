/** The instructions that kernels use, by the names of the WebAssembly text format: `f32x4.add(x, y)`. */
import {
  type Code,
  code,
  type F32,
  type F64,
  floatBytes,
  type I32,
  signed,
  unsigned,
  type V128,
  type ValueType,
} from "./code.ts";

type Unary<A extends ValueType, R extends ValueType> = (x: Code<A>) => Code<R>;
type Binary<A extends ValueType, R extends ValueType> = (x: Code<A>, y: Code<A>) => Code<R>;

const SIMD = 0xfd;

function unary<A extends ValueType, R extends ValueType>(
  text: string,
  result: R,
  ...bytes: number[]
): Unary<A, R> {
  return (x) => code(result, text, bytes, [x]);
}

function binary<A extends ValueType, R extends ValueType>(
  text: string,
  result: R,
  ...bytes: number[]
): Binary<A, R> {
  return (x, y) => code(result, text, bytes, [x, y]);
}

const vectorUnary = (text: string, opcode: number) =>
  unary<"v128", "v128">(text, "v128", SIMD, ...unsigned(opcode));
const vectorBinary = (text: string, opcode: number) =>
  binary<"v128", "v128">(text, "v128", SIMD, ...unsigned(opcode));
const vectorShift =
  (text: string, opcode: number) =>
  (x: V128, count: I32): V128 =>
    code("v128", text, [SIMD, ...unsigned(opcode)], [x, count]);
const splat = <A extends ValueType>(text: string, opcode: number) =>
  unary<A, "v128">(text, "v128", SIMD, opcode);
const extract =
  <R extends ValueType>(text: string, result: R, opcode: number) =>
  (x: V128, lane: number): Code<R> =>
    code(result, `${text} ${lane}`, [SIMD, opcode, lane], [x]);
const replace =
  <A extends ValueType>(text: string, opcode: number) =>
  (x: V128, lane: number, value: Code<A>): V128 =>
    code("v128", `${text} ${lane}`, [SIMD, opcode, lane], [x, value]);

/** Log2 of the alignment that an access promises: 0, since views and windows start anywhere. */
const UNALIGNED = 0;
const offsetText = (offset: number) => (offset === 0 ? "" : ` offset=${offset}`);
const load =
  <R extends ValueType>(text: string, result: R, ...bytes: number[]) =>
  (address: I32, offset = 0): Code<R> =>
    code(
      result,
      `${text}${offsetText(offset)} align=1`,
      [...bytes, UNALIGNED, ...unsigned(offset)],
      [address],
    );
const store =
  <A extends ValueType>(text: string, ...bytes: number[]) =>
  (address: I32, value: Code<A>, offset = 0): Code<"none"> =>
    code(
      "none",
      `${text}${offsetText(offset)} align=1`,
      [...bytes, UNALIGNED, ...unsigned(offset)],
      [address, value],
    );
const loadLane =
  (text: string, opcode: number) =>
  (address: I32, into: V128, lane: number, offset = 0): V128 =>
    code(
      "v128",
      `${text}${offsetText(offset)} align=1 ${lane}`,
      [SIMD, opcode, UNALIGNED, ...unsigned(offset), lane],
      [address, into],
    );
const storeLane =
  (text: string, opcode: number) =>
  (address: I32, value: V128, lane: number, offset = 0): Code<"none"> =>
    code(
      "none",
      `${text}${offsetText(offset)} align=1 ${lane}`,
      [SIMD, opcode, UNALIGNED, ...unsigned(offset), lane],
      [address, value],
    );

export const i32 = {
  const: (value: number): I32 => code("i32", `i32.const ${value | 0}`, [0x41, ...signed(value)]),
  load: load("i32.load", "i32", 0x28),
  load8_u: load("i32.load8_u", "i32", 0x2d),
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

const bytesOf = (view: ArrayBufferView) =>
  Array.from(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
const vectorConst = (text: string, bytes: readonly number[]): V128 =>
  code("v128", `v128.const ${text}`, [SIMD, 0x0c, ...bytes]);

export const v128 = {
  load: load("v128.load", "v128", SIMD, 0x00),
  load32_splat: load("v128.load32_splat", "v128", SIMD, 0x09),
  load64_splat: load("v128.load64_splat", "v128", SIMD, 0x0a),
  /** One float, zeros behind it. */
  load32_zero: load("v128.load32_zero", "v128", SIMD, 0x5c),
  load64_zero: load("v128.load64_zero", "v128", SIMD, 0x5d),
  load32_lane: loadLane("v128.load32_lane", 0x56),
  store: store<"v128">("v128.store", SIMD, 0x0b),
  store32_lane: storeLane("v128.store32_lane", 0x5a),
  store64_lane: storeLane("v128.store64_lane", 0x5b),
  not: vectorUnary("v128.not", 0x4d),
  and: vectorBinary("v128.and", 0x4e),
  /** x and not y */
  andnot: vectorBinary("v128.andnot", 0x4f),
  or: vectorBinary("v128.or", 0x50),
  xor: vectorBinary("v128.xor", 0x51),
  /** Bits of x where the mask has 1, else of y. */
  bitselect: (x: V128, y: V128, mask: V128): V128 =>
    code("v128", "v128.bitselect", [SIMD, 0x52], [x, y, mask]),
  any_true: unary<"v128", "i32">("v128.any_true", "i32", SIMD, 0x53),
} as const;

export const i8x16 = {
  /** Bytes 0..15 are those of x, 16..31 those of y. */
  shuffle: (x: V128, y: V128, lanes: readonly number[]): V128 =>
    code("v128", `i8x16.shuffle ${lanes.join(" ")}`, [SIMD, 0x0d, ...lanes], [x, y]),
} as const;

/** Shuffle of whole floats: lanes 0..3 are those of x, 4..7 those of y. */
export const shuffle32 = (x: V128, y: V128, lanes: readonly [number, number, number, number]): V128 =>
  i8x16.shuffle(
    x,
    y,
    lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte)),
  );

export const i32x4 = {
  const: (...lanes: [number, number, number, number]): V128 =>
    vectorConst(`i32x4 ${lanes.map((lane) => lane | 0).join(" ")}`, bytesOf(Int32Array.from(lanes))),
  splat: splat<"i32">("i32x4.splat", 0x11),
  extract_lane: extract("i32x4.extract_lane", "i32", 0x1b),
  replace_lane: replace<"i32">("i32x4.replace_lane", 0x1c),
  eq: vectorBinary("i32x4.eq", 0x37),
  ne: vectorBinary("i32x4.ne", 0x38),
  lt_s: vectorBinary("i32x4.lt_s", 0x39),
  lt_u: vectorBinary("i32x4.lt_u", 0x3a),
  gt_s: vectorBinary("i32x4.gt_s", 0x3b),
  ge_s: vectorBinary("i32x4.ge_s", 0x3f),
  all_true: unary<"v128", "i32">("i32x4.all_true", "i32", SIMD, ...unsigned(0xa3)),
  bitmask: unary<"v128", "i32">("i32x4.bitmask", "i32", SIMD, ...unsigned(0xa4)),
  shl: vectorShift("i32x4.shl", 0xab),
  shr_s: vectorShift("i32x4.shr_s", 0xac),
  shr_u: vectorShift("i32x4.shr_u", 0xad),
  add: vectorBinary("i32x4.add", 0xae),
  sub: vectorBinary("i32x4.sub", 0xb1),
  mul: vectorBinary("i32x4.mul", 0xb5),
  min_s: vectorBinary("i32x4.min_s", 0xb6),
  max_s: vectorBinary("i32x4.max_s", 0xb8),
  trunc_sat_f32x4_s: vectorUnary("i32x4.trunc_sat_f32x4_s", 0xf8),
  trunc_sat_f64x2_s_zero: vectorUnary("i32x4.trunc_sat_f64x2_s_zero", 0xfc),
} as const;

export const i64x2 = {
  const: (low: bigint, high: bigint): V128 =>
    vectorConst(`i64x2 ${low} ${high}`, bytesOf(BigInt64Array.of(low, high))),
  shl: vectorShift("i64x2.shl", 0xcb),
  shr_s: vectorShift("i64x2.shr_s", 0xcc),
  shr_u: vectorShift("i64x2.shr_u", 0xcd),
  add: vectorBinary("i64x2.add", 0xce),
  sub: vectorBinary("i64x2.sub", 0xd1),
} as const;

export const f32x4 = {
  const: (...lanes: [number, number, number, number]): V128 =>
    vectorConst(`f32x4 ${lanes.map(floatText).join(" ")}`, bytesOf(Float32Array.from(lanes))),
  splat: splat<"f32">("f32x4.splat", 0x13),
  extract_lane: extract("f32x4.extract_lane", "f32", 0x1f),
  replace_lane: replace<"f32">("f32x4.replace_lane", 0x20),
  eq: vectorBinary("f32x4.eq", 0x41),
  ne: vectorBinary("f32x4.ne", 0x42),
  lt: vectorBinary("f32x4.lt", 0x43),
  gt: vectorBinary("f32x4.gt", 0x44),
  le: vectorBinary("f32x4.le", 0x45),
  ge: vectorBinary("f32x4.ge", 0x46),
  floor: vectorUnary("f32x4.floor", 0x68),
  trunc: vectorUnary("f32x4.trunc", 0x69),
  nearest: vectorUnary("f32x4.nearest", 0x6a),
  abs: vectorUnary("f32x4.abs", 0xe0),
  neg: vectorUnary("f32x4.neg", 0xe1),
  sqrt: vectorUnary("f32x4.sqrt", 0xe3),
  add: vectorBinary("f32x4.add", 0xe4),
  sub: vectorBinary("f32x4.sub", 0xe5),
  mul: vectorBinary("f32x4.mul", 0xe6),
  div: vectorBinary("f32x4.div", 0xe7),
  /** NaN if either is; -0 below +0. Several machine instructions: where an operand cannot be NaN, `pmin` is one. */
  min: vectorBinary("f32x4.min", 0xe8),
  max: vectorBinary("f32x4.max", 0xe9),
  /** y < x ? y : x, so that a NaN in x stays. */
  pmin: vectorBinary("f32x4.pmin", 0xea),
  /** x < y ? y : x, so that a NaN in x stays. */
  pmax: vectorBinary("f32x4.pmax", 0xeb),
  convert_i32x4_s: vectorUnary("f32x4.convert_i32x4_s", 0xfa),
  demote_f64x2_zero: vectorUnary("f32x4.demote_f64x2_zero", 0x5e),
  /** x * y + z, rounded once or twice as the machine likes: only where it was asked for. */
  relaxed_madd: (x: V128, y: V128, z: V128): V128 =>
    code("v128", "f32x4.relaxed_madd", [SIMD, ...unsigned(0x105)], [x, y, z]),
} as const;

export const f64x2 = {
  const: (low: number, high: number): V128 =>
    vectorConst(`f64x2 ${floatText(low)} ${floatText(high)}`, bytesOf(Float64Array.of(low, high))),
  splat: splat<"f64">("f64x2.splat", 0x14),
  extract_lane: extract("f64x2.extract_lane", "f64", 0x21),
  eq: vectorBinary("f64x2.eq", 0x47),
  lt: vectorBinary("f64x2.lt", 0x49),
  gt: vectorBinary("f64x2.gt", 0x4a),
  nearest: vectorUnary("f64x2.nearest", 0x94),
  abs: vectorUnary("f64x2.abs", 0xec),
  neg: vectorUnary("f64x2.neg", 0xed),
  sqrt: vectorUnary("f64x2.sqrt", 0xef),
  add: vectorBinary("f64x2.add", 0xf0),
  sub: vectorBinary("f64x2.sub", 0xf1),
  mul: vectorBinary("f64x2.mul", 0xf2),
  div: vectorBinary("f64x2.div", 0xf3),
  pmin: vectorBinary("f64x2.pmin", 0xf6),
  pmax: vectorBinary("f64x2.pmax", 0xf7),
  convert_low_i32x4_s: vectorUnary("f64x2.convert_low_i32x4_s", 0xfe),
  promote_low_f32x4: vectorUnary("f64x2.promote_low_f32x4", 0x5f),
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

/** A float as the text format writes it. */
function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (value === Infinity) return "inf";
  if (value === -Infinity) return "-inf";
  return Object.is(value, -0) ? "-0" : String(value);
}
