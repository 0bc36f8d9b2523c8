/** The files of a folder, read once: what is not among them cannot be asked for. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { headersOf } from "./headers.ts";

/** A file as it is sent. */
export interface ServedFile {
  readonly bytes: Buffer;
  /** Changes with the bytes. */
  readonly tag: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Files by the path that a browser asks for, such as `/index.html`. */
export type ServedFiles = ReadonlyMap<string, ServedFile>;

/** Paths within a folder. Links are no files, wherever they lead, and a name that begins with a dot is nobody's business. */
async function pathsIn(folder: string, inside = ""): Promise<string[]> {
  const entries = await readdir(join(folder, inside), { withFileTypes: true });
  const found = entries
    .filter(({ name }) => !name.startsWith("."))
    .map((entry) => {
      const path = `${inside}${entry.name}`;
      if (entry.isDirectory()) return pathsIn(folder, `${path}/`);
      return entry.isFile() ? [path] : [];
    });
  return (await Promise.all(found)).flat();
}

/** Reads a folder. `/` is its `index.html`. */
export async function readFiles(folder: string): Promise<ServedFiles> {
  const files = new Map<string, ServedFile>();
  for (const path of await pathsIn(folder)) {
    const bytes = await readFile(join(folder, path));
    const tag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
    files.set(`/${path}`, { bytes, tag, headers: headersOf(path, bytes) });
  }
  const index = files.get("/index.html");
  if (index !== undefined) files.set("/", index);
  return files;
}
