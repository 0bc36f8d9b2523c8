/** Files of the disk: read whole, written whole or not at all; image-like ones as maps and masks. */
import { randomBytes } from "node:crypto";
import { open, readFile, rename, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { FileError } from "../../errors.ts";
import { checkMapName, decodeMap, type FileMap } from "../map.ts";
import { type FileMask, maskOf } from "../mask.ts";

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  EISDIR: "a folder",
  EEXIST: "a file of that name is in the way",
  ENOTDIR: "a part of the path is no folder",
  EACCES: "no permission",
  EPERM: "not permitted",
  ENOSPC: "no space left on the disk",
  EROFS: "the disk is read-only",
  EMFILE: "too many open files",
};

/** @internal Why the system refused, in words. */
export function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const code = "code" in cause ? String(cause.code) : "";
  return REASONS[code] ?? cause.message;
}

/**
 * Reads a whole file.
 *
 * @throws FileError when there is no such file or it cannot be read.
 *
 * @example
 * ```ts
 * const bytes = await readBytes("mask.png");
 * ```
 */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    // Not the Buffer itself: its slice() is a view where everyone expects a copy.
    const { buffer, byteOffset, length } = await readFile(path);
    return new Uint8Array(buffer, byteOffset, length);
  } catch (cause) {
    const given = reasonOf(cause);
    throw new FileError(`readBytes: cannot read ${path}: ${given}`, {
      op: "readBytes",
      argument: path,
      given,
      expected: "a readable file",
      cause,
    });
  }
}

/**
 * Writes a whole file, or leaves what was there: the bytes go to a temporary name in the same folder, reach
 * the disk, and are renamed into place. On failure the temporary file is removed. The folder must exist.
 *
 * @param path - where the file shall be; replaced if it is there.
 * @param content - bytes, or text that is written as UTF-8.
 * @throws FileError when the file cannot be written.
 *
 * @example
 * ```ts
 * await writeFileAtomic("report.html", renderReport(report));
 * ```
 */
export async function writeFileAtomic(path: string, content: Uint8Array | string): Promise<void> {
  // The hidden name keeps the temporary file out of listings such as *.png.
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  let created = false;
  try {
    const file = await open(temporary, "wx");
    created = true;
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    // The first failure is the one worth telling.
    if (created) await unlink(temporary).catch(() => undefined);
    const given = reasonOf(cause);
    throw new FileError(`writeFileAtomic: cannot write ${path}: ${given}`, {
      op: "writeFileAtomic",
      argument: path,
      given,
      expected: "a path in an existing folder that may be written to",
      cause,
    });
  }
}

/**
 * Reads a prediction, a mask or any other map from a .png or .npy file, by its extension.
 *
 * A PNG gives one grey value in [0, 1] a pixel ({@link greyMap}) and the shape `[height, width]`; a palette
 * PNG gives its indices besides. A .npy file gives its values unchanged, in C order.
 *
 * @throws FileError when the extension is another one, or the file cannot be read, is damaged or cut short.
 *
 * @example
 * ```ts
 * const { data, shape } = await readMap("prediction.png");
 * ```
 */
export async function readMap(path: string): Promise<FileMap> {
  // Before it is read: what is no map may be large.
  checkMapName(path, "readMap");
  return decodeMap(await readBytes(path), path);
}

/**
 * Reads a mask from a .png or .npy file: {@link readMap}, then the rule of {@link maskOf}.
 *
 * @throws FileError when the file cannot be read, or is no mask
 *
 * @example
 * ```ts
 * const { data, shape } = await readMask("mask.png"); // 0 and 1, whether the file has 0/1 or 0/255
 * ```
 */
export async function readMask(path: string): Promise<FileMask> {
  return maskOf(await readMap(path), path);
}
