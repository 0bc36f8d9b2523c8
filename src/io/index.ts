/** Entry point `segtape/io`: PNG, .npy and safetensors files, checkpoints. For Node; everything else in segtape is free of files. */
export type { Checkpoint } from "./bytes/checkpoint.ts";
export { decodeMap, type FileMap } from "./bytes/map.ts";
export { DataError, type FolderImage, type LabelledImages } from "./bytes/pairs.ts";
export {
  decodeCheckpoint,
  encodeCheckpoint,
  readCheckpoint,
  writeCheckpoint,
} from "./checkpoint.ts";
export { readBytes, readMap, readMask, writeFileAtomic } from "./files.ts";
export { type ClassSpec, encodeLabels, type LabelClass, type LabelFormat, parseClasses } from "./labels.ts";
export { type FileMask, maskOf } from "./mask.ts";
export { decodeNpy, encodeNpy, type NpyArray } from "./npy.ts";
export type { NpyData } from "./npy-dtype.ts";
export { type FolderMask, readImages, readMasks, readPairs } from "./pairs.ts";
export { type DecodedPng, decodePng, greyMap } from "./png.ts";
export { encodePng, type PngImage, type PngPalette } from "./png-encode.ts";
export {
  decodeSafetensors,
  encodeSafetensors,
  type Safetensors,
  type SafetensorsArray,
} from "./safetensors.ts";
