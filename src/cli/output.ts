/** A folder of results: all of it, or nothing. */
import { mkdir, rmdir, stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { FileError } from "../errors.ts";
import { reasonOf, writeFileAtomic } from "../io/disk/files.ts";

/**
 * Makes a folder with all that lead to it, and returns those that were not there, outermost first. One at a time:
 * Node's own recursive `mkdir` never returns where a file system such as /proc refuses new folders.
 */
export async function makeFolder(path: string): Promise<string[]> {
  const known = await stat(path).catch(() => null);
  if (known?.isDirectory()) return [];
  const parent = dirname(path);
  const made = parent === path ? [] : await makeFolder(parent);
  try {
    await mkdir(path);
  } catch (cause) {
    await removeFolders(made);
    const given = reasonOf(cause);
    const expected = "a folder that can be written to";
    throw new FileError(`out: cannot make folder ${path}: ${given}`, {
      op: "out",
      argument: path,
      given,
      expected,
      cause,
    });
  }
  return [...made, path];
}

/** Removes folders that are empty, innermost first. */
export async function removeFolders(made: readonly string[]): Promise<void> {
  for (const path of [...made].reverse()) await rmdir(path).catch(() => undefined);
}

async function makeFolders(paths: readonly string[]): Promise<string[]> {
  const made: string[] = [];
  try {
    for (const path of paths) made.push(...(await makeFolder(path)));
  } catch (error) {
    await removeFolders(made);
    throw error;
  }
  return made;
}

const foldersOf = (out: string, inner: readonly string[]) => [out, ...inner.map((name) => join(out, name))];

/**
 * Refuses a folder that results could not be written to, before a minute was spent on them. Leaves nothing behind.
 *
 * @throws FileError where it is a file, or cannot be made or written to
 */
export async function checkOutput(out: string, inner: readonly string[]): Promise<void> {
  const made = await makeFolders(foldersOf(out, inner));
  const probe = join(out, `.segtape-${process.pid}`);
  try {
    await writeFileAtomic(probe, "");
    await unlink(probe);
  } finally {
    await removeFolders(made);
  }
}

/** Writes files by their names within the folder; where one fails, those before it are removed again. */
export async function writeOutput(
  out: string,
  inner: readonly string[],
  files: ReadonlyMap<string, Uint8Array | string>,
): Promise<void> {
  const made = await makeFolders(foldersOf(out, inner));
  const written: string[] = [];
  try {
    for (const [name, content] of files) {
      await writeFileAtomic(join(out, name), content);
      written.push(join(out, name));
    }
  } catch (error) {
    for (const path of written) await unlink(path).catch(() => undefined);
    await removeFolders(made);
    throw error;
  }
}
