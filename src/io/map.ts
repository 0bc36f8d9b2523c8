/** Image-like files as maps of numbers. */
import { FileError } from "../errors.ts";
import { decodeNpy } from "./npy.ts";
import { decodePng, greyMap, isColored } from "./png.ts";

/** Numbers read from an image-like file by {@link readMap}. */
export interface FileMap {
  /** Row-major elements: a PNG's grey values in [0, 1], a .npy file's values as they are. */
  readonly data: Float64Array;
  /** `[height, width]` of a PNG; whatever shape a .npy file has. */
  readonly shape: number[];
  readonly format: "png" | "npy";
  /** PNG: bits of a sample, 8 or 16. */
  readonly depth?: 8 | 16;
  /** PNG: samples of a pixel in the file; `data` has one value a pixel all the same. */
  readonly channels?: number;
  /** PNG: whether any pixel has a colour, which its grey value does not tell. */
  readonly colored?: boolean;
  /** Palette PNG: each pixel's palette index, which label masks use as the class. */
  readonly indices?: Uint8Array;
  /** .npy: the file's element type, such as `"f4"`. */
  readonly dtype?: string;
}

/** @internal The ending of a map's file name; another one than .png and .npy is refused. */
export function checkMapName(path: string, op: "readMap" | "decodeMap"): ".png" | ".npy" {
  const extension = (/[^/\\.](\.[^/\\.]*)$/.exec(path)?.[1] ?? "").toLowerCase();
  if (extension !== ".png" && extension !== ".npy") {
    const given = extension === "" ? "no extension" : extension;
    throw new FileError(`${op}: ${path} has ${given}, expected .png or .npy`, {
      op,
      argument: path,
      given,
      expected: ".png or .npy",
    });
  }
  return extension;
}

/**
 * The map in the bytes of a .png or .npy file: {@link readMap} of what has been read already.
 *
 * @param bytes - the whole file
 * @param name - of the file: its ending tells the format, and error messages have it
 * @throws FileError when the extension is another one, or the bytes are damaged or cut short
 *
 * @example
 * ```ts
 * import { decodeMap, encodePng } from "segtape/io";
 * const bytes = encodePng({ width: 2, height: 1, channels: 1, data: Uint8Array.of(0, 255) });
 * decodeMap(bytes, "mask.png").data; // Float64Array [0, 1]
 * ```
 */
export function decodeMap(bytes: Uint8Array, name: string): FileMap {
  if (checkMapName(name, "decodeMap") === ".npy") {
    const { data, shape, dtype } = decodeNpy(bytes, name);
    return {
      data: data instanceof Float64Array ? data : Float64Array.from(data),
      shape,
      format: "npy",
      dtype,
    };
  }
  const png = decodePng(bytes, name);
  const { width, height, depth, channels } = png;
  return {
    data: greyMap(png),
    shape: [height, width],
    format: "png",
    depth,
    channels,
    colored: isColored(png),
    ...(png.palette !== undefined && png.data instanceof Uint8Array ? { indices: png.data } : {}),
  };
}
