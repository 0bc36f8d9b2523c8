/** Entry point `segtape/io`: PNG and .npy files. For Node; everything else in segtape is free of files. */
export { type FileMap, readBytes, readMap, writeFileAtomic } from "./files.ts";
export { type FileMask, maskOf, readMask } from "./mask.ts";
export { decodeNpy, encodeNpy, type NpyArray } from "./npy.ts";
export type { NpyData } from "./npy-dtype.ts";
export { type DecodedPng, decodePng, greyMap } from "./png.ts";
export { encodePng, type PngImage, type PngPalette } from "./png-encode.ts";
