/** The images that direct kernels read: as they are, or copied with zeros around them, so that no tap needs a check. */
import { FLOAT, plus, times } from "../../addresses.ts";
import {
  type FunctionBuilder,
  type I32,
  i32,
  type Local,
  memory,
  shuffle32,
  type V128,
  v128,
} from "../../assembler/index.ts";
import { type Geometry, product } from "../geometry.ts";
import type { ConvolutionContext, ConvolutionPass } from "../kernel.ts";

export interface Source {
  /** Whether the images are copied. */
  readonly padded: boolean;
  readonly space: readonly number[];
  /** Elements from one step along an axis to the next. */
  readonly pitches: readonly number[];
  readonly plane: number;
  /** Bytes of the copies. */
  readonly bytes: number;
}

export function sourceOf(g: Geometry): Source {
  const needed = g.outSpace.map(
    (length, i) => (length - 1) * g.stride[i] + (g.taps[i] - 1) * g.dilation[i] + 1,
  );
  const padded = g.padding.some((zeros) => zeros > 0) || needed.some((length, i) => length > g.inSpace[i]);
  const space = padded ? needed : g.inSpace;
  const plane = product(space);
  return {
    padded,
    space,
    pitches: space.map((_, i) => product(space.slice(i + 1))),
    plane,
    bytes: padded ? FLOAT * g.images * g.groups * g.inputs * plane : 0,
  };
}

/** The pass that copies. */
export function paddingPass(g: Geometry, source: Source, at: number): ConvolutionPass {
  const planes = g.images * g.groups * g.inputs;
  return {
    doc: "images with zeros around them",
    units: planes,
    cost: planes * source.plane,
    reads: true,
    writes: false,
    emit: (context) => emitPadding(context, g, source, at),
  };
}

function emitPadding(
  { fn, begin, end, inputs, scratch }: ConvolutionContext,
  g: Geometry,
  { space, pitches, plane }: Source,
  at: number,
) {
  const copied = space.map((length, i) => Math.max(0, Math.min(g.inSpace[i], length - g.padding[i])));
  const width = copied[copied.length - 1];
  const lines = copied.slice(0, -1);
  const [unit, line] = [fn.local("i32", "unit"), fn.local("i32", "line")];
  const corner = g.padding.reduce((sum, zeros, i) => sum + zeros * pitches[i], 0);
  fn.range(unit, begin, end, 1, () => {
    const from = fn.bind(i32.add(inputs[0], times(unit, product(g.inSpace) * FLOAT)), "from");
    const to = fn.bind(i32.add(plus(scratch, at), times(unit, plane * FLOAT)), "to");
    fn.do(memory.fill(to, i32.const(0), i32.const(plane * FLOAT)));
    if (product(copied) === 0) return;
    fn.range(line, i32.const(0), i32.const(product(lines)), 1, () => {
      const place = coordinates(fn, line, lines);
      const source = sumOf(place.map((x, i) => times(x, product(g.inSpace.slice(i + 1)) * FLOAT)));
      const target = sumOf(place.map((x, i) => times(x, pitches[i] * FLOAT)));
      fn.do(
        memory.copy(
          plus(i32.add(to, target), corner * FLOAT),
          i32.add(from, source),
          i32.const(width * FLOAT),
        ),
      );
    });
  });
}

export const sumOf = (terms: readonly I32[]): I32 =>
  terms.length === 0 ? i32.const(0) : terms.reduce((sum, term) => i32.add(sum, term));

/** The coordinates of a row-major position. */
export function coordinates(fn: FunctionBuilder, position: I32, lengths: readonly number[]): Local<"i32">[] {
  const bound = fn.bind(position, "position");
  return lengths.map((length, i) => {
    const behind = product(lengths.slice(i + 1));
    const counted = behind === 1 ? bound : i32.div_u(bound, i32.const(behind));
    return fn.bind(i === 0 ? counted : i32.rem_u(counted, i32.const(length)), "coordinate");
  });
}

/** Bytes from an image's start to where tap `index` of input 0 reads for the first result. */
export function tapOffset(fn: FunctionBuilder, tap: I32, g: Geometry, { pitches }: Source): I32 {
  const place = coordinates(fn, tap, g.taps);
  return sumOf(place.map((x, i) => times(x, g.dilation[i] * pitches[i] * FLOAT)));
}

/** Bytes from an image's start to where a line of results reads its first tap; lines are counted row-major. */
export function lineOffset(fn: FunctionBuilder, line: I32, g: Geometry, { pitches }: Source): I32 {
  const lines = g.outSpace.slice(0, -1);
  if (lines.length === 0) return i32.const(0);
  return sumOf(coordinates(fn, line, lines).map((x, i) => times(x, g.stride[i] * pitches[i] * FLOAT)));
}

/** Elements `stride` apart, `count` of the four lanes: of large strides, the others may lie far outside the tensor. */
export function strided(address: I32, offset: number, stride: number, count: number): V128 {
  if (stride === 1) return v128.load(address, offset);
  if (stride === 2)
    return shuffle32(v128.load(address, offset), v128.load(address, offset + 16), [0, 2, 4, 6]);
  let value = v128.load32_zero(address, offset);
  for (let lane = 1; lane < count; lane++) {
    value = v128.load32_lane(address, value, lane, offset + lane * stride * FLOAT);
  }
  return value;
}
