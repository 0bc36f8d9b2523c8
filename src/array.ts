/** Host arrays: what comes in (typed arrays, nested numbers, ndarray views) and how it is held. */
import ndarray, { type NdArray } from "ndarray";
import { DTypeError, ShapeError } from "./errors.ts";
import { checkShape, formatShape, type Shape, sizeOf, stridesOf } from "./shape.ts";

/** How tensor data are held and returned: float32, or float64 where precision was given or asked for. */
export type HostArray = Float32Array | Float64Array;

/** Numeric typed arrays that can become a tensor. */
export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/** Numbers nested as deep as the tensor has axes. */
export type NestedNumbers = readonly (number | NestedNumbers)[];

/** An `ndarray` of numbers, strided views included. */
export type NumericNdArray = NdArray<TypedArray | number[]>;

/** Everything that {@link tensor} takes as data. */
export type TensorData = number | TypedArray | NestedNumbers | NumericNdArray;

export interface HostTensor {
  readonly data: HostArray;
  readonly shape: Shape;
}

function isNdArray(data: TensorData): data is NumericNdArray {
  return typeof data === "object" && "stride" in data && "get" in data && "shape" in data;
}

/** float32 holds these integers exactly; everything else keeps float64 for the reference executor. */
function heldAsFloat32(data: TypedArray): boolean {
  return !(data instanceof Float64Array || data instanceof Int32Array || data instanceof Uint32Array);
}

function refuseOtherViews(data: ArrayBufferView): void {
  if (!(data instanceof BigInt64Array || data instanceof BigUint64Array || data instanceof DataView)) return;
  throw new DTypeError(`tensor: data is ${data.constructor.name}, expected a typed array of numbers`, {
    op: "tensor",
    argument: "data",
    given: data.constructor.name,
    expected: "Float32Array, Float64Array or an integer array of up to 32 bits",
  });
}

function nestedShape(data: NestedNumbers): number[] {
  const shape: number[] = [];
  let level: number | NestedNumbers | undefined = data;
  while (Array.isArray(level)) {
    shape.push(level.length);
    level = level[0];
  }
  return shape;
}

function fillNested(
  data: number | NestedNumbers,
  shape: Shape,
  depth: number,
  into: Float64Array,
  at: number,
): number {
  if (depth === shape.length) {
    if (typeof data !== "number") {
      throw new DTypeError(
        `tensor: data holds ${data === null ? "null" : typeof data}, expected numbers nested evenly`,
        {
          op: "tensor",
          argument: "data",
          given: typeof data,
          expected: "number",
        },
      );
    }
    into[at] = data;
    return at + 1;
  }
  if (!Array.isArray(data) || data.length !== shape[depth]) {
    const given = Array.isArray(data) ? `a row of ${data.length}` : String(data);
    throw new ShapeError(
      `tensor: data is ragged: ${given} at depth ${depth}, expected a row of ${shape[depth]}`,
      {
        op: "tensor",
        argument: "data",
        given,
        expected: `a row of ${shape[depth]}`,
      },
    );
  }
  for (const item of data as NestedNumbers) at = fillNested(item, shape, depth + 1, into, at);
  return at;
}

function fromNdArray(view: NumericNdArray): HostTensor {
  const source = view.data as TypedArray | number[];
  if (ArrayBuffer.isView(source)) refuseOtherViews(source);
  const shape = view.shape.slice();
  const size = sizeOf(shape);
  const single = !Array.isArray(source) && heldAsFloat32(source);
  const data = single ? new Float32Array(size) : new Float64Array(size);
  const contiguous = stridesOf(shape);
  for (let flat = 0; flat < size; flat++) {
    let rest = flat;
    let at = view.offset;
    for (let axis = 0; axis < shape.length; axis++) {
      const coordinate = Math.floor(rest / contiguous[axis]);
      rest -= coordinate * contiguous[axis];
      at += coordinate * view.stride[axis];
    }
    data[flat] = source[at];
  }
  return { data, shape };
}

function withShape(data: HostArray, natural: Shape, shape: Shape | undefined): HostTensor {
  const result = shape ?? natural;
  checkShape(result, "tensor");
  if (sizeOf(result) !== data.length) {
    throw new ShapeError(
      `tensor: data has ${data.length} elements, expected ${sizeOf(result)} for shape ${formatShape(result)}`,
      { op: "tensor", argument: "data", given: String(data.length), expected: String(sizeOf(result)) },
    );
  }
  return { data, shape: result.slice() };
}

/** Copies user data into an array of our own, so that later writes by the user change nothing recorded. */
export function toHost(data: TensorData, shape?: Shape): HostTensor {
  if (typeof data === "number") return withShape(new Float64Array([data]), [], shape);
  if (ArrayBuffer.isView(data)) {
    refuseOtherViews(data);
    return withShape(
      heldAsFloat32(data) ? new Float32Array(data) : new Float64Array(data),
      [data.length],
      shape,
    );
  }
  if (Array.isArray(data)) {
    const natural = nestedShape(data);
    checkShape(natural, "tensor");
    const flat = new Float64Array(sizeOf(natural));
    fillNested(data, natural, 0, flat, 0);
    return withShape(flat, natural, shape);
  }
  if (data !== null && typeof data === "object" && isNdArray(data as NumericNdArray)) {
    const host = fromNdArray(data as NumericNdArray);
    return withShape(host.data, host.shape, shape);
  }
  throw new DTypeError(`tensor: data is ${data === null ? "null" : typeof data}, expected numbers`, {
    op: "tensor",
    argument: "data",
    given: data === null ? "null" : typeof data,
    expected: "a number, a typed array, nested numbers or an ndarray",
  });
}

/** The result as an `ndarray` over the same memory. */
export function toNdArray(host: HostTensor): NdArray<HostArray> {
  return ndarray(host.data, host.shape.slice()) as NdArray<HostArray>;
}
