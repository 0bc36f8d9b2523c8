/** Code as typed trees: an instruction holds the instructions that push its operands, so that types are checked by TypeScript. */

/** What a value may be. */
export type ValueType = "i32" | "f32" | "f64" | "v128";

/** What evaluating code leaves on the stack: one value, or nothing. */
export type Result = ValueType | "none";

export interface Code<T extends Result = Result> {
  readonly type: T;
  /** As in the text format: the name with its immediates. */
  readonly text: string;
  /** The opcode with its immediates. */
  readonly bytes: readonly number[];
  readonly operands: readonly Code<ValueType>[];
  /** Of loops, blocks and branches; the second list is what an `else` holds. */
  readonly bodies?: readonly (readonly Code[])[];
}

export type I32 = Code<"i32">;
export type F32 = Code<"f32">;
export type F64 = Code<"f64">;
export type V128 = Code<"v128">;

/** Unsigned LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low + 128 : low);
  } while (rest > 0);
  return bytes;
}

/** Signed LEB128 of a 32-bit integer. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    const done = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

/** The bytes of a float, lowest first. */
export function floatBytes(value: number, size: 4 | 8): number[] {
  const view = new DataView(new ArrayBuffer(size));
  if (size === 4) view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  return Array.from(new Uint8Array(view.buffer));
}

export function code<T extends Result>(
  type: T,
  text: string,
  bytes: readonly number[],
  operands: readonly Code<ValueType>[] = [],
): Code<T> {
  return { type, text, bytes, operands };
}
