/** Entry point `segtape/io`: PNG, .npy and safetensors files, checkpoints. The entry point is for Node; of its parts only `disk/` needs it. */
export { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "./checkpoint.ts";
export { readCheckpoint, writeCheckpoint } from "./disk/checkpoint.ts";
export { readBytes, readMap, readMask, writeFileAtomic } from "./disk/files.ts";
export { type FolderMask, readImages, readMasks, readPairs } from "./disk/folders.ts";
export { type ClassSpec, encodeLabels, type LabelClass, type LabelFormat, parseClasses } from "./labels.ts";
export { decodeMap, type FileMap } from "./map.ts";
export { type FileMask, maskOf } from "./mask.ts";
export { decodeNpy, encodeNpy, type NpyArray } from "./npy.ts";
export type { NpyData } from "./npy-dtype.ts";
export { DataError, type FolderImage, type LabelledImages } from "./pairs.ts";
export { type DecodedPng, decodePng, greyMap } from "./png.ts";
export { encodePng, type PngImage, type PngPalette } from "./png-encode.ts";
export {
  decodeSafetensors,
  encodeSafetensors,
  type Safetensors,
  type SafetensorsArray,
} from "./safetensors.ts";
