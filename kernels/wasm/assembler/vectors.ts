/** Instructions on vectors of 128 bits, by the names of the WebAssembly text format: `f32x4.add(x, y)`. */
import { code, unsigned, type V128 } from "./code.ts";
import {
  extract,
  floatText,
  load,
  loadLane,
  replace,
  SIMD,
  splat,
  store,
  storeLane,
  vectorBinary,
  vectorShift,
  vectorUnary,
} from "./makers.ts";

const bytesOf = (view: ArrayBufferView) =>
  Array.from(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
const vectorConst = (text: string, bytes: readonly number[]): V128 =>
  code("v128", `v128.const ${text}`, [SIMD, 0x0c, ...bytes]);

export const v128 = {
  load: load("v128.load", "v128", SIMD, 0x00),
  load32_splat: load("v128.load32_splat", "v128", SIMD, 0x09),
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
