/** Figures in a file. */
import { renameSync, rmSync, writeFileSync } from "node:fs";

/** Whole or not at all. */
export function writeJson(path: string, content: unknown): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, `${JSON.stringify(content, null, 2)}\n`);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
