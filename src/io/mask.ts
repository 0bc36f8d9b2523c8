/** Masks from files: what is foreground, by one rule, since masks are written as 0/1, 0/255, colours and shades. */
import { FileError, refuse } from "../errors.ts";
import type { FileMap } from "./map.ts";

/** A mask read by {@link readMask}. */
export interface FileMask {
  /** Share of foreground of each element, 0 to 1, row-major. */
  readonly data: Float64Array;
  /** As {@link FileMap} has it. */
  readonly shape: number[];
  /** The one value of the file that was read as 1; `null` where there was nothing to choose. */
  readonly foreground: number | null;
}

/** The highest sample of a PNG. */
const mostOf = ({ depth }: FileMap): number => 2 ** (depth ?? 8) - 1;

/** The values as the file has them: colours of a palette by their index, shades as samples, .npy as it is. */
function storedValues(map: FileMap, classes: Uint8Array | undefined): Float64Array {
  if (classes !== undefined) return Float64Array.from(classes);
  if (map.format === "npy") return map.data;
  const most = mostOf(map);
  // What greyMap divided by is multiplied back; a grey made of colours is no whole number.
  return map.data.map((shade) => Math.round(shade * most * 1e6) / 1e6);
}

/** The first few different values, ascending. */
function someValues(values: Iterable<number>): number[] {
  const found = new Set<number>();
  for (const value of values) if (found.add(value).size > 4) break;
  return [...found].sort((a, b) => a - b);
}

function refuseMask(name: string, given: string, expected: string): never {
  refuse(FileError, "readMask", name, given, expected);
}

/**
 * Reads a map as a mask. The rule, for every kind of file:
 *
 * - 0 and one other value, whichever it is (1, 255, a colour of a palette): 0 is background, the other foreground.
 *   A palette's colours count by their index; a palette of greys is a picture of these greys.
 * - More values in a PNG are shades, white = 1. Where even the lightest is darker than half white, or the colours
 *   are a palette's, they are labels of several classes, and refused.
 * - A .npy file in 0 .. 1 is taken as it is, and more values than two beyond that are refused.
 *
 * @param map - what {@link readMap} or {@link decodeMap} gave
 * @param name - how error messages name it, usually the path
 * @throws FileError for values that are no mask: several classes, negative numbers, NaN
 */
export function maskOf(map: FileMap, name: string): FileMask {
  const { data, shape, format } = map;
  const plain: FileMask = { data, shape, foreground: null };
  const classes = map.colored ? map.indices : undefined;
  const values = storedValues(map, classes);
  if (format === "npy") {
    const wrong = data.findIndex((x) => !(x >= 0 && x < Infinity));
    if (wrong >= 0) refuseMask(name, `${data[wrong]} at element ${wrong}`, "a mask: numbers from 0");
    if (data.every((x) => x <= 1)) return plain;
  }
  const found = someValues(values);
  const others = found.filter((value) => value !== 0);
  if (others.length < 2) {
    return { data: values.map((x) => (x === 0 ? 0 : 1)), shape, foreground: others[0] ?? null };
  }
  const listed = `${found.slice(0, 4).join(", ")}${found.length > 4 ? ", ..." : ""}`;
  if (format === "png" && classes === undefined && data.some((shade) => shade >= 0.5)) return plain;
  return refuseMask(
    name,
    `a map of the values ${listed}`,
    "a mask: 0 and one other value, or shares up to 1",
  );
}
